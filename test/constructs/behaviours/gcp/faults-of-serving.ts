/** Faults of the endpoint, alarms, dashboard and budget, in Terraform's configurations. */

import type { SERVING_BEHAVIOURS } from '../serving.ts';
import { asIf, fault, remove, rewrite, set, type TerraformFaults } from '../terraform-plant.ts';
import { grant } from './plant.ts';

const POLICY = 'google_monitoring_alert_policy';
const INVOKER = 'google_cloud_run_v2_service_iam_member';
const CALLER = /^ScoringApi_Function_Caller/;
const DASHBOARD = 'google_monitoring_dashboard';
const BUDGET = 'google_billing_budget';

export const GCP_SERVING_FAULTS: TerraformFaults<typeof SERVING_BEHAVIOURS> = {
  'the endpoint has every path of the service, behind authentication': [
    fault('no endpoint', remove('google_cloudfunctions2_function', /^ScoringApi/), /endpoint: has none/),
    fault('everybody', set(INVOKER, CALLER, { member: 'allUsers' }), /answers everybody/),
    fault('any account', set(INVOKER, CALLER, { member: 'allAuthenticatedUsers' }), /answers everybody/),
  ],
  'the callers and starters of the environment may call and start, and nobody else': [
    fault('somebody else', rewrite(INVOKER, CALLER, 'call-centre@', 'marketing@'), /callers: has/),
    fault('everybody', set(INVOKER, CALLER, { member: 'allUsers' }), /callers: has allUsers starts score/),
    fault('no right', set(INVOKER, CALLER, { role: 'roles/run.viewer' }), /callers: has/),
    fault(
      'the store',
      grant([INVOKER, CALLER], 'google_storage_bucket_iam_member', {
        bucket: 'store',
        role: 'roles/storage.objectViewer',
      }),
      /may roles\/storage.objectViewer on storage_bucket store/,
    ),
    fault('a start by somebody else', asIf({ starters: [] }), /callers: has group:model-owners/),
    fault('an approval by somebody else', asIf({ approvers: [] }), /starts approve/),
    fault('one caller more', asIf({ callers: [], starters: [], approvers: [] }), /must have none/),
  ],
  'the alarms on answers have the rules of all clouds': [
    fault('another threshold', rewrite(POLICY, /Alarms_ErrorRate/, ' > 0.02', ' > 0.5'), /fires above 0.5/),
    fault(
      'the other direction',
      rewrite(POLICY, /Alarms_ErrorRate/, ' > 0.02', ' < 0.02'),
      /fires above NaN/,
    ),
    fault('switched off', set(POLICY, /Alarms_ErrorRate/, { enabled: false }), /fires above NaN/),
    fault('no minimum', rewrite(POLICY, /Alarms_Outage/, '>= 3', '>= 2'), /needs failures 2/),
    fault('a shorter sight', rewrite(POLICY, /QuietOutage/, '[86400s:', '[3600s:'), /looks at 900,4,4/),
    fault(
      'another runbook',
      rewrite(POLICY, /RollbackAlarms_Latency/, '#runbook-latency', '#runbook-error-rate'),
      /links to runbook-error/,
    ),
    fault('an alarm is missing', remove(POLICY, /ScorePsi/), /alarms: has/),
  ],
  'an alarm is quiet without data, notifies people and links to its runbook': [
    fault(
      'without data',
      rewrite(POLICY, /FunctionErrors/, 'sum(', 'vector(0) + sum('),
      /fires without data/,
    ),
    fault(
      'a heartbeat that stops unheard',
      rewrite(POLICY, /TickAlarm/, ' or vector(0)', ''),
      /is quiet when what it watches has stopped/,
    ),
    fault('nobody', set(POLICY, /FunctionErrors/, { notification_channels: [] }), /notifies nobody/),
    fault(
      'no runbook',
      set(POLICY, /FunctionErrors/, { 'documentation.content': 'something failed' }),
      /links to no runbook/,
    ),
  ],
  'a failed run raises an alarm': [
    fault('no alarm', remove(POLICY, /^DriftMonitor_Workflow/), /fails without an alarm/),
    fault(
      'at the second failure',
      rewrite(POLICY, /^DriftMonitor_Workflow/, ' > 0', ' > 1'),
      /fails without/,
    ),
    fault(
      'the other run',
      rewrite(POLICY, /^DriftMonitor_Workflow/, 'prod-monitoring\\"', 'prod-training\\"'),
      /fails without/,
    ),
  ],
  'the dashboard shows every metric that the functions write': [
    fault(
      'a value that nobody writes',
      rewrite('google_logging_metric', /Metric-failed/, 'values.failed)', 'values.lost)'),
      /shows driftedShare, latencyMs, lost,/,
    ),
    fault(
      'no latency',
      rewrite(DASHBOARD, /./, 'request_latencies', 'request_sizes'),
      /shows driftedShare, failed, mem/,
    ),
    fault('no dashboard', asIf({ dashboard: false }), /dashboards: has one/),
  ],
  'the budget has the amount and the people of the environment': [
    fault('another amount', asIf({ budget: { monthly: 50, currency: 'USD' } }), /budgets: has 500 USD/),
    fault('one person less', rewrite(BUDGET, /./, 'Budget_Email1_', 'Budget_Gone_'), /notifies/),
    fault('each year', rewrite(BUDGET, /./, '"MONTH"', '"YEAR"'), /NaN USD/),
  ],
};
