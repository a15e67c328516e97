/** Faults of runs, and of their starts, in Terraform's configurations. */

import type { RUN_BEHAVIOURS } from '../runs.ts';
import { fault, remove, rewrite, set, type TerraformFaults } from '../terraform-plant.ts';
import { grant } from './plant.ts';

const WORKFLOW = 'google_workflows_workflow';
const TRAINING = /^TrainingPipeline_Workflow/;
const JOB = 'google_cloud_scheduler_job';
const SUBSCRIPTION = 'google_pubsub_subscription';
const TRIGGER = 'google_eventarc_trigger';
const INVOKER = 'google_cloud_run_v2_service_iam_member';
const PROJECT = 'google_project_iam_member';
const POLICY = 'google_monitoring_alert_policy';
const OF_TRAINING = [PROJECT, /^TrainingPipeline_Workflow_Logs/] as const;
const OF_CALLER = [PROJECT, /^TrainingPipeline_Receives/] as const;

const base64 = (text: string): string => Buffer.from(text).toString('base64');
/** The body that starts a run. */
const execution = (argument: object): string =>
  base64(JSON.stringify({ argument: JSON.stringify(argument) }));

export const GCP_RUN_FAULTS: TerraformFaults<typeof RUN_BEHAVIOURS> = {
  'a run has the steps of its plan, in order': [
    fault('another way to call', rewrite(WORKFLOW, TRAINING, 'http.post', 'http.get'), /has the steps none/),
    fault(
      'a step calls another function',
      rewrite(WORKFLOW, TRAINING, 'URL_TRAIN\\\\\\"', 'URL_REGISTER\\\\\\"'),
      /ingest, register, evaluate/,
    ),
    fault(
      'the address of nothing',
      set(WORKFLOW, TRAINING, { 'user_env_vars.URL_TRAIN': 'https://example.com' }),
      /has the steps lease, export, prepare, ingest, , evaluate/,
    ),
    fault('no monitoring', remove(WORKFLOW, /^DriftMonitor/), /runs: has training/),
  ],
  'a run may call its own functions, and nothing else': [
    fault('no account', set(WORKFLOW, TRAINING, { service_account: undefined }), /has no identity/),
    fault(
      'no right to call',
      remove(INVOKER, /^TrainingPipeline_Train_Caller/),
      /may start evaluate, export/,
    ),
    fault(
      'another right',
      grant(OF_TRAINING, PROJECT, { project: 'p', role: 'roles/storage.objectViewer' }),
      /may roles\/storage.objectViewer on project/,
    ),
  ],
  'training starts at the schedules of the blueprint': [
    fault('a day later', set(JOB, /^TrainingPipeline_Training/, { schedule: '0 5 * * 2' }), /training: has/),
    fault('no retraining', remove(JOB, /^TrainingPipeline_Retraining/), /training: has/),
    fault(
      'all steps on new data',
      set(JOB, /^TrainingPipeline_NewData/, {
        'http_target.body': execution({ trigger: 'new-data', data: false }),
      }),
      /training: has/,
    ),
    fault('switched off', set(JOB, /^TrainingPipeline_NewData/, { paused: true }), /training: has/),
    fault(
      'a constant time',
      set(JOB, /^TrainingPipeline_NewData/, {
        'http_target.body': execution({ trigger: 'new-data', data: true, at: '2026-01-01T00:00:00Z' }),
      }),
      /leaves the planned time out/,
    ),
    fault(
      'no time of the start',
      rewrite(WORKFLOW, TRAINING, 'sys.now()', 'sys.never()'),
      /leaves the planned time out/,
    ),
  ],
  'monitoring starts at the schedule of the blueprint': [
    fault('each day', set(JOB, /^DriftMonitor/, { schedule: '0 6 * * *' }), /monitoring: has/),
  ],
  'batch scoring starts at the schedule of the blueprint': [
    fault('an hour later', set(JOB, /^BatchScoring/, { schedule: '0 5 1 * *' }), /batch-score: has/),
  ],
  'the release controller starts each minute': [
    fault('each hour', set(JOB, /Tick/, { schedule: '0 * * * *' }), /release: has/),
    fault(
      'another signal',
      set(JOB, /Tick/, { 'http_target.body': base64('{"kind":"tock"}') }),
      /release: has/,
    ),
  ],
  'a model that callers ask is probed every five minutes': [
    fault('each minute', set(JOB, /^ScoringProbe/, { schedule: '* * * * *' }), /probe: has/),
    fault('never', remove(JOB, /^ScoringProbe/), /probe: has none/),
  ],
  'a model that callers ask is probed after each promotion': [
    fault(
      'after the watch only',
      rewrite(SUBSCRIPTION, /OnMove/, 'release.moved', 'release.ended'),
      /release.moved: has none/,
    ),
    fault(
      'the topic of predictions',
      rewrite(SUBSCRIPTION, /OnMove/, 'Events_D32975C2', 'PredictionLog_Topic_758D3A56'),
      /moved: has none/,
    ),
  ],
  'a version that fails its probe is taken back': [
    fault(
      'nobody listens',
      rewrite(SUBSCRIPTION, /OnApproved/, 'probe.failed', 'probe.passed'),
      /probe.failed: has none/,
    ),
  ],
  'nothing else starts by a schedule': [
    fault(
      'the approval',
      rewrite(JOB, /Tick/, 'ReleaseController_Release_ABC0878A', 'ReleaseController_Approve_274BCD46'),
      /starts approve/,
    ),
  ],
  'a request for retraining starts a training of all steps': [
    fault(
      'another topic',
      rewrite(TRIGGER, /./, 'Events_Requests_F5174F25', 'Events_D32975C2'),
      /requested: has none/,
    ),
    fault(
      'new data only',
      rewrite(WORKFLOW, TRAINING, '\\"data\\":false', '\\"data\\":true'),
      /requested: has/,
    ),
    fault(
      'the other run',
      rewrite(TRIGGER, /./, 'TrainingPipeline_Workflow_BA18C417', 'DriftMonitor_Workflow_9DDC34D2'),
      /requested: has monitoring/,
    ),
  ],
  'an approved version is released': [
    fault(
      'another function',
      rewrite(
        SUBSCRIPTION,
        /OnApproved/,
        'ReleaseController_Release_ABC0878A',
        'ReleaseController_Approve_274BCD46',
      ),
      /has approve/,
    ),
    fault('nobody listens', remove(SUBSCRIPTION, /OnApproved/), /approved: has none/),
  ],
  'nothing else starts by an event of the model': [
    fault(
      'on drift as well',
      rewrite(
        SUBSCRIPTION,
        /OnApproved/,
        'probe.failed\\"',
        'probe.failed\\" OR attributes.type = \\"drift.detected\\"',
      ),
      /starts release on drift.detected/,
    ),
    fault('on every event', set(SUBSCRIPTION, /OnApproved/, { filter: undefined }), /starts release on/),
  ],
  'a start may start one thing, and nothing else': [
    fault(
      'no right',
      remove(INVOKER, /^BatchScoring_Function_Caller/),
      /may start monitoring, probe, release/,
    ),
    fault(
      'everything',
      grant(OF_CALLER, PROJECT, { project: 'p', role: 'roles/run.admin' }),
      /may roles\/run.admin on project/,
    ),
    fault(
      'no target',
      rewrite(JOB, /^BatchScoring/, 'BatchScoring_Function_C9A7EC01', 'Gone_C9A7EC01'),
      /starts nothing/,
    ),
  ],
  'a start that cannot be delivered is kept, or raises an alarm': [
    fault('no alarm on jobs', remove(POLICY, /^LostStarts/), /loses a start/),
    fault(
      'an alarm that leaves a job out',
      rewrite('google_logging_metric', /^LostStarts/, '-batch-score', '-batch-scores'),
      /BatchScoring.*loses a start/,
    ),
    fault('no heartbeat', remove(POLICY, /TickAlarm/), /Tick.*loses a start/),
    fault('no alarm on requests', remove(POLICY, /RequestAlarm/), /OnRequest.*loses a start/),
    fault(
      'no dead letters',
      set(SUBSCRIPTION, /OnApproved/, { dead_letter_policy: undefined }),
      /OnApproved.*loses a start/,
    ),
  ],
};
