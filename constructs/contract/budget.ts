import type { ModelProps, ModelResource } from './model-props.ts';

/** Warns `alertTo` before the environment's monthly budget is spent on this model. */
export interface IBudget extends ModelResource {
  /** Per month, in the environment's currency. */
  readonly limit: number;
}

export type BudgetProps = ModelProps;
