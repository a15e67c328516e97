import type { Construct } from 'constructs';
import { ncrontab } from '../config/ncrontab.ts';
import type * as contract from '../contract/scoring-probe.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import type { AzureBindings } from './bindings.ts';
import { failedCalls } from './failed-calls.ts';
import { FunctionApp } from './function-app.ts';
import { metricLines, rowWhere, sumOf } from './kql.ts';
import { LogAlarms } from './log-alarms.ts';
import type { Notifications } from './notifications.ts';
import { QueueSubscription } from './queue-subscription.ts';
import type { ScoringApi } from './scoring-api.ts';

export interface ScoringProbeProps extends contract.ScoringProbeProps {
  readonly bindings: AzureBindings;
  readonly scoring: ScoringApi;
  /** People who are notified of a wrong answer. @default - none: no alarm */
  readonly notifications?: Notifications;
}

/**
 * An app that calls the API as a caller does, each five minutes and after each promotion. A failed probe is an event, on which the
 * release controller takes back the version that is being released, and an alarm, which notifies people.
 *
 * @example
 * import { ModelEvents, ScoringApi, ScoringProbe } from 'mlops-blueprint/azure';
 *
 * const events = new ModelEvents(stack, 'Events', { config });
 * const scoring = new ScoringApi(stack, 'Scoring', { config, bindings });
 * new ScoringProbe(stack, 'Probe', { config, bindings: { ...bindings, events }, scoring });
 */
export class ScoringProbe extends ModelConstruct implements contract.IScoringProbe {
  readonly function: FunctionApp;

  constructor(scope: Construct, id: string, props: ScoringProbeProps) {
    super(scope, id, props, ['bindings', 'scoring']);
    const { config, bindings, scoring, notifications } = props;
    const { events, store } = bindings;
    this.function = new FunctionApp(this, 'App', {
      config,
      app: 'probe',
      bindings: { ...bindings, scoring },
      settings: { MLOPS_SCHEDULE_PROBE: ncrontab('rate(5 minutes)') },
    });
    scoring.allow(this.function.principalId);
    if (events)
      new QueueSubscription(this, 'OnMove', {
        config,
        name: 'probe-moved',
        events,
        types: ['release.moved'],
        app: this.function,
        store,
      });
    if (notifications)
      new LogAlarms(this, 'Alarms', {
        config,
        name: 'probe',
        notifications,
        alarms: [
          {
            name: 'probe',
            query: (seconds) =>
              rowWhere(
                metricLines({ ...config.model, model: config.model.name, seconds }),
                { failed: sumOf('probeFailed') },
                'failed > 0',
              ),
            says: 'the scoring API gave a wrong answer to the probe, or none',
            runbook: 'runbook-probe',
          },
          failedCalls(this.function, 'probe'),
        ],
      });
  }
}
