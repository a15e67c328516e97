/** Faults of the endpoint, alarms, dashboard and budget, in CloudFormation. */

import type { SERVING_BEHAVIOURS } from '../serving.ts';
import { allow, asIf, type Faults, fault, remove, rewrite, set } from './plant.ts';

const ALARM = 'AWS::CloudWatch::Alarm';
const ROUTE = 'AWS::ApiGatewayV2::Route';
const CALLER = /^ScoringApiCaller/;

export const SERVING_FAULTS: Faults<typeof SERVING_BEHAVIOURS> = {
  'the endpoint has every path of the service, behind authentication': [
    fault('a path is missing', remove(ROUTE, /GETmodel/), /endpoint: has/),
    fault('a path of everybody', set(ROUTE, /GETmodel/, { AuthorizationType: 'NONE' }), /answers everybody/),
    fault('a token of nobody', set(ROUTE, /GETmodel/, { AuthorizationType: 'JWT' }), /answers everybody/),
  ],
  'the callers and starters of the environment may call and start, and nobody else': [
    fault(
      'somebody else',
      rewrite('AWS::IAM::Role', CALLER, 'role/call-centre', 'role/marketing'),
      /callers: has/,
    ),
    fault(
      'everybody',
      rewrite('AWS::IAM::Role', CALLER, 'arn:aws:iam::111111111111:role/call-centre', '*'),
      /callers: has \* starts score/,
    ),
    fault(
      'no right',
      rewrite('AWS::IAM::Policy', CALLER, 'execute-api:Invoke', 'execute-api:ManageConnections'),
      /callers: has/,
    ),
    fault('a path left out', rewrite('AWS::IAM::Policy', CALLER, 'POST/score', 'POST/model'), /callers: has/),
    fault('the store', allow(CALLER, 's3:GetObject', '*'), /may s3:GetObject on \*/),
    fault('one caller more', asIf({ callers: [], starters: [] }), /must have none/),
  ],
  'the alarms on answers have the rules of all clouds': [
    fault('another threshold', set(ALARM, /ErrorRate/, { Threshold: 0.5 }), /fires above 0.5/),
    fault(
      'the other direction',
      set(ALARM, /ErrorRate/, { ComparisonOperator: 'LessThanThreshold' }),
      /fires above NaN/,
    ),
    fault('no minimum', rewrite(ALARM, /AlarmsOutage/, '>= 3', '>= 2'), /needs failures 2/),
    fault('a shorter sight', set(ALARM, /QuietOutage/, { EvaluationPeriods: 12 }), /looks at 900,4,12/),
    fault(
      'another runbook',
      rewrite(ALARM, /RollbackAlarmsLatency/, '#runbook-latency', '#runbook-error-rate'),
      /links to runbook-error/,
    ),
    fault('an alarm is missing', remove(ALARM, /ScorePsi/), /alarms: has/),
  ],
  'an alarm is quiet without data, notifies people and links to its runbook': [
    fault('without data', set(ALARM, /NewCode/, { TreatMissingData: 'breaching' }), /fires without data/),
    fault(
      'a heartbeat that stops unheard',
      set(ALARM, /TickAlarm/, { TreatMissingData: 'notBreaching' }),
      /is quiet when what it watches has stopped/,
    ),
    fault('nobody', set(ALARM, /NewCode/, { AlarmActions: [] }), /notifies nobody/),
    fault(
      'no runbook',
      set(ALARM, /NewCode/, { AlarmDescription: 'new code failed' }),
      /links to no runbook/,
    ),
  ],
  'a failed run raises an alarm': [
    fault('no alarm', remove(ALARM, /^DriftMonitorWorkflow/), /fails without an alarm/),
    fault('at the second failure', set(ALARM, /^DriftMonitorWorkflow/, { Threshold: 1 }), /fails without/),
    fault(
      'the other run',
      rewrite(
        ALARM,
        /^DriftMonitorWorkflow/,
        'DriftMonitorWorkflow9DDC34D2',
        'TrainingPipelineWorkflowBA18C417',
      ),
      /fails without/,
    ),
  ],
  'the dashboard shows every metric that the functions write': [
    fault(
      'a metric that nobody writes',
      rewrite('AWS::CloudWatch::Dashboard', /./, 'latencyMs', 'latency'),
      /shows driftedShare, failed, latency,/,
    ),
    fault('no dashboard', asIf({ dashboard: false }), /dashboards: has one/),
  ],
  'the budget has the amount and the people of the environment': [
    fault('another amount', asIf({ budget: { monthly: 50, currency: 'USD' } }), /budgets: has 500 USD/),
    fault('other people', rewrite('AWS::Budgets::Budget', /./, 'on-call@', 'off-call@'), /notifies/),
    fault('each year', rewrite('AWS::Budgets::Budget', /./, 'MONTHLY', 'ANNUALLY'), /NaN USD/),
  ],
};
