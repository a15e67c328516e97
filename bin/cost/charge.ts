/** Prices, and charges that are made of them. */

export interface Price {
  /** USD for one of its units; null when it could not be confirmed. */
  readonly usd: number | null;
  /** USD for one of its units that a price without confirmation does not exceed. @default - nobody knows */
  readonly atMost?: number;
  /** The noun of one: `request`, `GB-month`. */
  readonly unit: string;
  /** Number of units in the quoted price: `0.20 / 1M requests`. */
  readonly per: number;
  readonly source: string;
}

/** List prices of one cloud in one region. */
export interface PriceList {
  readonly currency: string;
  readonly region: string;
  /** When they were looked up, `2026-11-26`. */
  readonly date: string;
  readonly prices: Readonly<Record<string, Price>>;
}

/** One thing that is paid for. */
export interface Charge {
  readonly price: Price;
  /** Paid whether or not anything is used. */
  readonly fixed: boolean;
  readonly quantity: number;
  /** Origin of the quantity, for people. */
  readonly basis: string;
}

/** The charges of a resource, or why it is free. */
export type Treatment = { readonly charges: readonly Charge[] } | { readonly free: string };

/** A charge that no single resource stands for. */
export interface SharedCharge {
  readonly component: string;
  readonly resource: string;
  readonly type: string;
  readonly stack: string;
  /** Its price is confirmed. */
  readonly charge: Charge;
}

/** Rounds to three significant digits. */
export const rounded = (value: number): string =>
  value.toLocaleString('en-US', { maximumSignificantDigits: 3, maximumFractionDigits: 2 });
