import type { Construct } from 'constructs';
import type * as contract from '../contract/scoring-probe.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import { alarmForPeople } from './alert-policy.ts';
import type { GcpBindings } from './bindings.ts';
import { logMetric } from './log-metric.ts';
import type { Notifications } from './notifications.ts';
import { PushSubscription } from './push-subscription.ts';
import { Schedule } from './schedule.ts';
import type { ScoringApi } from './scoring-api.ts';
import { ServerlessFunction } from './serverless-function.ts';

export interface ScoringProbeProps extends contract.ScoringProbeProps {
  readonly bindings: GcpBindings;
  readonly scoring: ScoringApi;
  /** People who are notified of a wrong answer. @default - none: no alarm */
  readonly notifications?: Notifications;
}

/** A line of the log becomes a metric within minutes. */
const LOOK_BACK_SEC = 600;

/**
 * A function that calls the API as a caller does, by its own identity. A failed probe is an event, on which the release
 * controller takes back the version that is being released, and an alarm, which notifies people.
 *
 * @example
 * import { ModelEvents, ScoringApi, ScoringProbe } from 'mlops-blueprint/gcp';
 *
 * const events = new ModelEvents(stack, 'Events', { config });
 * const scoring = new ScoringApi(stack, 'Scoring', { config, bindings });
 * new ScoringProbe(stack, 'Probe', { config, bindings: { ...bindings, events }, scoring });
 */
export class ScoringProbe extends ModelConstruct implements contract.IScoringProbe {
  readonly function: ServerlessFunction;

  constructor(scope: Construct, id: string, props: ScoringProbeProps) {
    super(scope, id, props, ['bindings', 'scoring']);
    const { config, bindings, scoring, notifications } = props;
    this.function = new ServerlessFunction(this, 'Function', {
      config,
      name: 'probe',
      bindings: { ...bindings, scoring },
    });
    new Schedule(this, 'Schedule', {
      config,
      name: 'probe',
      expression: 'rate(5 minutes)',
      target: { kind: 'function', function: this.function, name: 'probe' },
      input: {},
      notifications,
      retries: 0, // the next probe does the same
      description: `asks the scoring API of ${config.model.name} for an answer that is known`,
    });
    const { events } = bindings;
    if (events)
      new PushSubscription(this, 'OnMove', {
        config,
        name: 'probe-moved',
        topic: events.resource,
        types: ['release.moved'],
        function: this.function,
        functionName: 'probe',
        events,
      });
    if (notifications)
      alarmForPeople(this, 'Alarm', {
        config,
        name: 'probe',
        query: `${logMetric(this, config, 'probeFailed').sum({}, LOOK_BACK_SEC)} > 0`,
        says: 'the scoring API gave a wrong answer to the probe, or none',
        runbook: 'runbook-probe',
        channels: notifications.channels,
      });
  }
}
