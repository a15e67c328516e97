import type { PricingTools } from '../../cost/report.ts';
import { gcpTreatment } from './charges.ts';
import { GCP_PRICE_LIST } from './prices.ts';
import { gcpWiring } from './wiring.ts';

/** Prices of stacks that are there. */
export const gcpPricing: PricingTools = {
  wiring: gcpWiring,
  region: ({ cloud }) => (cloud.provider === 'gcp' ? cloud.region : undefined),
  prices: GCP_PRICE_LIST,
  rules: gcpTreatment,
  sharedCharges: () => [],
};
