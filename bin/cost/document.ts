/** The document that `mlops cost --json` prints. */

import type { Cloud } from '../../constructs/config/schema.ts';

/** One charge, USD a month. */
export interface CostLine {
  readonly component: string;
  readonly resource: string;
  readonly type: string;
  readonly stack: string;
  /** Null for what no resource of the templates stands for. */
  readonly logicalId: string | null;
  readonly quantity: number;
  readonly unit: string;
  /** USD for one unit. */
  readonly unitPrice: number;
  /** The price is not confirmed: all amounts of the line are upper estimates. */
  readonly estimated?: true;
  readonly fixed: number;
  readonly usage: number;
  readonly total: number;
  readonly basis: string;
  /** The page that has the price. */
  readonly source: string;
}

/** A resource that no line stands for, and why. */
export interface Unlisted {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly reason: string;
}

/** The data of `mlops cost --json`; all money in USD. */
export interface CostReport {
  readonly model: string;
  readonly environment: string;
  readonly cloud: Cloud;
  readonly currency: string;
  /** Region of the prices; the model's own may differ. */
  readonly priceRegion: string;
  readonly priceDate: string;
  /** Undefined where the credentials that deploy decide. */
  readonly deployRegion?: string;
  readonly lines: readonly CostLine[];
  readonly free: readonly Unlisted[];
  readonly unpriced: readonly Unlisted[];
  /** The three others add up to the total. */
  readonly resources: {
    readonly total: number;
    readonly priced: number;
    readonly free: number;
    readonly unpriced: number;
  };
  readonly totals: Totals;
  /** The three components that cost the most. */
  readonly drivers: readonly { readonly component: string; readonly total: number }[];
  /** Added cost of the next thousand predictions and of the next training. */
  readonly perThousandPredictions: number;
  readonly perRetraining: number;
  readonly budget: number | null;
  readonly assumptions: readonly string[];
}

/** USD a month. Lines with upper estimates are in each of them. */
export interface Totals {
  readonly fixed: number;
  readonly usage: number;
  readonly total: number;
  /** The part of the total that rests on upper estimates. */
  readonly estimated: number;
}
