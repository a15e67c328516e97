import { describe, expect, it } from 'vitest';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import { fitProfile } from '../../lambdas/core/drift/fit-profile.ts';
import { fitFeatures } from '../../lambdas/core/features/fit.ts';
import type { Feature } from '../../lambdas/core/features/spec.ts';
import { featureTable } from '../../lambdas/core/model-table.ts';
import type { Column, Table } from '../../lambdas/core/table/table.ts';
import { writeUbj } from '../../lambdas/core/trees/format/model-file.ts';
import { probeOf } from '../../lambdas/register/probe-row.ts';
import { compileRequestCheck } from '../../lambdas/score/request-check.ts';
import { CONFIG } from '../score/fixture.ts';
import { smallModel } from './facts.ts';

const column = (values: readonly number[]) =>
  ({ kind: 'numeric', values: Float64Array.from(values) }) as const;
const TABLE: Table = {
  rows: 5,
  columns: new Map<string, Column>([
    ['a', column([1, 2, 40, Number.NaN, 1_000])],
    ['b', column([1, 1, 0, 1, 0])],
    ['c', { kind: 'category', codes: Int32Array.of(0, 1, 1, -1, 2), dictionary: ['admin', 'cook', 'ann'] }],
    ['d', column([0, 0, 0, 0, 0])],
  ]),
};
const FIELDS: readonly Feature[] = [
  { kind: 'numeric', name: 'a', description: 'a' },
  { kind: 'boolean', name: 'b', description: 'b' },
  { kind: 'categorical', name: 'c', description: 'c' },
];

function candidate(fields: readonly Feature[], table = TABLE) {
  const features = { version: 3, fields };
  const raw = featureTable(table, features);
  return {
    config: { ...CONFIG, features } satisfies ModelConfig,
    product: {
      features: fitFeatures(table, features),
      model: writeUbj(smallModel),
      profile: fitProfile(raw, [...raw.columns.keys()]),
    },
  };
}

describe('the probe row of a version', () => {
  it('has the median or the most frequent category of each column, and no row of the data', () => {
    const { config, product } = candidate(FIELDS);
    // a: the median of 1, 2, 40 and 1,000 is 21, which no row has.
    expect(probeOf(config, product)).toMatchObject({
      schemaVersion: 1,
      featuresVersion: 3,
      features: { a: 21, b: true, c: 'cook' },
    });
  });

  it('has the score that the trees give by hand', () => {
    // First tree: c = 0 is below 0.5, a = 21 is not below 0.25, so 2; second tree: c is below 0.75, so 4.
    const { config, product } = candidate([
      { kind: 'numeric', name: 'a', description: 'a' },
      { kind: 'numeric', name: 'b', description: 'b' },
      { kind: 'numeric', name: 'd', description: 'd' },
    ]);
    expect(probeOf(config, product)?.score).toBe(6);
  });

  it('has one time for every version and every feature of a time', () => {
    const fields: readonly Feature[] = [
      ...FIELDS.slice(0, 2),
      { kind: 'timestamp', name: 'd', description: 'd', part: 'hour' },
    ];
    const { config, product } = candidate(fields);
    const probe = probeOf(config, product);
    expect(probe?.eventTime).toBe('2025-01-15T12:00:00Z');
    expect(probe?.features.d).toBe('2025-01-15T12:00:00Z');
  });

  it('is a request that the service takes', () => {
    const { config, product } = candidate(FIELDS);
    const probe = probeOf(config, product);
    const request = JSON.parse(JSON.stringify({ features: probe?.features, eventTime: probe?.eventTime }));
    expect(compileRequestCheck(config)(request)).toMatchObject({ kind: 'single' });
  });

  it('takes no category that a request cannot hold', () => {
    const long = 'x'.repeat(1_001);
    const columns = new Map<string, Column>(TABLE.columns);
    columns.set('c', { kind: 'category', codes: Int32Array.of(0, 0, 0, 1, -1), dictionary: [long, 'cook'] });
    const { config, product } = candidate(FIELDS, { ...TABLE, columns });
    expect(probeOf(config, product)?.features.c).toBe('cook');
  });

  it('takes no number that a request cannot hold', () => {
    const { config, product } = candidate(FIELDS);
    const columns = product.profile.columns.map((column) =>
      column.kind === 'numeric' && column.summary !== null
        ? { ...column, summary: { ...column.summary, p50: 1e300 } }
        : column,
    );
    const profile = { ...product.profile, columns };
    expect(probeOf(config, { ...product, profile })?.features.a).toBeNull();
  });

  it('does not exist where an unknown key is refused, or the version refuses the row', () => {
    const lag: Feature = { kind: 'lag', name: 'c', description: 'c', of: 'a', events: 1 };
    const { config, product } = candidate([...FIELDS.slice(0, 2), lag], {
      ...TABLE,
      columns: new Map([...TABLE.columns, ['c', column([1, 1, 1, 1, 1])]]),
    });
    expect(probeOf(config, product)).toBeDefined();
    const online = { requestsPerDay: 1, byKey: true, unknownKey: 'refuse' } as const;
    expect(probeOf({ ...config, serving: { ...config.serving, online } }, product)).toBeUndefined();
    const strict = candidate(
      FIELDS.map((field) => (field.kind === 'categorical' ? { ...field, onUnseen: 'refuse' } : field)),
    );
    const fields = strict.product.features.fields.map((field) =>
      field.kind === 'categorical' ? { ...field, categories: ['admin'] } : field,
    );
    const features = { ...strict.product.features, fields };
    expect(probeOf(strict.config, { ...strict.product, features })).toBeUndefined();
  });
});
