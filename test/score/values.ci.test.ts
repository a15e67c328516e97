import { PGlite } from '@electric-sql/pglite';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPglite } from '../../lambdas/adapters/local/pglite.ts';
import { openPostgres } from '../../lambdas/adapters/shared/postgres.ts';
import { parseCsv } from '../../lambdas/core/csv/parse.ts';
import { sourceColumns } from '../../lambdas/core/features/columns.ts';
import { fitFeatures } from '../../lambdas/core/features/fit.ts';
import type { FeatureSpec } from '../../lambdas/core/features/spec.ts';
import { rowTransformer, transformTable } from '../../lambdas/core/features/transform.ts';
import type { SourceDatabase } from '../../lambdas/ports/index.ts';
import { compileRequestCheck } from '../../lambdas/score/request-check.ts';
import { requestSchema } from '../../lambdas/score/request-schema.ts';
import { startPostgres } from '../support/postgres-server.ts';
import { describeWith, postgres } from '../support/tools.ts';
import { CONFIG } from './fixture.ts';

/** One column of each kind. */
const SPEC: FeatureSpec = {
  version: 1,
  fields: [
    { kind: 'numeric', name: 'n', description: 'a number' },
    { kind: 'boolean', name: 'b', description: 'a boolean' },
    { kind: 'categorical', name: 'c', description: 'a number as a category', encoding: 'one-hot' },
    { kind: 'timestamp', name: 't', description: 'a time', part: 'year' },
    { kind: 'expression', name: 'e', description: 'season 3', expression: "c == '3' ? 1 : 0" },
  ],
};
const REQUESTS = {
  ...CONFIG,
  features: SPEC,
  serving: { ...CONFIG.serving, online: undefined },
} as unknown as typeof CONFIG; // neither keys nor the past
const check = compileRequestCheck(REQUESTS);
const allows = new Ajv2020({ strict: false }).compile(requestSchema(REQUESTS));

type Cells = Readonly<Record<'n' | 'b' | 'c' | 't', string>>;

const table = (csv: string) => parseCsv([Buffer.from(csv)], { columns: sourceColumns(SPEC) });
const fileOf = (...rows: readonly Cells[]) =>
  `n,b,c,t\n${rows.map(({ n, b, c, t }) => `${n},${b},${c},${t}`).join('\n')}\n`;

/** Fitted on categories as a file of pandas writes them, beside a gap. */
const TRAINED = table(
  fileOf(
    ...['1.0', '2.0', '3.0', '10.0', '2.50', '007'].map((c) => ({ n: '1', b: '1', c, t: '2026-01-01' })),
  ),
).table;
const FITTED = fitFeatures(TRAINED, SPEC);
const encodeRow = rowTransformer(FITTED);

/** JSON has no -0, and trees compare it as 0. */
const unsigned = (value: number): number => value + 0;

function ofFile(csv: string): number[][] {
  const { table: rows, badRows } = table(csv);
  expect(badRows).toEqual([]);
  const { columns } = transformTable(FITTED, rows).matrix;
  return Array.from({ length: rows.rows }, (_, row) =>
    columns.map((column) => unsigned(column[row] as number)),
  ); // inside
}

function ofRequest(features: Readonly<Record<string, unknown>>): number[] {
  const request: unknown = JSON.parse(JSON.stringify({ features }));
  const checked = check(request);
  expect({ request, accepted: checked.kind === 'single' }).toEqual({ request, accepted: allows(request) });
  if (checked.kind !== 'single') throw new Error(JSON.stringify(checked));
  return [...encodeRow(checked.rows[0].row)].map(unsigned);
}

const anyCase = (words: readonly string[]) =>
  fc
    .constantFrom(...words)
    .chain((word) => fc.constantFrom(word, word.toUpperCase(), word[0]?.toUpperCase() + word.slice(1)));

/** A value: the forms that a cell and the JSON of a request may have of it. */
interface Forms {
  readonly cell: fc.Arbitrary<string>;
  readonly json: fc.Arbitrary<unknown>;
}
const TRUE = ['true', 't', 'yes', 'y', '1', '1.0'];
const FALSE = ['false', 'f', 'no', 'n', '0', '0.0'];
const BOOLEANS: readonly Forms[] = [
  { cell: anyCase(TRUE), json: fc.oneof(fc.constantFrom(true, 1), anyCase(TRUE)) },
  { cell: anyCase(FALSE), json: fc.oneof(fc.constantFrom(false, 0), anyCase(FALSE)) },
];
const CATEGORIES: readonly Forms[] = [
  ...['1', '2', '3', '10'].map((text) => {
    const texts = fc.constantFrom(text, `${text}.0`, `${text}.00`);
    return { cell: texts, json: fc.oneof(fc.constant(Number(text)), texts) };
  }),
  { cell: fc.constantFrom('2.50', '2.5'), json: fc.constantFrom(2.5, '2.50', '2.5') },
  { cell: fc.constant('007'), json: fc.constant('007') },
];
const TIMES: readonly Forms[] = [
  '2024-12-31 23:59:59.999999',
  '2024-12-31T23:59:59.9999999Z',
  '2025-01-01t00:59:59.999999+01:00',
  '9999-12-31 23:59:59.999999+00',
  '1890-01-01 00:00:00+00:19:32',
  '2026-01-01',
].map((text) => ({ cell: fc.constant(text), json: fc.constant(text) }));
/** The largest `float4` as PostgreSQL prints it, and doubles that round to a finite float32. */
const NUMBER = fc.oneof(
  fc.constantFrom('3.4028235e+38', '-3.4028235e+38', '3.4028235677973362e38', '-0', '1e-300'),
  fc.float({ noNaN: true, noDefaultInfinity: true }).map(String),
);

