import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onlineDefinition } from '../../constructs/aws/feature-store.ts';
import { createOnlineStore as onSageMaker } from '../../lambdas/adapters/aws/online-store.ts';
import { createOnlineStore as inFolder } from '../../lambdas/adapters/local/online-store.ts';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import { formatTimestamp } from '../../lambdas/core/csv/timestamp.ts';
import { fitFeatures } from '../../lambdas/core/features/fit.ts';
import { type Feature, type FeatureSpec, TIMESTAMP_PARTS } from '../../lambdas/core/features/spec.ts';
import { rowTransformer, transformTable } from '../../lambdas/core/features/transform.ts';
import { textsOf } from '../../lambdas/core/table/rows.ts';
import { runIngest } from '../../lambdas/ingest/ingest.ts';
import type { OnlineStore } from '../../lambdas/ports/online-store.ts';
import { runPrepare } from '../../lambdas/prepare/prepare.ts';
import { createOnlineReader } from '../../lambdas/score/online-rows.ts';
import { getHistorical } from '../../lambdas/stores/historical.ts';
import { configOf, END, memoryPorts, writeExport } from '../prepare/prepare-fixture.ts';
import { memoryObjects, virtualClock } from '../stores/crash.ts';
import { type FeatureStoreServer, startFeatureStore } from '../support/feature-store.ts';

const SPECIFICATIONS = 500;
const ALL = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
const HEADER = ['client', 'at', 'y', 'n', 'm', 'flag', 'plan', 'born'];

