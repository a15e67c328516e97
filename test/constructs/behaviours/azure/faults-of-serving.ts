/** Faults of the endpoint, alarms, dashboard and budget, in Azure's configurations. */

import type { SERVING_BEHAVIOURS } from '../serving.ts';
import { asIf, fault, remove, rewrite, set, type TerraformFaults } from '../terraform-plant.ts';
import { assign } from './plant.ts';

const RULE = 'azurerm_monitor_scheduled_query_rules_alert_v2';
const SETTINGS = 'azapi_update_resource';
const SIGN_IN = /^ScoringApi_App_SignIn/;
const ROLE = 'azurerm_role_assignment';
const STARTER = /^TrainingPipeline_App_StorageQueueDataMessageSender/;
const WORKBOOK = 'azurerm_application_insights_workbook';
const BUDGET = 'azurerm_consumption_budget_resource_group';
const PEOPLE =
  'body.properties.identityProviders.azureActiveDirectory.validation.defaultAuthorizationPolicy.allowedPrincipals.identities';

export const AZURE_SERVING_FAULTS: TerraformFaults<typeof SERVING_BEHAVIOURS> = {
  'the endpoint has every path of the service, behind authentication': [
    fault('no endpoint', remove('azapi_resource', /^ScoringApi/), /endpoint: has none/),
    fault('no sign-in', remove(SETTINGS, SIGN_IN), /answers everybody/),
    fault('everybody of the tenant', set(SETTINGS, SIGN_IN, { [PEOPLE]: [] }), /answers everybody/),
    fault(
      'switched off',
      set(SETTINGS, SIGN_IN, { 'body.properties.platform.enabled': false }),
      /answers everybody/,
    ),
    fault(
      'strangers too',
      rewrite(SETTINGS, SIGN_IN, '"Return401"', '"AllowAnonymous"'),
      /answers everybody/,
    ),
  ],
  'the callers and starters of the environment may call and start, and nobody else': [
    fault('somebody else', rewrite(SETTINGS, SIGN_IN, '00000000000d"', '00000000000e"'), /callers: has/),
    fault('no right to start', remove(ROLE, STARTER), /must have .*starts training/),
    fault(
      'the queue of another app',
      set(ROLE, STARTER, { scope: '/queues/events' }),
      /may Storage Queue Data Message Sender/,
    ),
    fault(
      'the store',
      assign([ROLE, STARTER], ROLE, {
        scope: '/subscriptions/s',
        role_definition_name: 'Storage Blob Data Reader',
      }),
      /may Storage Blob Data Reader on \/subscriptions\/s/,
    ),
    fault(
      'more for who deploys',
      assign([ROLE, /^BatchScoring_App_Package/], ROLE, {
        scope: '/subscriptions/s',
        role_definition_name: 'Owner',
      }),
      /may Owner on \/subscriptions\/s/,
    ),
    fault('a start by somebody else', asIf({ starters: [] }), /callers: has/),
    fault('an approval by somebody else', asIf({ approvers: [] }), /starts approve/),
    fault('one caller more', asIf({ callers: [], starters: [], approvers: [] }), /must have none/),
  ],
  'the alarms on answers have the rules of all clouds': [
    fault('another threshold', rewrite(RULE, /^RollbackAlarms/, ' > 0.02', ' > 0.9'), /fires above 0.9/),
    fault('the other direction', rewrite(RULE, /^RollbackAlarms/, ' > 0.02', ' < 0.02'), /fires above NaN/),
    fault('switched off', set(RULE, /^RollbackAlarms/, { enabled: false }), /fires above NaN/),
    fault(
      'one alert for all',
      set(RULE, /^RollbackAlarms/, { 'criteria.0.dimension': [] }),
      /fires above NaN/,
    ),
    fault(
      'a window that is too short',
      set(RULE, /^RollbackAlarms/, { window_duration: 'PT15M' }),
      /fires above NaN/,
    ),
    fault('no minimum', rewrite(RULE, /^ScoringApi/, 'failed >= 3', 'failed >= 2'), /needs failures 2/),
    fault('a shorter sight', rewrite(RULE, /^ScoringApi/, 'ago(86400s)', 'ago(3600s)'), /looks at 900,4,4/),
    fault(
      'another runbook',
      rewrite(RULE, /^RollbackAlarms/, '#runbook-latency', '#runbook-error-rate'),
      /links to runbook-error/,
    ),
    fault('an alarm is missing', rewrite(RULE, /^RollbackAlarms/, "'score psi'", "'score'"), /alarms: has/),
  ],
  'an alarm is quiet without data, notifies people and links to its runbook': [
    fault(
      'without data',
      rewrite(
        RULE,
        /^ScoringApi/,
        'failed >= 3 and todouble(failed) / todouble(requests) > 0.5',
        'requests >= 0',
      ),
      /fires without data/,
    ),
    fault(
      'a heartbeat that stops unheard',
      rewrite(
        RULE,
        /^ReleaseController/,
        'ticks = countif(Success)',
        'ticks = countif(Success) by AppRoleName',
      ),
      /is quiet when what it watches has stopped/,
    ),
    fault('nobody', set(RULE, /^ScoringApi/, { 'action.action_groups': [] }), /notifies nobody/),
    fault('no runbook', rewrite(RULE, /^ScoringApi/, '#runbook-', '#'), /links to no runbook/),
  ],
  'a failed run raises an alarm': [
    fault('no alarm', remove(RULE, /^DriftMonitor/), /fails without an alarm/),
    fault(
      'on another line',
      rewrite(RULE, /^TrainingPipeline/, "'pipeline.failed'", "'pipeline.ended'"),
      /fails without/,
    ),
    fault(
      'at the second failure',
      set(RULE, /^DriftMonitor/, { 'criteria.0.threshold': 1 }),
      /fails without/,
    ),
  ],
  'the dashboard shows every metric that the functions write': [
    fault(
      'a value that nobody writes',
      rewrite(WORKBOOK, /./, '].driftedShare', '].lost'),
      /shows failed, latencyMs, lost/,
    ),
    fault(
      'no latency',
      rewrite(WORKBOOK, /./, 'percentile(DurationMs, 99)', 'max(DurationMs)'),
      /shows driftedShare, failed, mem/,
    ),
    fault('no dashboard', asIf({ dashboard: false }), /dashboards: has one/),
  ],
  'the budget has the amount and the people of the environment': [
    fault('another amount', asIf({ budget: { monthly: 50, currency: 'USD' } }), /budgets: has 500 USD/),
    fault(
      'one person less',
      rewrite(BUDGET, /./, '"on-call@example.com"', '"ml-alerts@example.com"'),
      /notifies/,
    ),
    fault('each year', rewrite(BUDGET, /./, '"Monthly"', '"Annually"'), /NaN USD/),
  ],
};
