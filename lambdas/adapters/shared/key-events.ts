import type { KeyEvents } from '../../core/features/past.ts';

/** Events of a key as JSON: pairs, because a feature may be named `__proto__`; a missing value is null. */
export interface StoredEvents {
  readonly times: readonly number[];
  readonly leftOut?: number;
  readonly values: readonly (readonly [of: string, column: readonly (StoredNumber | null)[]])[];
}

/** JSON has -0, but JavaScript writes it as 0. */
export type StoredNumber = number | readonly ['-0'];

export const encodeNumber = (value: number): StoredNumber => (Object.is(value, -0) ? ['-0'] : value);

/** Decodes a number; any other value stays as it is. */
export const decodeNumber = <T>(stored: T | readonly ['-0']): T | number =>
  Array.isArray(stored) ? -0 : (stored as T);

export function encodeEvents({ times, values, leftOut }: KeyEvents): StoredEvents {
  const columns = [...values].map(
    ([of, column]) =>
      [of, column.map((value) => (Number.isFinite(value) ? encodeNumber(value) : null))] as const,
  );
  return { times, ...(leftOut !== undefined && { leftOut }), values: columns };
}

export function decodeEvents({ times, values, leftOut }: StoredEvents): KeyEvents {
  return {
    times,
    ...(leftOut !== undefined && { leftOut }),
    values: new Map(
      values.map(([of, column]) => [of, column.map((value) => decodeNumber(value) ?? Number.NaN)]),
    ),
  };
}
