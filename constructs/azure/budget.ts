import { ConsumptionBudgetResourceGroup } from '@cdktf/provider-azurerm/lib/consumption-budget-resource-group/index.js';
import type { Construct } from 'constructs';
import { AZURE_NAMES } from '../config/limits/azure-names.ts';
import type * as contract from '../contract/budget.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import { azureName, azureTags } from '../shared/naming.ts';
import { cloudOf } from './place.ts';
import { groupIdOf } from './resource-group.ts';

/** Percent of the limit at which people are told: of what was spent, and of what the month is heading for. */
const SPENT = 80;
const FORECAST = 100;
const TAG = 'mlops:model';

/**
 * The first of the month of the deployment, by Terraform: a budget cannot begin before its month, and no synthesis may depend on
 * the day (github.com/hashicorp/terraform-provider-azurerm/issues/12121).
 */
const THIS_MONTH = `\${formatdate("YYYY-MM-01'T'00:00:00'Z'", timestamp())}`;

/**
 * A budget over the model's resource group; over what carries its tag, where the group is also that of others. The amount is in the
 * currency of the billing account: the API takes none. The addresses of `alertTo` are told, without one the owners of the group.
 *
 * @example
 * import { TerraformOutput } from 'cdktf';
 * import { Budget } from 'mlops-blueprint/azure';
 *
 * // `config` is of an environment with `budget`.
 * const { limit } = new Budget(stack, 'Budget', { config });
 * new TerraformOutput(stack, 'MonthlyLimit', { value: `${limit}` });
 */
export class Budget extends ModelConstruct implements contract.IBudget {
  readonly resource: ConsumptionBudgetResourceGroup;
  readonly limit: number;

  constructor(scope: Construct, id: string, props: contract.BudgetProps) {
    super(scope, id, props);
    const { config } = props;
    const { budget, alertTo } = config.environment;
    if (budget === undefined)
      throw new Error('Budget: the environment has no budget: give monthly and currency');
    this.limit = budget.monthly;
    const isShared = cloudOf(config).resourceGroup !== undefined;
    const people = alertTo.length > 0 ? { contactEmails: [...alertTo] } : { contactRoles: ['Owner'] };
    this.resource = new ConsumptionBudgetResourceGroup(this, 'Resource', {
      name: azureName(config, 'budget', AZURE_NAMES.budget.most),
      resourceGroupId: groupIdOf(this, config),
      amount: budget.monthly,
      timeGrain: 'Monthly',
      timePeriod: { startDate: THIS_MONTH },
      ...(isShared && { filter: { tag: [{ name: TAG, values: [azureTags(config)[TAG] ?? ''] }] } }),
      notification: [
        { threshold: SPENT, thresholdType: 'Actual', operator: 'GreaterThanOrEqualTo', ...people },
        { threshold: FORECAST, thresholdType: 'Forecasted', operator: 'GreaterThanOrEqualTo', ...people },
      ],
      // Its start cannot change: the next month would ask for a new one.
      lifecycle: { ignoreChanges: ['time_period'] },
    });
  }
}