/** Names that differ from the columns', two features of one column, the event time as a feature. */
const feature = fc.oneof(
  fc.record({
    kind: fc.constant('numeric' as const),
    column: fc.constantFrom('n', 'm'),
    impute: fc.constantFrom('none' as const, 'mean' as const),
    scale: fc.constantFrom('none' as const, 'log1p' as const, 'standard' as const),
  }),
  fc.record({
    kind: fc.constant('categorical' as const),
    column: fc.constant('plan'),
    encoding: fc.constantFrom('ordinal' as const, 'one-hot' as const),
  }),
  fc.record({ kind: fc.constant('boolean' as const), column: fc.constant('flag') }),
  fc.record({
    kind: fc.constant('timestamp' as const),
    column: fc.constantFrom('born', 'at'),
    part: fc.constantFrom(...TIMESTAMP_PARTS),
  }),
  fc.record({
    kind: fc.constant('lag' as const),
    of: fc.constant('base'),
    events: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({
    kind: fc.constant('rolling' as const),
    of: fc.constant('base'),
    days: fc.integer({ min: 1, max: 4 }),
    statistic: fc.constantFrom(...(['mean', 'sum', 'min', 'max', 'count', 'deviation'] as const)),
  }),
  fc.record({
    kind: fc.constant('expression' as const),
    expression: fc.constantFrom('base * 2.0', 'has(base) ? base : -1.0'),
  }),
);
const specification = fc.array(feature, { minLength: 1, maxLength: 6 }).map(
  (features): FeatureSpec => ({
    version: 1,
    fields: [
      { kind: 'numeric', name: 'base', description: 'd', column: 'n' },
      // A feature of one column may have the name of another; what is computed may not (`blueprint/name-is-column`).
      ...features.map((one, i): Feature => {
        const other = 'column' in one ? ['at', 'n'][i] : undefined;
        return { ...one, name: other ?? `f_${i}`, description: 'd' };
      }),
    ],
  }),
);

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { freq: 6 });
const number = fc.oneof(
  fc.integer({ min: -50, max: 50 }),
  fc.constantFrom(-0, 1e30, -1e-30, 2 ** 53 + 2, 3.4028234663852886e38),
);
const row = fc.record({
  client: fc.constantFrom('a', 'A', 'a ', 'ключ', 'b\nc'),
  // Before 1970 and after; the same time again; a microsecond, an hour and days apart.
  at: fc
    .tuple(
      fc.constantFrom(-1, 1_767_000_000_000),
      fc.integer({ min: 0, max: 5 }),
      fc.constantFrom(0, 0.001, 0.999, 3_600_000),
    )
    .map(([start, days, rest]) => start + days * 86_400_000 + rest),
  n: maybe(number),
  m: maybe(number),
  flag: maybe(fc.boolean()),
  plan: maybe(fc.constantFrom('', 'gold', 'line\nbreak', 'a\u2028b', '\\n', '"', 'ключ')),
  born: maybe(fc.constantFrom(-2_208_988_800_000, 0, 253_402_300_799_999)),
});
/** Rows as they are ingested, in any order of time: late ones and corrections. */
const history = fc.array(fc.array(row, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 });

const cell = (value: string | number | boolean | null): string => {
  if (value === null) return '';
  if (typeof value === 'string') return `"${value.replaceAll('"', '""')}"`;
  return Object.is(value, -0) ? '-0' : String(value);
};
type SourceRow = typeof row extends fc.Arbitrary<infer R> ? R : never;

const csvOf = (rows: readonly SourceRow[]): string =>
  [
    HEADER.join(','),
    ...rows.map(({ client, at, n, m, flag, plan, born }) =>
      [
        client,
        formatTimestamp(at) ?? '',
        'no',
        n,
        m,
        flag,
        plan,
        born === null ? null : (formatTimestamp(born) ?? ''),
      ]
        .map(cell)
        .join(','),
    ),
    '',
  ].join('\n');

async function ingest(
  ports: ReturnType<typeof memoryPorts>,
  config: ModelConfig,
  runId: string,
  csv: string,
) {
  await writeExport(ports, { runId, to: END }, csv);
  await runPrepare(ports, config, { runId, to: END });
  await runIngest(ports, config, { runId, to: END });
}

/** What `online` answers for each key after each ingestion is the key's newest row in history, transformed. */
async function equalsHistory(create: (spec: FeatureSpec) => OnlineStore): Promise<number> {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(specification, history, async (features, runs) => {
      const config = configOf({ features });
      const ports = { ...memoryPorts(), online: create(features) };
      for (const [i, rows] of runs.entries()) await ingest(ports, config, `run-${i}`, csvOf(rows));
      const table = await getHistorical(ports, config, ALL);
      const fitted = fitFeatures(table, features);
      const { matrix, refused } = transformTable(fitted, table);
      const transform = rowTransformer(fitted);
      const keyAt = textsOf(table, 'client');
      const newest = new Map(
        Array.from({ length: table.rows }, (_, position) => [keyAt(position) ?? '', position]),
      );
      const { rowOf } = createOnlineReader(ports, config);
      for (const [key, position] of newest) {
        const answered = await rowOf({ key, id: undefined, eventTime: undefined });
        if (answered.kind !== 'rows') throw new TypeError(`a key of history is ${answered.kind}`);
        const values = answered.rows[0]?.row ?? new Map();
        if (refused.includes(position)) expect(() => transform(values)).toThrow(/too large a number/);
        else
          expect([...transform(values)]).toEqual(matrix.columns.map((column) => column[position] as number));
        compared += matrix.columns.length;
      }
    }),
    { numRuns: SPECIFICATIONS, seed: 10 },
  );
  return compared;
}

describe('the newest row of a key, transformed', () => {
  let server: FeatureStoreServer;
  beforeAll(async () => {
    server = await startFeatureStore();
  });
  afterAll(() => server.stop());

  it('equals the row in the store of a folder, for 500 specifications', async () => {
    const clock = virtualClock();
    expect(await equalsHistory(() => inFolder({ objects: memoryObjects(), clock }))).toBeGreaterThan(3_000);
  });

  it('equals the row in a SageMaker feature group, for 500 specifications', async () => {
    let groups = 0;
    const create = (features: FeatureSpec): OnlineStore => {
      groups += 1;
      const group = `model-dev-v${groups}`;
      const { recordIdentifierFeatureName, eventTimeFeatureName, featureDefinitions } =
        onlineDefinition(features);
      server.create({
        FeatureGroupName: group,
        RecordIdentifierFeatureName: recordIdentifierFeatureName,
        EventTimeFeatureName: eventTimeFeatureName,
        FeatureDefinitions: featureDefinitions.map(({ featureName, featureType }) => ({
          FeatureName: featureName,
          FeatureType: featureType,
        })),
      });
      return onSageMaker({ group, features, client: server.client });
    };
    expect(await equalsHistory(create)).toBeGreaterThan(3_000);
  });
});
