/** Sizes of an app's instances in the Flex Consumption plan of Azure Functions: three, each with its cores. */

/** Memory in MB, and the cores that come with it (learn.microsoft.com/azure/azure-functions/flex-consumption-plan). */
const FLEX_SIZES = [
  { memoryMb: 512, cores: 0.25 },
  { memoryMb: 2_048, cores: 1 },
  { memoryMb: 4_096, cores: 2 },
] as const;

/** Size of an instance, as `functionAppConfig.scaleAndConcurrency` takes it. */
export type FlexSize = (typeof FLEX_SIZES)[number];

/** The most memory of an instance, in MB. */
export const LARGEST_APP_MB = 4_096;

/**
 * Returns the smallest instance with the memory. An app may have fewer cores than were asked for, and is slower then.
 *
 * @param needs - `memoryMb` from 1 to {@link LARGEST_APP_MB}: the most of the functions of an app.
 * @throws RangeError for memory that no instance has
 */
export function flexSize(needs: { readonly memoryMb: number }): FlexSize {
  const size = FLEX_SIZES.find(({ memoryMb }) => memoryMb >= needs.memoryMb);
  if (size === undefined) throw new RangeError(`no instance has ${needs.memoryMb} MB of memory`);
  return size;
}

/**
 * Cores of all apps of a subscription in a location, until support raises them. Beyond that no app gets another instance
 * (learn.microsoft.com/azure/azure-functions/flex-consumption-plan#regional-subscription-memory-quotas).
 */
export const CORES_OF_LOCATION = 250;
