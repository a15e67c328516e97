import type { KeyEvents } from '../../core/features/past.ts';

/** Events of a key as JSON: pairs, because a feature may be named `__proto__`; a missing value is null. */
export interface StoredEvents {
  readonly times: readonly number[];
  readonly values: readonly (readonly [of: string, column: readonly (StoredNumber | null)[]])[];
}

/** JSON has -0, but JavaScript writes it as 0. */
export type StoredNumber = number | readonly ['-0'];

export const encodeNumber = (value: number): StoredNumber => (Object.is(value, -0) ? ['-0'] : value);

/** Of a number or another value. */
export const decodeNumber = <T>(stored: T | readonly ['-0']): T | number =>
  Array.isArray(stored) ? -0 : (stored as T);

export function encodeEvents({ times, values }: KeyEvents): StoredEvents {
  const columns = [...values].map(
    ([of, column]) =>
      [of, column.map((value) => (Number.isFinite(value) ? encodeNumber(value) : null))] as const,
  );
  return { times, values: columns };
}

export function decodeEvents({ times, values }: StoredEvents): KeyEvents {
  return {
    times,
    values: new Map(
      values.map(([of, column]) => [of, column.map((value) => decodeNumber(value) ?? Number.NaN)]),
    ),
  };
}
