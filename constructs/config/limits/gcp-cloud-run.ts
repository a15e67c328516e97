/** Sizes of a function's instances on Google Cloud: Cloud Run has steps of cores and memory that belong together. */

/** The most memory of an instance, in MiB (docs.cloud.google.com/run/docs/configuring/services/memory-limits). */
export const LARGEST_INSTANCE_MB = 32_768;

/** Least memory of the functions that hold whole tables, in MiB; an environment may give them more. */
export const TRAINING_MEMORY_MB = 3_072;

/** Cores that an amount of memory needs at least, the smallest first (same page, and functions/docs/configuring/memory). */
const LEAST_CORES: readonly (readonly [upToMb: number, cores: number])[] = [
  [128, 0.083],
  [256, 0.167],
  [512, 0.333],
  [1_024, 0.583],
  [4_096, 1],
  [8_192, 2],
  [16_384, 4],
  [24_576, 6],
  [LARGEST_INSTANCE_MB, 8],
];

/** Memory that whole cores need at least, in MiB (docs.cloud.google.com/run/docs/configuring/services/cpu). */
const LEAST_MEMORY_MB: ReadonlyMap<number, number> = new Map([
  [1, 512],
  [2, 512],
  [4, 2_048],
  [6, 4_096],
  [8, 4_096],
]);
const WHOLE_CORES: readonly number[] = [...LEAST_MEMORY_MB.keys()];

/** Size of an instance, as `google_cloudfunctions2_function` takes it. */
export interface InstanceSize {
  /** `available_cpu`: a fraction below 1, or 1, 2, 4, 6, 8. */
  readonly availableCpu: string;
  /** `available_memory`: `256Mi`. */
  readonly availableMemory: string;
  /** The same memory as a number, in MiB. */
  readonly memoryMb: number;
}

/**
 * Returns the smallest instance that has the memory and the cores.
 *
 * @param needs - `cores` above 0, at most 8, fractions allowed; `memoryMb` from 1 to {@link LARGEST_INSTANCE_MB}.
 * @param isConcurrent - Whether an instance answers several requests at a time, which needs a whole core.
 * @throws RangeError for needs that no instance has
 */
export function instanceSize(
  needs: { readonly cores: number; readonly memoryMb: number },
  isConcurrent = false,
): InstanceSize {
  const row = LEAST_CORES.find(([upToMb]) => needs.memoryMb <= upToMb);
  const asked = Math.max(needs.cores, row?.[1] ?? Number.POSITIVE_INFINITY, isConcurrent ? 1 : 0);
  const cores = asked < 1 ? asked : WHOLE_CORES.find((whole) => whole >= asked);
  if (cores === undefined)
    throw new RangeError(`no instance has ${needs.cores} cores and ${needs.memoryMb} MiB of memory`);
  const memoryMb = Math.max(needs.memoryMb, LEAST_MEMORY_MB.get(cores) ?? 0);
  return { availableCpu: String(cores), availableMemory: `${memoryMb}Mi`, memoryMb };
}
