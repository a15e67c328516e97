import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type * as contract from '../contract/scoring-probe.ts';
import { canProbe } from '../shared/can-probe.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import { countOf, modelAlarm } from './alarm.ts';
import type { AwsBindings } from './bindings.ts';
import { keyFor } from './encryption-key.ts';
import { EventRule } from './event-rule.ts';
import type { Notifications } from './notifications.ts';
import { invoke, Schedule } from './schedule.ts';
import type { ScoringApi } from './scoring-api.ts';
import { METRIC_NAMESPACE, ServerlessFunction } from './serverless-function.ts';

export interface ScoringProbeProps extends contract.ScoringProbeProps {
  readonly bindings: AwsBindings;
  readonly scoring: ScoringApi;
  /** People who are notified of a wrong answer. @default - none: no alarm */
  readonly notifications?: Notifications;
  /** @default - the environment's key, or AWS's own */
  readonly encryptionKey?: IKey;
}

/** The shortest of an ordinary metric: people know within two minutes. */
const PERIOD = Duration.minutes(1);

/**
 * A Lambda function that calls the API as a caller does, signed with its own role. A failed probe is an event, on which the
 * release controller rolls back the version that is being released, and an alarm, which notifies people. The alarm itself
 * rolls nothing back: its datapoint begins with the minute, before the release that the probe follows.
 *
 * @example
 * import { ModelEvents, ScoringApi, ScoringProbe } from 'mlops-blueprint/aws';
 *
 * const events = new ModelEvents(stack, 'Events', { config });
 * const scoring = new ScoringApi(stack, 'Scoring', { config, bindings });
 * new ScoringProbe(stack, 'Probe', { config, bindings: { ...bindings, events }, scoring });
 */
export class ScoringProbe extends ModelConstruct implements contract.IScoringProbe {
  readonly function: ServerlessFunction;

  /** @throws Error where the callers of the API show a JSON Web Token */
  constructor(scope: Construct, id: string, props: ScoringProbeProps) {
    super(scope, id, props, ['bindings', 'scoring']);
    const { config, bindings, scoring, notifications } = props;
    if (!canProbe(config))
      throw new Error(
        `ScoringProbe '${id}': a probe signs with IAM, and this API takes JSON Web Tokens; leave it out`,
      );
    const key = keyFor(this, config, props.encryptionKey);
    this.function = new ServerlessFunction(this, 'Function', {
      config,
      name: 'probe',
      bindings: { ...bindings, scoring },
      ...(key && { encryptionKey: key }),
    });
    const { deadLetters } = this.function;
    new Schedule(this, 'Schedule', {
      config,
      notifications: bindings.notifications,
      expression: 'rate(5 minutes)',
      target: invoke(this.function.resource.functionArn),
      input: {},
      deadLetters,
      encryptionKey: key,
      description: `asks the scoring API of ${config.model.name} for an answer that is known`,
    });
    if (bindings.events)
      new EventRule(this, 'OnMove', {
        bus: bindings.events.resource,
        description: 'a version that has just taken all requests is probed',
        pattern: { 'detail-type': ['release.moved'] },
        target: { kind: 'function', function: this.function },
        deadLetters,
      });
    if (notifications)
      modelAlarm(this, 'Alarm', {
        metric: countOf(
          new Metric({
            namespace: METRIC_NAMESPACE,
            metricName: 'probeFailed',
            statistic: 'Sum',
            period: PERIOD,
            dimensionsMap: { model: config.model.name, environment: config.model.environment },
          }),
          PERIOD,
          'failed probes',
        ),
        threshold: 0,
        periods: [1, 1],
        says: 'the scoring API gave a wrong answer to the probe, or none',
        runbook: 'runbook-probe',
        notifications,
      });
  }
}
