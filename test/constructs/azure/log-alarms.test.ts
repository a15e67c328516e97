import { beforeAll, describe, expect, it } from 'vitest';
import { LONGEST_LOOK_BACK_SEC, type LogAlarm, LogAlarms } from '../../../constructs/azure/log-alarms.ts';
import { Notifications } from '../../../constructs/azure/notifications.ts';
import type { ResolvedConfig } from '../../../constructs/config/resolve.ts';
import type { EnvironmentInput } from '../../../constructs/config/schema.ts';
import { all, exampleAzureConfig, made, only, PEOPLE } from './example.ts';

const RULE = 'azurerm_monitor_scheduled_query_rules_alert_v2';
const GROUP = 'azurerm_monitor_action_group';
const GROUPS = ['/subscriptions/s/resourceGroups/g/providers/Microsoft.Insights/actionGroups/people'];

const alarm = (change: Partial<LogAlarm> = {}): LogAlarm => ({
  name: 'outage',
  query: (seconds) => `union isfuzzy=true AppRequests | where TimeGenerated > ago(${seconds}s)`,
  seconds: 3_600,
  says: 'the API answers nothing',
  runbook: 'runbook-outage',
  ...change,
});

describe('LogAlarms on Azure', () => {
  let config: ResolvedConfig;
  beforeAll(async () => {
    config = await exampleAzureConfig('dev', PEOPLE);
  });
  const rules = (alarms: readonly LogAlarm[], actionGroups: readonly string[] = GROUPS) =>
    made(
      (scope) =>
        new LogAlarms(scope, 'Alarms', {
          config,
          name: 'service-alarms',
          alarms,
          notifications: { actionGroups },
        }),
    );

  it('makes one rule that looks four times an hour and splits by alarm', () => {
    const rule = only(rules([alarm(), alarm({ name: 'slow', seconds: 900 })]), RULE);
    expect(rule).toMatchObject({
      name: 'bank-marketing-dev-service-alarms',
      evaluation_frequency: 'PT15M',
      window_duration: 'PT1H',
      auto_mitigation_enabled: true,
      skip_query_validation: true,
      action: { action_groups: GROUPS },
    });
    const [criteria] = rule.criteria as readonly Record<string, unknown>[]; // one block
    expect(criteria).toMatchObject({
      time_aggregation_method: 'Count',
      operator: 'GreaterThan',
      threshold: 0,
    });
    expect(criteria?.dimension).toEqual(
      ['alarm', 'meaning', 'todo'].map((name) => ({ name, operator: 'Include', values: ['*'] })),
    );
    expect(criteria?.query).toMatch(/^union isfuzzy=true/);
    expect(criteria?.query).toContain("todo = 'stacks/terraform/azure.md#runbook-outage'");
  });

  it('makes no rule where nobody is told, and none without an alarm', () => {
    expect(all(rules([alarm()], []), RULE)).toEqual([]);
    expect(all(rules([]), RULE)).toEqual([]);
  });

  it('reads two days of the log at most', () => {
    expect(only(rules([alarm({ seconds: LONGEST_LOOK_BACK_SEC })]), RULE)).toMatchObject({
      window_duration: 'P2D',
    });
    expect(() => rules([alarm({ seconds: LONGEST_LOOK_BACK_SEC + 1 })])).toThrow(/reads 172800 s at most/);
  });
});

describe('Notifications on Azure', () => {
  const notified = async (change: Partial<EnvironmentInput>) => {
    const config = await exampleAzureConfig('dev', change);
    return made((scope) => new Notifications(scope, 'Notifications', { config }));
  };

  it('mails each address, under a short name of twelve characters at most', async () => {
    const group = only(await notified(PEOPLE), GROUP);
    const receivers = group.email_receiver as readonly { readonly email_address: string }[]; // a list of blocks
    expect(receivers.map((one) => one.email_address)).toEqual(PEOPLE.alertTo);
    expect(String(group.short_name)).toMatch(/^.{1,12}$/);
  });

  it('makes each message an alert of its own, with its subject', async () => {
    const rule = only(await notified(PEOPLE), RULE);
    expect(rule).toMatchObject({ auto_mitigation_enabled: false, window_duration: 'PT15M' });
    const [criteria] = rule.criteria as readonly {
      readonly dimension: readonly { readonly name: string }[];
    }[]; // one block
    expect(criteria?.dimension.map(({ name }) => name)).toEqual(['subject', 'severity']);
  });

  it('makes nothing where nobody is to be told', async () => {
    const config = await notified({});
    expect([...all(config, GROUP), ...all(config, RULE)]).toEqual([]);
  });
});
