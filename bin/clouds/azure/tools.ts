import type { CostTools } from '../tools.ts';
import { azureTreatment, sharedAzureCharges } from './charges.ts';
import { AZURE_PRICE_LIST } from './prices.ts';
import { azureResources } from './resources.ts';
import { synthesizeAzure } from './synthesize.ts';
import { azureWiring } from './wiring.ts';

/** Loads CDK for Terraform when the resources are asked for. */
export const azureCostTools: CostTools = {
  title: 'Azure',
  resources: async (config) => azureResources(await synthesizeAzure(config)),
  wiring: azureWiring,
  region: ({ cloud }) => (cloud.provider === 'azure' ? cloud.location : undefined),
  prices: AZURE_PRICE_LIST,
  rules: azureTreatment,
  sharedCharges: sharedAzureCharges,
};
