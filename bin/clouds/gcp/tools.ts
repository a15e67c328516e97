import type { CostTools } from '../tools.ts';
import { gcpTreatment, keyCharges } from './charges.ts';
import { GCP_PRICE_LIST } from './prices.ts';
import { terraformResources } from './resources.ts';
import { synthesize } from './synthesize.ts';
import { gcpWiring } from './wiring.ts';

/** Loads CDK for Terraform when the resources are asked for. */
export const gcpCostTools: CostTools = {
  title: 'Google Cloud',
  resources: async (config) => terraformResources(await synthesize(config)),
  wiring: gcpWiring,
  region: ({ cloud }) => (cloud.provider === 'gcp' ? cloud.region : undefined),
  prices: GCP_PRICE_LIST,
  rules: gcpTreatment,
  sharedCharges: keyCharges,
};
