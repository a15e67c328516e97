import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BOOLEAN_PATTERN,
  booleanOf,
  categoryFinder,
  categoryOfNumber,
  categoryText,
  MAX_NUMBER,
} from '../../../lambdas/core/table/values.ts';

describe('the texts of a boolean', () => {
  it.each(['t', 'T', 'true', 'TRUE', 'True', 'yes', 'Yes', 'y', 'Y', '1', '1.0', '1.000'])(
    'reads %s as true',
    (text) => {
      expect(booleanOf(text)).toBe(true);
    },
  );
  it.each(['f', 'F', 'false', 'FALSE', 'False', 'no', 'NO', 'n', 'N', '0', '0.0'])(
    'reads %s as false',
    (text) => {
      expect(booleanOf(text)).toBe(false);
    },
  );
  it('reads exactly the texts of the pattern', () => {
    const letters = fc.string({ unit: fc.constantFrom(...'tTrueEfalsYynoO01.2 '), maxLength: 6 });
    fc.assert(
      fc.property(letters, (text) => {
        expect(new RegExp(BOOLEAN_PATTERN).test(text)).toBe(booleanOf(text) !== undefined);
      }),
      { numRuns: 5_000 },
    );
  });
});

it('reads up to the last double that IEEE 754 rounds to a finite float32', () => {
  const above = 2 ** 128 - 2 ** 103; // half a step above the largest float32: it rounds to infinity
  expect(Math.fround(MAX_NUMBER)).toBe(2 ** 128 - 2 ** 104);
  expect(MAX_NUMBER).toBeLessThan(above);
  expect(MAX_NUMBER + 2 ** 75).toBe(above); // one step of a double
});

describe('a category', () => {
  it.each([
    ['3.0', '3'],
    ['3.000', '3'],
    ['-3.0', '-3'],
    ['-0.0', '0'],
    ['10', '10'],
    ['1.10', '1.10'],
    ['007.0', '007.0'],
    ['v1.0', 'v1.0'],
    ['', ''],
  ])('compares category %s as %s', (text, compared) => {
    expect(categoryText(text)).toBe(compared);
  });

  it.each<[readonly string[], string, number | undefined]>([
    [['1', '3.0'], '3', 1],
    [['1', '3'], '3.0', 1],
    [['3', '3.0'], '3.0', 1],
    [['1.50', '2.00'], '1.5', 0],
    [['1.50', '2.00'], '2', 1],
    [['1e-07'], '1e-7', 0], // PostgreSQL and ECMAScript of the same float8
    [['5.1'], '5.10', undefined], // a version
    [['01'], '1', undefined], // a postal code
    [['9007199254740993.0'], '9007199254740993', 0], // beyond 2^53, digit by digit
    [['9007199254740993.0'], '9007199254740992', undefined],
    [['a'], 'b', undefined],
    [['1'], 'b', undefined],
  ])('finds in %j the category %s', (categories, text, position) => {
    expect(categoryFinder(categories)(text)).toBe(position);
  });

  it('names a category by a number that a double holds exactly', () => {
    expect([3, 1.5, -0, 2 ** 53 - 1].map(categoryOfNumber)).toEqual(['3', '1.5', '0', '9007199254740991']);
    expect([2 ** 53, Number.NaN, Number.POSITIVE_INFINITY].map(categoryOfNumber)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
