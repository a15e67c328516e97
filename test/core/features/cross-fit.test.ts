import { describe, expect, it } from 'vitest';
import { transformTraining } from '../../../lambdas/core/features/cross-fit.ts';
import { fitFeatures } from '../../../lambdas/core/features/fit.ts';
import { transformTable } from '../../../lambdas/core/features/transform.ts';
import { Random } from '../../../lambdas/core/numeric/random.ts';
import { type Declared, numbers, specOf, tableOf, texts } from './tables.ts';

type Categorical = Partial<Extract<Declared, { kind: 'categorical' }>>;

function transform(
  values: readonly (string | null)[],
  given: readonly number[],
  { seed = 1, ...options }: Categorical & { seed?: number } = {},
) {
  const table = tableOf({ x: texts(values), n: numbers(values.map((_, row) => row)) });
  const labels = Float64Array.from(given);
  const spec = specOf(
    { kind: 'numeric', name: 'n', scale: 'standard' },
    { kind: 'categorical', name: 'one', column: 'x', encoding: 'one-hot' },
    { kind: 'categorical', name: 'x', ...options },
  );
  const fitted = fitFeatures(table, spec, labels);
  const { columns } = transformTraining(fitted, { table, labels }, seed);
  return { columns, x: [...(columns.at(-1) ?? [])], plain: transformTable(fitted, table).matrix.columns };
}

const COUNT = 997;
const random = Random.fromSeed(3);
const CATEGORIES = Array.from({ length: COUNT }, () => `c${random.below(7)}`);
const NUMBERS = Array.from({ length: COUNT }, () => random.uniform() * 100);
const COINS = Array.from({ length: COUNT }, () => random.below(2));

describe('a category of a training row', () => {
  it('gets the mean label of the four other folds, drawn towards the mean of all', () => {
    const { x } = transform(CATEGORIES, NUMBERS);
    const total = (rows: readonly number[]) => rows.reduce((sum, row) => sum + (NUMBERS[row] as number), 0);
    const prior = total([...NUMBERS.keys()]) / COUNT;
    for (const category of new Set(CATEGORIES)) {
      const rows = [...CATEGORIES.keys()].filter((row) => CATEGORIES[row] === category);
      const values = [...new Set(rows.map((row) => x[row] as number))];
      expect(values).toHaveLength(5);
      for (const value of values) {
        const own = rows.filter((row) => x[row] === value);
        const mean = (total(rows) - total(own) + 20 * prior) / (rows.length - own.length + 20);
        expect(value).toBeCloseTo(mean, 4);
      }
    }
  });

  it('does not show the label of its row', () => {
    const many = Array.from({ length: COUNT }, (_, row) => `c${row % 150}`);
    const gap = (x: readonly number[]) => {
      const mean = (label: number) => {
        const own = x.filter((value, row) => COINS[row] === label && !Number.isNaN(value));
        return own.reduce((sum, value) => sum + value, 0) / own.length;
      };
      return mean(1) - mean(0);
    };
    const { x, plain } = transform(many, COINS);
    expect(gap([...(plain.at(-1) ?? [])])).toBeGreaterThan(0.02);
    expect(gap(x)).toBeLessThan(0.005);
  });

  it('gets one number in all rows where they have one category: each fold has its share of a class', () => {
    const { x } = transform(
      new Array(100).fill('a'),
      [...COINS.slice(0, 99), 1].map((_, row) => row % 2),
    );
    expect(new Set(x).size).toBe(1);
  });

  it('is missing where no other fold has it', () => {
    const { x } = transform([...CATEGORIES, null, 'once'], [...COINS, 1, 0]);
    expect(x.map((value) => Number.isNaN(value)).indexOf(true)).toBe(COUNT);
    expect(x.slice(COUNT)).toEqual([Number.NaN, Number.NaN]);
    const refusing = transform([...CATEGORIES, 'once'], [...COINS, 1], {
      onUnseen: 'refuse',
      impute: 'mode',
    });
    expect(refusing.x.at(-1)).toBeNaN();
  });

  it('gets the number of the imputed category where no other fold has it', () => {
    const { x } = transform([...CATEGORIES, null, 'once'], [...COINS, 1, 0], { impute: { value: 'c0' } });
    const own = new Set(x.filter((_, row) => CATEGORIES[row] === 'c0'));
    expect(own.has(x.at(-1) ?? Number.NaN)).toBe(true);
    expect(own.has(x.at(-2) ?? Number.NaN)).toBe(true);
  });

  it('gets the same number with the same seed, and another with another', () => {
    const drawn = (seed: number) => transform(CATEGORIES, COINS, { seed }).x;
    expect(drawn(7)).toEqual(drawn(7));
    expect(drawn(7)).not.toEqual(drawn(8));
  });
});

it('transforms other features for training as for serving', () => {
  const { columns, plain } = transform(CATEGORIES, COINS);
  expect(columns.slice(0, -1)).toEqual(plain.slice(0, -1));
  const hot = transform(CATEGORIES, COINS, { encoding: 'one-hot' });
  expect(hot.columns).toEqual(hot.plain);
});

it('takes a table without rows', () => {
  const fitted = fitFeatures(
    tableOf({ x: texts(['a', 'b']) }),
    specOf({ kind: 'categorical', name: 'x' }),
    Float64Array.of(1, 0),
  );
  const { columns } = transformTraining(
    fitted,
    { table: tableOf({ x: texts([]) }), labels: new Float64Array() },
    1,
  );
  expect(columns.map(({ length }) => length)).toEqual([0]);
});

it('fails with other labels than rows', () => {
  const table = tableOf({ x: texts(['a']) });
  const fitted = fitFeatures(table, specOf({ kind: 'categorical', name: 'x' }), Float64Array.of(1));
  expect(() => transformTraining(fitted, { table, labels: new Float64Array(2) }, 1)).toThrow(
    expect.objectContaining({ code: 'features/label-length' }),
  );
});
