import { describe, expect, it } from 'vitest';
import { checkLock, nextLock, parseBlueprint, parseLock } from '../../blueprints/index.ts';
import { InvalidInput } from '../../lambdas/core/errors.ts';
import { brokenAll, validInput } from './valid.ts';

const valid = parseBlueprint(validInput(), 'blueprint');
const lock = nextLock(valid);
const ALL =
  "SELECT * FROM customers WHERE seen_at >= current_setting('mlops.from')::timestamptz AND seen_at < current_setting('mlops.to')::timestamptz";
const changed = (path: string, value: unknown) =>
  parseBlueprint(brokenAll({ 'source.steps.0.query': ALL, [path]: value }), 'blueprint');

describe('checkLock', () => {
  it('accepts the deployed features', () => {
    expect(checkLock(valid, lock)).toEqual([]);
  });

  it('accepts a new feature, and another description, order, expectation or monitoring', () => {
    const extra = { kind: 'numeric', name: 'spend', description: 'euros' };
    expect(checkLock(changed('features.fields.4', extra), lock)).toEqual([]);
    const reworded = {
      ...validInput().features.fields[0],
      description: 'since when',
      expect: { min: 0 },
      monitor: false,
    };
    expect(checkLock(changed('features.fields.0', reworded), lock)).toEqual([]);
    expect(checkLock(changed('features.fields', validInput().features.fields.toReversed()), lock)).toEqual(
      [],
    );
  });

  it('refuses a new feature with a lag, because the online store has no events for it', () => {
    const lag = { kind: 'lag', name: 'before', description: 'd', of: 'tenure', events: 1 };
    const input = { 'source.steps.0.query': ALL, 'serving.online.byKey': true, 'features.fields.4': lag };
    const next = parseBlueprint(brokenAll(input), 'blueprint');
    expect(checkLock(next, lock)).toMatchObject([{ code: 'blueprint/past-added', path: 'features.fields' }]);
    const raised = parseBlueprint(brokenAll({ ...input, 'features.version': 2 }), 'blueprint');
    expect(checkLock(raised, lock)).toEqual([]);
    expect(checkLock(next, nextLock(next))).toEqual([]);
  });

  it.each([
    ['0.impute', 'none'],
    ['0.scale', 'none'],
    ['0.column', 'tenure'],
    ['1.encoding', 'ordinal'],
    ['1.onUnseen', 'missing'],
    ['1.maxCategories', 100],
    ['2.impute', 'none'],
    ['3.impute', 'none'],
  ])('finds no change in a default that is written out: %s', (path, value) => {
    expect(checkLock(changed(`features.fields.${path}`, value), lock)).toEqual([]);
  });

  it('accepts locks from when 100 categories were kept by default', () => {
    // SHA-256 of the JSON of that feature with sorted keys and "maxCategories":100.
    expect(lock.features.plan).toBe('2e2f20318537d82fd4773e97249956f4cce59682d6edf26c55b4a2577391f9bf');
  });

  it('finds a change in the categories that are kept', () => {
    expect(checkLock(changed('features.fields.1.maxCategories', 50), lock)).toMatchObject([
      { code: 'blueprint/features-changed' },
    ]);
  });

  it.each([
    ['key', 'plan_id', "'plan_id'"],
    ['eventTime', 'left_at', "'left_at'"],
  ])('refuses another %s of the rows that are stored', (name, value, got) => {
    const other = changed(`source.${name}`, value);
    expect(checkLock(other, lock)).toMatchObject([
      { code: 'blueprint/rows-changed', path: `source.${name}`, got, fix: 'raise features.version to 2' },
    ]);
    expect(checkLock({ ...other, features: { ...other.features, version: 2 } }, lock)).toEqual([]);
  });

  it('refuses the lock of another model, as in a copied folder', () => {
    const copy = changed('name', 'churn-by-month');
    expect(checkLock(copy, lock)).toEqual([
      {
        code: 'blueprint/other-lock',
        path: 'name',
        message: "the features.lock.json beside this blueprint belongs to 'churn'",
        got: "'churn-by-month'",
        fix: 'delete features.lock.json: a new model has deployed nothing yet',
      },
    ]);
    expect(() => nextLock(copy, lock)).toThrow(InvalidInput);
  });

  it.each([
    ['changed', changed('features.fields.0.scale', 'log1p')],
    ['removed', changed('features.fields.0.name', 'age')],
  ])('refuses a feature that was %s without a higher version', (what, blueprint) => {
    expect(checkLock(blueprint, lock)).toEqual([
      {
        code: 'blueprint/features-changed',
        path: 'features.fields',
        message: `feature 'tenure' was ${what}, and version 1 is deployed with it`,
        fix: 'raise features.version to 2',
      },
    ]);
    expect(() => nextLock(blueprint, lock)).toThrow(InvalidInput);
  });

  it('accepts everything with a higher version, and nothing with a lower one', () => {
    const second = changed('features', { version: 2, fields: validInput().features.fields.slice(1) });
    expect(checkLock(second, lock)).toEqual([]);
    const secondLock = nextLock(second, lock);
    expect(secondLock.version).toBe(2);
    expect(Object.keys(secondLock.features)).not.toContain('tenure');
    expect(checkLock(valid, secondLock).map(({ code }) => code)).toEqual([
      'blueprint/features-version-lower',
    ]);
  });
});