describe('a value of a feature', () => {
  it('gives the same feature from a file and from a request, whatever its form', () => {
    const forms = fc.tuple(NUMBER, ...[BOOLEANS, CATEGORIES, TIMES].map((all) => fc.constantFrom(...all)));
    const rows = forms.chain(([n, ...rest]) => {
      const [b, c, t] = rest as [Forms, Forms, Forms]; // of the tuple
      return fc.record({
        cells: fc.record({ n: fc.constant(n), b: b.cell, c: c.cell, t: t.cell }),
        json: fc.record({ n: fc.constant(Number(n)), b: b.json, c: c.json, t: t.json }),
      });
    });
    fc.assert(
      fc.property(rows, ({ cells, json }) => {
        expect(ofRequest(json)).toEqual(ofFile(fileOf(cells))[0]);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['n', 3.4028236e38],
    ['n', '3'],
    ['n', true],
    ['b', 2],
    ['b', 0.5],
    ['b', 'on'],
    ['b', '1.0000'],
    ['b', ''],
    ['c', 2 ** 53],
    ['c', -(2 ** 53)],
    ['c', true],
    ['t', '9999-12-31T23:59:59-01:00x'],
    ['t', '2026-01-01 10:00:00.1234567890'],
    ['t', '10000-01-01'],
    ['t', 'infinity'],
  ])('refuses for %s, by the checker and the schema, a value in no such form: %j', (name, value) => {
    const request = { features: { n: 1, b: true, c: '1', t: '2026-01-01', [name]: value } };
    expect(check(request).kind).toBe('refused');
    expect(allows(request)).toBe(false);
  });

  // No pattern knows the calendar, nor which offset leads out of the years that can be written.
  it.each(['9999-12-31T23:59:59-01:00', '0000-01-01T00:00:00+01:00', '2026-02-30'])(
    'refuses by the checker alone: %s',
    (t) => {
      const request = { features: { n: 1, b: true, c: '1', t } };
      expect([check(request).kind, allows(request)]).toEqual(['refused', true]);
    },
  );
});

/** Values as types of PostgreSQL, each with the JSON that means the same. */
const SQL = `select * from (values
  (3.4028234663852886e38::float4, true, 1::float8, timestamptz '2024-12-31 23:59:59.999999+00'),
  (1.1::float4, false, 2, timestamptz '9999-12-31 23:59:59.999999+00'),
  (-0.5, null, 10, timestamptz '0001-01-01 00:00:00+00')) as rows (n, b, c, t)`;
const CASTS = ['float8', 'float4', 'integer', 'bigint', 'numeric(4,1)', 'numeric(10,3)', 'text'];
const JSON_ROWS = [
  { n: 3.4028235e38, b: true, c: 1, t: '2024-12-31T23:59:59.999999Z' },
  { n: 1.1, b: 0, c: 2, t: '9999-12-31T23:59:59.999999Z' },
  { n: -0.5, b: null, c: '10', t: '0001-01-01' },
];

async function exported(source: SourceDatabase, sql: string): Promise<string> {
  const window = { from: '2020-01-01T00:00:00Z', to: '2030-01-01T00:00:00Z' };
  const chunks = await source.snapshot(async (snapshot) => {
    const all: Uint8Array[] = [];
    for await (const chunk of snapshot.stream({ sql, window, timeoutSec: 60 })) all.push(chunk.slice());
    return all;
  });
  return Buffer.concat(chunks).toString('utf8');
}

async function expectSame(source: SourceDatabase): Promise<void> {
  for (const cast of CASTS) {
    const csv = await exported(source, `select n, b, c::${cast} as c, t from (${SQL}) as typed`);
    expect([cast, ofFile(csv)]).toEqual([cast, JSON_ROWS.map(ofRequest)]);
  }
}

describe('an export of the embedded PostgreSQL', () => {
  let database: PGlite;
  beforeAll(async () => {
    database = await PGlite.create();
  });
  afterAll(() => database.close());

  it('gives the features of a request, whatever type a number has as a category', async () => {
    await expectSame(openPglite({ database }));
  });
});

describeWith(postgres, 'an export of a PostgreSQL server', () => {
  it('gives the features of a request', async () => {
    const server = await startPostgres();
    const source = openPostgres(server.reader);
    try {
      await expectSame(source);
    } finally {
      await source.close();
      server.stop();
    }
  });
});
