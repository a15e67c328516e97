/** Faults of runs, and of their starts, in CloudFormation. */

import type { RUN_BEHAVIOURS } from '../runs.ts';
import { allow, type Faults, fault, remove, rewrite, set } from './plant.ts';

const MACHINE = 'AWS::StepFunctions::StateMachine';
const TRAINING = /^TrainingPipelineWorkflow/;
const SCHEDULE = 'AWS::Scheduler::Schedule';
const RULE = 'AWS::Events::Rule';

export const RUN_FAULTS: Faults<typeof RUN_BEHAVIOURS> = {
  'a run has the steps of its plan, in order': [
    fault(
      'a step is left out',
      rewrite(MACHINE, TRAINING, '\\"Next\\":\\"Prepare\\"', '\\"Next\\":\\"Ingest\\"'),
      /has the steps lease, export, ingest/,
    ),
    fault(
      'a step calls another function',
      rewrite(MACHINE, TRAINING, 'TrainArn}', 'RegisterArn}'),
      /ingest, register, evaluate/,
    ),
    fault('no monitoring', remove(MACHINE, /^DriftMonitor/), /runs: has training/),
  ],
  'a run may call its own functions, and nothing else': [
    fault('no role', set(MACHINE, TRAINING, { RoleArn: undefined }), /has no identity/),
    fault(
      'no right to call',
      rewrite('AWS::IAM::Policy', /^TrainingPipelineWorkflow/, 'lambda:InvokeFunction', 'lambda:GetFunction'),
      /may start none/,
    ),
    fault('another right', allow(/^TrainingPipelineWorkflow/, 's3:GetObject', '*'), /may s3:GetObject on \*/),
    fault(
      'network interfaces',
      allow(/^TrainingPipelineWorkflow/, 'ec2:DescribeSubnets', '*'),
      /may ec2:Desc/,
    ),
  ],
  'training starts at the schedules of the blueprint': [
    fault(
      'a day later',
      rewrite(SCHEDULE, /^TrainingPipelineTraining/, '? * 2 *', '? * 3 *'),
      /training: has/,
    ),
    fault('no retraining', remove(SCHEDULE, /^TrainingPipelineRetraining/), /training: has/),
    fault(
      'all steps on new data',
      rewrite(SCHEDULE, /^TrainingPipelineNewData/, '\\"data\\":true', '\\"data\\":false'),
      /training: has/,
    ),
    fault('switched off', set(SCHEDULE, /^TrainingPipelineNewData/, { State: 'DISABLED' }), /training: has/),
    fault(
      'the time of the delivery',
      rewrite(SCHEDULE, /^TrainingPipelineNewData/, '<aws.scheduler.scheduled-time>', '2026-01-01T00:00:00Z'),
      /leaves the planned time out/,
    ),
  ],
  'monitoring starts at the schedule of the blueprint': [
    fault('each day', rewrite(SCHEDULE, /^DriftMonitor/, '0 6 1 * ? *', '0 6 * * ? *'), /monitoring: has/),
  ],
  'batch scoring starts at the schedule of the blueprint': [
    fault('an hour later', rewrite(SCHEDULE, /^BatchScoring/, 'cron(0 4', 'cron(0 5'), /batch-score: has/),
  ],
  'the release controller starts each minute': [
    fault('each hour', set(SCHEDULE, /Tick/, { ScheduleExpression: 'cron(0 * * * ? *)' }), /release: has/),
    fault('another signal', rewrite(SCHEDULE, /Tick/, '\\"tick\\"', '\\"tock\\"'), /release: has/),
  ],
  'a model that callers ask is probed every five minutes': [
    fault(
      'each minute',
      set(SCHEDULE, /^ScoringProbe/, { ScheduleExpression: 'rate(1 minute)' }),
      /probe: has/,
    ),
    fault('never', remove(SCHEDULE, /^ScoringProbe/), /probe: has none/),
  ],
  'a model that callers ask is probed after each promotion': [
    fault(
      'after the watch only',
      rewrite(RULE, /OnMove/, 'release.moved', 'release.ended'),
      /release.moved: has none/,
    ),
    fault('switched off', set(RULE, /OnMove/, { State: 'DISABLED' }), /moved: has none/),
  ],
  'a version that fails its probe is taken back': [
    fault('nobody listens', remove(RULE, /OnProbeFailed/), /probe.failed: has none/),
  ],
  'nothing else starts by a schedule': [
    fault(
      'the approval',
      rewrite(SCHEDULE, /Tick/, 'ReleaseControllerTickAliasEB7353F6', 'ReleaseControllerApprove31C76CB5'),
      /starts approve/,
    ),
  ],
  'a request for retraining starts a training of all steps': [
    fault(
      'another event',
      rewrite(RULE, /OnRequest/, 'retraining.requested', 'drift.detected'),
      /requested: has none/,
    ),
    fault(
      'new data only',
      rewrite(RULE, /OnRequest/, '\\"data\\": false', '\\"data\\": true'),
      /requested: has/,
    ),
    fault('on the bus of the account', set(RULE, /OnRequest/, { EventBusName: undefined }), /has none/),
  ],
  'an approved version is released': [
    fault(
      'another function',
      rewrite(RULE, /OnApproved/, 'ReleaseControllerRelease9FFD55B2', 'ReleaseControllerApprove31C76CB5'),
      /has approve/,
    ),
    fault('switched off', set(RULE, /OnApproved/, { State: 'DISABLED' }), /approved: has none/),
  ],
  'nothing else starts by an event of the model': [
    fault(
      'on drift as well',
      rewrite(RULE, /OnRequest/, '["retraining.requested"]', '["retraining.requested","drift.detected"]'),
      /starts training on drift.detected/,
    ),
    fault('on every event', rewrite(RULE, /OnApproved/, 'detail-type', 'source'), /starts release on/),
  ],
  'a start may start one thing, and nothing else': [
    fault(
      'no right',
      rewrite('AWS::IAM::Policy', /^BatchScoringSchedule/, 'lambda:InvokeFunction', 'lambda:GetFunction'),
      /may start none/,
    ),
    fault(
      'everything',
      allow(/^BatchScoringSchedule/, 'lambda:InvokeFunction', '*'),
      /may lambda:InvokeFunction on \*/,
    ),
    fault(
      'no target',
      rewrite(SCHEDULE, /^BatchScoring/, 'BatchScoringFunctionE5949DCA', 'Gone'),
      /starts nothing/,
    ),
  ],
  'a start that cannot be delivered is kept, or raises an alarm': [
    fault('no queue', rewrite(SCHEDULE, /Tick/, 'DeadLetterConfig', 'DeadLetters'), /loses a start/),
    fault(
      'no queue of a rule',
      rewrite(RULE, /OnApproved/, 'DeadLetterConfig', 'DeadLetters'),
      /loses a start/,
    ),
  ],
};