describe('the order of the stored columns', () => {
  const extra = { kind: 'numeric', name: 'spend', description: 'euros' } as const;
  const fields = validInput().features.fields;
  const columnsOf = (blueprint: typeof valid, before?: typeof lock) => nextLock(blueprint, before).columns;

  it('is that of the features at first', () => {
    expect(lock.columns).toEqual(['id', 'seen_at', 'churned', 'tenure', 'plan', 'active']);
  });

  it('has a feature last that was added first, also after a column that only tells groups apart', () => {
    const grouped = changed('monitoring', { fairness: { attributes: ['refund'] } });
    const first = nextLock(grouped);
    expect(first.columns.at(-1)).toBe('refund');
    const next = { ...grouped, features: { ...grouped.features, fields: [extra, ...fields] } };
    expect(columnsOf(parseBlueprint(next, 'blueprint'), first)).toEqual([...first.columns, 'spend']);
  });

  it('keeps its columns when one of them is not read any more', () => {
    const grouped = nextLock(changed('monitoring', { fairness: { attributes: ['refund'] } }));
    expect(columnsOf(valid, grouped)).toEqual(grouped.columns);
  });

  it('holds the columns of every environment', () => {
    const own = { prod: { monitoring: { fairness: { attributes: ['refund'] } } } };
    expect(columnsOf(changed('environments', own))).toEqual([...lock.columns, 'refund']);
  });

  it('starts anew with another version', () => {
    const second = changed('features', { version: 2, fields: [extra, ...fields] });
    expect(columnsOf(second, lock)).toEqual([
      'id',
      'seen_at',
      'churned',
      'spend',
      'tenure',
      'plan',
      'active',
    ]);
  });

  it('is worked out for a lock of the first form from the order of its features', () => {
    const { key: _, eventTime: __, columns: ___, ...rest } = lock;
    const old = parseLock({ ...rest, schemaVersion: 1 }, 'lock');
    const next = changed('features', { version: 1, fields: [extra, ...fields.toReversed()] });
    expect(columnsOf(next, lock)).toEqual([...lock.columns, 'spend']);
    expect(nextLock(next, old).columns).toEqual([...lock.columns, 'spend']);
  });
});

describe('parseLock', () => {
  it('reads a lock back as written', () => {
    expect(parseLock(JSON.parse(JSON.stringify(lock)), 'lock')).toEqual(lock);
  });

  it('fails on any other text', () => {
    expect(() => parseLock({ ...lock, features: { tenure: 'abc' } }, 'features.lock.json')).toThrow(
      InvalidInput,
    );
    expect(() => parseLock(null, 'features.lock.json')).toThrow(/features.lock.json: must be an object/);
  });
});
