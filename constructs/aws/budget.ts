import { Annotations, Stack } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import type { Construct } from 'constructs';
import { REGION_SOURCE, regionHas } from '../config/limits/aws-place.ts';
import type * as contract from '../contract/budget.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import { modelTags } from '../shared/naming.ts';

/** Shares of the limit at which people are told: of what was spent, and of what the month is heading for. */
const SPENT_PERCENT = 80;
const FORECAST_PERCENT = 100;

/**
 * AWS Budgets over everything that carries the model's tags. It counts nothing until the tags are activated for cost
 * allocation, which `mlops doctor` says (docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/activating-tags.html).
 * A stack in a region where CloudFormation has no budgets gets a warning instead.
 *
 * @example
 * import { CfnOutput } from 'aws-cdk-lib';
 * import { Budget } from 'mlops-blueprint/aws';
 *
 * // `config` is of an environment with `budget` and `alertTo`.
 * const { limit } = new Budget(stack, 'Budget', { config });
 * new CfnOutput(stack, 'MonthlyLimit', { value: `${limit}` });
 */
export class Budget extends ModelConstruct implements contract.IBudget {
  /** Absent in a region without the resource type. */
  readonly resource: CfnBudget | undefined;
  readonly limit: number;

  constructor(scope: Construct, id: string, props: contract.BudgetProps) {
    super(scope, id, props);
    const { config } = props;
    const { budget, alertTo } = config.environment;
    if (budget === undefined)
      throw new Error('Budget: the environment has no budget: give monthly and currency');
    if (budget.currency !== 'USD')
      throw new Error(`Budget: AWS bills in USD, got ${budget.currency}: give the budget in USD`);
    this.limit = budget.monthly;
    const { region } = Stack.of(this);
    if (!regionHas(region, 'AWS::Budgets::Budget')) {
      Annotations.of(this).addWarningV2(
        'mlops-blueprint:budget',
        `CloudFormation has no AWS::Budgets::Budget in ${region} (${REGION_SOURCE}), so there is no budget; make it in the console, or in a stack of us-east-1`,
      );
      return;
    }
    const tell = (notificationType: 'ACTUAL' | 'FORECASTED', threshold: number) => ({
      notification: {
        notificationType,
        threshold,
        thresholdType: 'PERCENTAGE',
        comparisonOperator: 'GREATER_THAN',
      },
      subscribers: alertTo.map((address) => ({ subscriptionType: 'EMAIL', address })),
    });
    this.resource = new CfnBudget(this, 'Resource', {
      budget: {
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: budget.monthly, unit: budget.currency },
        metrics: ['UnblendedCost'],
        // Both tags must match; of two keys in one cost filter it is documented nowhere.
        filterExpression: {
          and: Object.entries(modelTags(config)).map(([key, value]) => ({
            tags: { key, values: [value], matchOptions: ['EQUALS'] },
          })),
        },
      },
      // Without anybody to tell there is only the budget's own page.
      ...(alertTo.length > 0 && {
        notificationsWithSubscribers: [tell('ACTUAL', SPENT_PERCENT), tell('FORECASTED', FORECAST_PERCENT)],
      }),
    });
  }
}
