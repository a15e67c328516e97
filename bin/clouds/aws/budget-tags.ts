import type { Environment } from '../../../constructs/config/schema.ts';
import { type Check, skipped, warn } from '../../doctor/check.ts';

/** Billing's own interface alone knows whether the tags are active, and many accounts may not call it. */
export const budgetTags = ({ budget, name }: Environment): Check => ({
  id: 'budget-tags',
  run: () =>
    budget === undefined
      ? skipped(`${name} has no budget`)
      : warn(
          'the budget counts nothing until its two tags are active for cost allocation; that cannot be seen from here',
          'a day after the first deploy, in the account that pays: aws ce update-cost-allocation-tags-status --cost-allocation-tags-status TagKey=mlops:model,Status=Active TagKey=mlops:environment,Status=Active',
        ),
});
