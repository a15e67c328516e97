/** Faults of runs, and of their starts, in Azure's configurations. */

import type { RUN_BEHAVIOURS } from '../runs.ts';
import { fault, remove, rewrite, set, type TerraformFaults } from '../terraform-plant.ts';
import { type AzureRefused, assign } from './plant.ts';

const API = 'azapi_resource';
const ROLE = 'azurerm_role_assignment';
const RULE = 'azurerm_monitor_scheduled_query_rules_alert_v2';
const SUBSCRIPTION = 'azurerm_eventgrid_event_subscription';
const TRAINING = /^TrainingPipeline_App_[0-9A-F]{8}$/;
const MONITOR = /^DriftMonitor_App_[0-9A-F]{8}$/;
const RELEASE = /^ReleaseController_App_[0-9A-F]{8}$/;
const PROBE = /^ScoringProbe_App_[0-9A-F]{8}$/;
const BATCH = /^BatchScoring_App_[0-9A-F]{8}$/;
const DELIVERS = /^Events_StorageBlobDataContributor/;

export const AZURE_RUN_FAULTS: TerraformFaults<typeof RUN_BEHAVIOURS, AzureRefused> = {
  'training starts at the schedules of the blueprint': [
    fault('a day later', rewrite(API, TRAINING, '"0 0 5 * * 1"', '"0 0 5 * * 2"'), /training: has/),
    fault('no retraining', rewrite(API, TRAINING, 'SCHEDULE_RETRAINING', 'SCHEDULE_NEVER'), /training: has/),
    fault(
      'all steps on new data',
      rewrite(API, TRAINING, 'SCHEDULE_NEW_DATA', 'SCHEDULE_TRAINING'),
      /training: has/,
    ),
  ],
  'monitoring starts at the schedule of the blueprint': [
    fault(
      'another schedule',
      rewrite(
        API,
        MONITOR,
        '"name":"MLOPS_SCHEDULE_MONITORING","value":"0 ',
        '"name":"MLOPS_SCHEDULE_MONITORING","value":"0 1',
      ),
      /monitoring: has/,
    ),
  ],
  'batch scoring starts at the schedule of the blueprint': [
    fault('never', rewrite(API, BATCH, 'SCHEDULE_BATCH_SCORE', 'SCHEDULE_NEVER'), /batch-score: has none/),
  ],
  'the release controller starts each minute': [
    fault('each hour', rewrite(API, RELEASE, '"0 * * * * *"', '"0 0 * * * *"'), /release: has/),
    fault('by another timer', rewrite(API, RELEASE, 'SCHEDULE_TICK', 'SCHEDULE_PROBE'), /release: has none/),
  ],
  'a model that callers ask is probed every five minutes': [
    fault('each minute', rewrite(API, PROBE, '"0 */5 * * * *"', '"0 * * * * *"'), /probe: has/),
    fault('never', rewrite(API, PROBE, 'SCHEDULE_PROBE', 'SCHEDULE_NEVER'), /probe: has none/),
  ],
  'nothing else starts by a schedule': [
    fault('the export', rewrite(API, BATCH, 'SCHEDULE_BATCH_SCORE', 'SCHEDULE_EXPORT'), /starts export/),
  ],
  'a request for retraining starts a training of all steps': [
    fault('nobody listens', remove(SUBSCRIPTION, /OnRequest/), /requested: has none/),
    fault(
      'the queue of another app',
      rewrite(
        SUBSCRIPTION,
        /OnRequest/,
        'TrainingPipeline_App_Host_Events_4249CB4E',
        'ScoringProbe_App_Host_Events_780437C3',
      ),
      /requested: has probe/,
    ),
    fault(
      'a queue that nothing reads',
      set('azurerm_storage_queue', /^TrainingPipeline/, { name: 'others' }),
      /requested: has undefined/,
    ),
  ],
  'an approved version is released': [
    fault(
      'another event',
      rewrite(SUBSCRIPTION, /OnApproved/, 'version.approved', 'version.registered'),
      /approved: has none/,
    ),
    fault('nobody listens', remove(SUBSCRIPTION, /OnApproved/), /approved: has none/),
  ],
  'a model that callers ask is probed after each promotion': [
    fault(
      'after the watch only',
      rewrite(SUBSCRIPTION, /OnMove/, 'release.moved', 'release.ended'),
      /release.moved: has none/,
    ),
  ],
  'a version that fails its probe is taken back': [
    fault(
      'nobody listens',
      rewrite(SUBSCRIPTION, /OnApproved/, 'probe.failed', 'probe.passed'),
      /probe.failed: has none/,
    ),
  ],
  'nothing else starts by an event of the model': [
    fault(
      'on drift as well',
      rewrite(SUBSCRIPTION, /OnApproved/, '"probe.failed"', '"probe.failed","drift.detected"'),
      /starts release on drift.detected/,
    ),
    fault(
      'on every event',
      set(SUBSCRIPTION, /OnApproved/, { included_event_types: undefined }),
      /starts release on every event/,
    ),
  ],
  'a start may start one thing, and nothing else': [
    fault('no right', remove(ROLE, /^ReleaseController_OnApproved/), /may start probe, training; must be/),
    fault(
      'everything',
      assign([ROLE, DELIVERS], ROLE, { scope: '/subscriptions/s', role_definition_name: 'Contributor' }),
      /may Contributor on \/subscriptions\/s/,
    ),
    fault('no target', remove('azurerm_storage_queue', /^ScoringProbe/), /starts nothing/),
  ],
  'a start that cannot be delivered is kept, or raises an alarm': [
    fault(
      'no alarm on timers of the training',
      rewrite(RULE, /^TrainingPipeline/, "'new-data-timer', ", ''),
      /NEW_DATA: loses a start/,
    ),
    fault(
      'an alarm on other calls',
      rewrite(RULE, /^BatchScoring/, "('batch-score')", "('train')"),
      /BATCH_SCORE: loses a start/,
    ),
    fault(
      'an alarm on another app',
      rewrite(RULE, /^DriftMonitor/, '-monitor-', '-batch-'),
      /MONITORING: loses a start/,
    ),
    fault('no alarm on the probe', remove(RULE, /^ScoringProbe/), /PROBE: loses a start/),
    fault('no heartbeat', remove(RULE, /^ReleaseController/), /TICK: loses a start/),
    fault('nobody is told', set(RULE, /^ReleaseController/, { enabled: false }), /TICK: loses a start/),
    fault(
      'no dead letters',
      set(SUBSCRIPTION, /OnMove/, { storage_blob_dead_letter_destination: undefined }),
      /OnMove.*loses a start/,
    ),
    fault('no right to keep dead letters', remove(ROLE, DELIVERS), /OnRequest.*loses a start/),
    fault(
      'no container of dead letters',
      remove('azurerm_storage_container', /DeadLetters/),
      /OnApproved.*loses a start/,
    ),
  ],
};
