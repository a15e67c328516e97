import type { Construct } from 'constructs';
import type * as contract from '../contract/release-controller.ts';
import { canProbe } from '../shared/can-probe.ts';
import { TerraformOutput } from '../shared/cdktf.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import { alarmForPeople } from './alert-policy.ts';
import type { GcpBindings } from './bindings.ts';
import { increase, orZero } from './promql.ts';
import { PushSubscription } from './push-subscription.ts';
import type { RollbackAlarms } from './rollback-alarms.ts';
import { Schedule } from './schedule.ts';
import { ServerlessFunction } from './serverless-function.ts';

export interface ReleaseControllerProps extends contract.ReleaseControllerProps {
  readonly bindings: GcpBindings;
  /** Alarms that roll a release back. @default - none, as for a model without an online API */
  readonly alarms?: RollbackAlarms;
}

/** So many of fifteen ticks must run. */
const TICKS = { periodSec: 900, atLeast: 5 } as const;

/** The shell refuses to go on while it is not set. */
const VERSION_THAT_SERVES = `$$\{VERSION:?set it to the version that serves}`;

/**
 * The pointer's controller. Approvals are calls of a function by the approver's own identity, alarms come from Monitoring, and
 * every minute it looks by itself: an event that is lost, late or comes twice costs a minute and nothing else.
 *
 * @example
 * import { ReleaseController, RollbackAlarms, ScoringApi } from 'mlops-blueprint/gcp';
 *
 * const scoring = new ScoringApi(stack, 'Scoring', { config, bindings });
 * const alarms = new RollbackAlarms(stack, 'Alarms', { config, scoring });
 * new ReleaseController(stack, 'Release', { config, bindings, alarms });
 */
export class ReleaseController extends ModelConstruct implements contract.IReleaseController {
  readonly function: ServerlessFunction;
  readonly approve: ServerlessFunction;

  constructor(scope: Construct, id: string, props: ReleaseControllerProps) {
    super(scope, id, props, ['bindings']);
    const { config, bindings, alarms } = props;
    const { events, notifications } = bindings;
    // People call both by hand, from outside of the project.
    const own = { config, bindings, isPublic: true } as const;
    this.function = new ServerlessFunction(this, 'Release', { ...own, name: 'release' });
    this.approve = new ServerlessFunction(this, 'Approve', { ...own, name: 'approve' });
    config.environment.approvers.forEach((member, index) => {
      this.approve.allow(`${index + 1}`, member);
      this.function.allow(`${index + 1}`, member); // those who approve can roll back
    });
    const release = { config, function: this.function, functionName: 'release' } as const;
    if (events)
      new PushSubscription(this, 'OnApproved', {
        ...release,
        name: 'release-approved',
        topic: events.resource,
        types: ['version.approved', ...(alarms && canProbe(config) ? ['probe.failed'] : [])],
        events,
      });
    if (events && alarms)
      new PushSubscription(this, 'OnAlarm', {
        ...release,
        name: 'release-alarms',
        topic: alarms.topic,
        events,
      });
    new Schedule(this, 'Tick', {
      config,
      name: 'tick',
      expression: 'rate(1 minute)',
      target: { kind: 'function', function: this.function, name: 'release' },
      input: { kind: 'tick' },
      retries: 0, // the next tick does the same
      description: 'the release controller looks each minute',
    });
    if (notifications)
      alarmForPeople(this, 'TickAlarm', {
        config,
        name: 'ticks',
        query: `${orZero(
          increase(
            'run_googleapis_com:request_count',
            { service_name: this.function.functionName, response_code_class: '2xx' },
            TICKS.periodSec,
          ),
        )} < ${TICKS.atLeast}`,
        says: 'the release controller does not run each minute',
        runbook: 'runbook-tick',
        channels: notifications.channels,
      });
    this.outputs(bindings);
  }

  /** Adds outputs with the commands that a person types. */
  private outputs({ store }: GcpBindings): void {
    // `gcloud functions call` needs more rights than the right to call.
    const call = (url: string, payload: string) =>
      `curl -X POST -H "Authorization: Bearer $(gcloud auth print-identity-token)" -H 'Content-Type: application/json' -d '${payload}' ${url}`;
    new TerraformOutput(this, 'RollBack', {
      description:
        'back from VERSION, the one that serves, at once; nothing changes when another one serves by then',
      value: call(
        this.function.url,
        `{"kind":"rollback","version":'"${VERSION_THAT_SERVES}"',"id":"'$(date -u +%s)'"}`,
      ),
    });
    new TerraformOutput(this, 'ApproveVersion', {
      description: 'approves version 1, in the name of the caller',
      value: call(this.approve.url, '{"version":1}'),
    });
    new TerraformOutput(this, 'ReleaseStatus', {
      description: 'what serves, and what is being released',
      value: `gcloud storage cat gs://${store.storeName}/release/state.json`,
    });
  }
}
