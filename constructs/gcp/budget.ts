import { BillingBudget } from '@cdktf/provider-google/lib/billing-budget/index.js';
import type { Construct } from 'constructs';
import { labelKey } from '../config/limits/gcp-labels.ts';
import type * as contract from '../contract/budget.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import { gcpLabels, nameOf } from '../shared/naming.ts';
import { emailChannels } from './email-channels.ts';
import { cloudOf } from './place.ts';
import { projectNumber } from './service-agents.ts';

/** Shares of the limit at which people are told: of what was spent, and of what the month is heading for. */
const SPENT = 0.8;
const FORECAST = 1;
/** Channels of a budget (`monitoringNotificationChannels` of billingbudgets v1). */
const MOST_CHANNELS = 5;

/**
 * A budget of the billing account over what carries the label of this model in the project; a budget filters by one label. The
 * first five addresses of `alertTo` are told, and the account's administrators
 * (cloud.google.com/billing/docs/how-to/budgets-notification-recipients).
 *
 * @example
 * import { TerraformOutput } from 'cdktf';
 * import { Budget } from 'mlops-blueprint/gcp';
 *
 * // `config` is of an environment with `budget` and `cloud.billingAccount`.
 * const { limit } = new Budget(stack, 'Budget', { config });
 * new TerraformOutput(stack, 'MonthlyLimit', { value: `${limit}` });
 */
export class Budget extends ModelConstruct implements contract.IBudget {
  readonly resource: BillingBudget;
  readonly limit: number;

  constructor(scope: Construct, id: string, props: contract.BudgetProps) {
    super(scope, id, props);
    const { config } = props;
    const { budget, alertTo } = config.environment;
    const { billingAccount } = cloudOf(config);
    if (budget === undefined)
      throw new Error('Budget: the environment has no budget: give monthly and currency');
    if (billingAccount === undefined)
      throw new Error('Budget: the environment has no cloud.billingAccount: give the account of the project');
    this.limit = budget.monthly;
    const channels = emailChannels(this, config, `${nameOf(config)} budget`, alertTo.slice(0, MOST_CHANNELS));
    const label = labelKey('mlops:model');
    this.resource = new BillingBudget(this, 'Resource', {
      billingAccount,
      displayName: nameOf(config).slice(0, 60),
      budgetFilter: {
        projects: [`projects/${projectNumber(this, config)}`],
        labels: { [label]: gcpLabels(config)[label] ?? '' },
        calendarPeriod: 'MONTH',
      },
      amount: { specifiedAmount: amountOf(budget) },
      thresholdRules: [
        { thresholdPercent: SPENT, spendBasis: 'CURRENT_SPEND' },
        { thresholdPercent: FORECAST, spendBasis: 'FORECASTED_SPEND' },
      ],
      ...(channels.length > 0 && { allUpdatesRule: { monitoringNotificationChannels: [...channels] } }),
    });
  }
}

const NANOS = 1e9;

/** Whole units as text, and billionths (`google.type.Money`). */
function amountOf({ monthly, currency }: { readonly monthly: number; readonly currency: string }) {
  const units = Math.floor(monthly);
  const nanos = Math.round((monthly - units) * NANOS);
  return { currencyCode: currency, units: `${units}`, ...(nanos > 0 && { nanos }) };
}
