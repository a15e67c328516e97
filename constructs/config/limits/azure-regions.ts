/** Locations of Azure's public cloud, as data of 2026-11-29: those with Flex Consumption, and the others. */

/** Date of the list of locations with Flex Consumption, for messages. */
export const FLEX_REGIONS_OF = '2026-04-02';

/**
 * Locations of the Flex Consumption plan. The source is the list in `infra/main.bicep` of
 * github.com/Azure-Samples/remote-mcp-functions-typescript of {@link FLEX_REGIONS_OF}; two other samples of Microsoft have
 * the same. The list of the day is `az functionapp list-flexconsumption-locations`.
 */
export const FLEX_REGIONS: readonly string[] = [
  'australiaeast',
  'australiasoutheast',
  'brazilsouth',
  'canadacentral',
  'centralindia',
  'centralus',
  'eastasia',
  'eastus',
  'eastus2',
  'francecentral',
  'germanywestcentral',
  'italynorth',
  'japaneast',
  'koreacentral',
  'northcentralus',
  'northeurope',
  'norwayeast',
  'southafricanorth',
  'southcentralus',
  'southeastasia',
  'southindia',
  'spaincentral',
  'swedencentral',
  'uaenorth',
  'uksouth',
  'ukwest',
  'westcentralus',
  'westeurope',
  'westus',
  'westus2',
  'westus3',
];

/** Locations that no such list names; some may have the plan by now (learn.microsoft.com/azure/reliability/regions-list). */
export const UNLISTED_REGIONS: readonly string[] = [
  'australiacentral',
  'australiacentral2',
  'austriaeast',
  'belgiumcentral',
  'brazilsoutheast',
  'canadaeast',
  'chilecentral',
  'denmarkeast',
  'francesouth',
  'germanynorth',
  'indonesiacentral',
  'israelcentral',
  'japanwest',
  'jioindiacentral',
  'jioindiawest',
  'koreasouth',
  'malaysiawest',
  'mexicocentral',
  'newzealandnorth',
  'norwaywest',
  'polandcentral',
  'qatarcentral',
  'southafricawest',
  'switzerlandnorth',
  'switzerlandwest',
  'uaecentral',
  'westindia',
];
