import type { Construct } from 'constructs';
import { ncrontab } from '../config/ncrontab.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';
import type * as contract from '../contract/release-controller.ts';
import { canProbe } from '../shared/can-probe.ts';
import { TerraformOutput } from '../shared/cdktf.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import type { AzureBindings } from './bindings.ts';
import { FunctionApp } from './function-app.ts';
import { appRequests, rowWhere } from './kql.ts';
import { LogAlarms } from './log-alarms.ts';
import { cloudOf } from './place.ts';
import { QueueSubscription } from './queue-subscription.ts';
import type { RollbackAlarms } from './rollback-alarms.ts';

export interface ReleaseControllerProps extends contract.ReleaseControllerProps {
  readonly bindings: AzureBindings;
  /** Alarms of releases, which notify people. @default - none, as for a model without an online API */
  readonly alarms?: RollbackAlarms;
}

/** So many of fifteen ticks must run. */
const LEAST_TICKS = 5;

/** The shell refuses to go on while it is not set. */
const VERSION_THAT_SERVES = `$$\{VERSION:?set it to the version that serves}`;

/**
 * The pointer's controller. Approvers call it by their own identity; events come through its queue; and every minute it looks by itself
 * and judges the release by the answers that were recorded. An alarm of Azure starts nothing here: it looks each quarter of an hour.
 *
 * @example
 * import { ReleaseController, RollbackAlarms, ScoringApi } from 'mlops-blueprint/azure';
 *
 * const scoring = new ScoringApi(stack, 'Scoring', { config, bindings });
 * const alarms = new RollbackAlarms(stack, 'Alarms', { config, scoring });
 * new ReleaseController(stack, 'Release', { config, bindings, alarms });
 */
export class ReleaseController extends ModelConstruct implements contract.IReleaseController {
  readonly function: FunctionApp;

  constructor(scope: Construct, id: string, props: ReleaseControllerProps) {
    super(scope, id, props, ['bindings']);
    const { config, bindings, alarms } = props;
    const { events, notifications, store } = bindings;
    this.function = new FunctionApp(this, 'App', {
      config,
      app: 'release',
      bindings,
      people: config.environment.approvers, // those who approve can roll back
      settings: { MLOPS_SCHEDULE_TICK: ncrontab('rate(1 minute)') },
    });
    if (events)
      new QueueSubscription(this, 'OnApproved', {
        config,
        name: 'release',
        events,
        types: ['version.approved', ...(alarms && canProbe(config) ? ['probe.failed'] : [])],
        app: this.function,
        store,
      });
    if (notifications)
      new LogAlarms(this, 'Alarms', {
        config,
        name: 'release',
        notifications,
        alarms: [
          {
            name: 'ticks',
            query: (seconds) =>
              rowWhere(
                appRequests({ app: this.function.functionName, seconds }),
                { ticks: 'countif(Success)' },
                `ticks < ${LEAST_TICKS}`,
              ),
            says: 'the release controller does not run each minute',
            runbook: 'runbook-tick',
          },
        ],
      });
    this.outputs(config, bindings);
  }

  /** Adds outputs with the commands that a person types. */
  private outputs(config: ResolvedConfig, { store }: AzureBindings): void {
    const audience = `api://${cloudOf(config).entraClientId}`;
    const call = (path: string, payload: string) =>
      `curl -X POST -H "Authorization: Bearer $(az account get-access-token --resource ${audience} --query accessToken -o tsv)" -H 'Content-Type: application/json' -d '${payload}' ${this.function.url}/${path}`;
    new TerraformOutput(this, 'RollBack', {
      description:
        'back from VERSION, the one that serves, at once; nothing changes when another one serves by then',
      value: call('rollback', `{"version":'"${VERSION_THAT_SERVES}"',"id":"'$(date -u +%s)'"}`),
    });
    new TerraformOutput(this, 'ApproveVersion', {
      description: 'approves version 1, in the name of the caller',
      value: call('approve', '{"version":1}'),
    });
    const [account, container] = store.storeName.split('/');
    new TerraformOutput(this, 'ReleaseStatus', {
      description: 'what serves, and what is being released',
      value: `az storage blob download --auth-mode login --account-name ${account} --container-name ${container} --name release/state.json --output none --file /dev/stdout`,
    });
  }
}
