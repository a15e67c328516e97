import type { KeyEvents } from '../../core/features/past.ts';

/** Events of a key as JSON: pairs, because a feature may be named `__proto__`; a missing value is null. */
export interface StoredEvents {
  readonly times: readonly number[];
  readonly values: readonly (readonly [of: string, column: readonly (number | null)[]])[];
}

export function encodeEvents({ times, values }: KeyEvents): StoredEvents {
  const columns = [...values].map(
    ([of, column]) => [of, column.map((value) => (Number.isFinite(value) ? value : null))] as const,
  );
  return { times, values: columns };
}

export function decodeEvents({ times, values }: StoredEvents): KeyEvents {
  return {
    times,
    values: new Map(values.map(([of, column]) => [of, column.map((value) => value ?? Number.NaN)])),
  };
}
