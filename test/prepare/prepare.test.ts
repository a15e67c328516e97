import { existsSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fitProfile } from '../../lambdas/core/drift/fit-profile.ts';
import { fitFeatures } from '../../lambdas/core/features/fit.ts';
import type { Expectations, FeatureSpec } from '../../lambdas/core/features/spec.ts';
import type { ObjectStore } from '../../lambdas/ports/index.ts';
import { runPrepare } from '../../lambdas/prepare/prepare.ts';
import { preparedKey, type QuarantinedRow, readPrepared } from '../../lambdas/stores/prepared.ts';
import { numbers, tableOf } from '../core/features/tables.ts';
import { candidateOf } from '../register/facts.ts';
import { crashing, memoryObjects } from '../stores/crash.ts';
import {
  configOf,
  contentOf,
  csvOf,
  END,
  FIELDS,
  HEADER,
  lineOf,
  localPorts,
  makeChampion,
  makeRows,
  memoryPorts,
  recordingStore,
  writeExport,
} from './prepare-fixture.ts';

const RUN = { runId: 'run-1', to: END };

async function textOf(objects: ObjectStore, key: string): Promise<string> {
  const bytes = (await objects.get(key))?.bytes ?? new Uint8Array(0);
  return Buffer.from(key.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

async function quarantine(objects: ObjectStore): Promise<QuarantinedRow[]> {
  const text = await textOf(objects, 'quarantine/run-1/rows.jsonl');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as QuarantinedRow);
}

/** The clients of the rows that were prepared, sorted. */
async function preparedClients(objects: ObjectStore): Promise<string[]> {
  const [, ...lines] = (await textOf(objects, preparedKey('run-1'))).trimEnd().split('\n');
  return lines.map((line) => line.split(',')[0] ?? '').sort();
}

const good = makeRows(40).map((row) => ({ ...row, age: row.age ?? '33' }));
const bad = (changes: object) => lineOf({ ...good[0], client: 'bad', at: good[0]?.at, ...changes });

/** A row of each kind that is put aside: its text, and why. */
const BAD: readonly (readonly [
  what: string,
  line: string | Uint8Array,
  code: string,
  column: string | null,
])[] = [
  ['too few fields', 'bad,2026-01-01', 'csv/ragged', null],
  ['too many fields', `${bad({})},more`, 'csv/ragged', null],
  ['a quote inside a bare field', bad({ job: 'a"b"' }), 'csv/bad-quote', 'job'],
  ['text after a quoted field', bad({ job: '"a"b' }), 'csv/bad-quote', 'job'],
  ['NUL', bad({ job: 'a\0b' }), 'csv/nul', 'job'],
  ['invalid UTF-8', Buffer.from(bad({ job: 'a\xffb' }), 'latin1'), 'csv/bad-utf8', 'job'],
  ['a cell of 1 MB', bad({ job: `"${'x'.repeat(1 << 20)}"` }), 'csv/cell-too-large', 'job'],
  ['NaN', bad({ age: 'NaN' }), 'csv/not-finite', 'age'],
  ['Infinity', bad({ age: '-Infinity' }), 'csv/not-finite', 'age'],
  ['a number beyond float32', bad({ account: '3.4028236e38' }), 'features/not-finite', 'account'],
  ['text in a number', bad({ age: 'old' }), 'csv/not-a-number', 'age'],
  ['no boolean', bad({ housing: 'perhaps' }), 'csv/not-a-boolean', 'housing'],
  ['no time', bad({ at: '1.1.2026' }), 'csv/not-a-timestamp', 'at'],
  // What PostgreSQL prints of times that have no place in RFC 3339.
  ['infinity', bad({ at: 'infinity' }), 'csv/not-finite', 'at'],
  ['a time before Christ', bad({ at: '0044-03-15 12:00:00+00 BC' }), 'csv/not-a-timestamp', 'at'],
  ['a year of five digits', bad({ at: '10000-01-01 00:00:00+00' }), 'csv/not-a-timestamp', 'at'],
  ['year 10000 in UTC', bad({ at: '9999-12-31 23:30:00-01' }), 'csv/not-a-timestamp', 'at'],
  ['below the range', bad({ age: '-1' }), 'expect/out-of-range', 'age'],
  ['above the range', bad({ age: '120.5' }), 'expect/out-of-range', 'age'],
  ['a text that is not allowed', bad({ job: 'pirate' }), 'expect/not-allowed', 'job'],
  [
    'the key and time of another',
    bad({ client: good[3]?.client, at: good[3]?.at }),
    'prepare/duplicate',
    'client',
  ],
  ['no key', bad({ client: undefined }), 'prepare/no-key', 'client'],
  ['no key and a number out of range', bad({ client: undefined, age: '999' }), 'prepare/no-key', 'client'],
  ['no event time', bad({ at: undefined }), 'prepare/no-time', 'at'],
];

describe('rejected rows', () => {
  it.each(BAD)('rejects %s with the reason, and no good row with it', async (_, line, code, column) => {
    const ports = localPorts();
    const lines = [HEADER, ...good.slice(0, 20).map(lineOf)].join('\n');
    const rest = good.slice(20).map(lineOf).join('\n');
    const file = Buffer.concat([lines, '\n', line, '\n', rest, '\n'].map((part) => Buffer.from(part)));
    await writeExport(ports, RUN, file);
    const prepared = await runPrepare(ports, configOf(), RUN);
    expect(prepared).toMatchObject({ rows: 40, quarantined: { [code]: 1 } });
    expect(await preparedClients(ports.objects)).toEqual(good.map(({ client }) => client).sort());
    const [row, ...others] = await quarantine(ports.objects);
    expect(others).toEqual([]);
    expect(row).toMatchObject({ code, column });
    // What could not be read is named by its place in the export.
    expect(row?.line).toBe(code.startsWith('csv/') ? 22 : null);
    expect(row?.part === null).toBe(!code.startsWith('csv/'));
    expect(row?.raw.length).toBeGreaterThan(0);
  });

  it('counts rejected rows of every kind by reason, and keeps the others, each once', async () => {
    const ports = localPorts();
    const lines = BAD.flatMap(([, line], i) => [
      Buffer.from(line),
      Buffer.from(`\n${good.slice(i, i + 1).map(lineOf)}\n`),
    ]);
    const rest = good.slice(BAD.length).map(lineOf).join('\n');
    const head = Buffer.from(`${HEADER}\n${lineOf({ ...good[3], client: 'first', at: good[3]?.at })}\n`);
    await writeExport(
      ports,
      RUN,
      Buffer.concat([head, ...lines, Buffer.from(rest)].concat(Buffer.from('\n'))),
    );
    const { rows, quarantined } = await runPrepare(ports, configOf(), RUN);
    expect(rows).toBe(41);
    const expected: Record<string, number> = {};
    for (const [, , code] of BAD) expected[code] = (expected[code] ?? 0) + 1;
    expect(quarantined).toEqual(expected);
    expect(await preparedClients(ports.objects)).toEqual(
      ['first', ...good.map(({ client }) => client)].sort(),
    );
    expect(await quarantine(ports.objects)).toHaveLength(BAD.length);
  });

  it('accepts a byte order mark, CRLF, quotes and missing values', async () => {
    const ports = localPorts();
    const quoted = good.map((row) => ({ ...row, job: row.job === undefined ? undefined : `"${row.job}"` }));
    await writeExport(ports, RUN, `\uFEFF${csvOf(quoted).replaceAll('\n', '\r\n')}`);
    expect(await runPrepare(ports, configOf(), RUN)).toMatchObject({ rows: 40, quarantined: {} });
    expect(await ports.objects.get('quarantine/run-1/rows.jsonl')).toBeUndefined();
    const [first] = (await textOf(ports.objects, preparedKey('run-1'))).split('\n');
    expect(first).toBe('client,at,y,age,job,housing,account,nothing,same');
  });

  it('keeps the good row with the key and time of a rejected one', async () => {
    const ports = memoryPorts();
    const [one] = good;
    await writeExport(
      ports,
      RUN,
      csvOf([
        { ...one, client: 'x', at: one?.at, age: '999' },
        { ...one, client: 'x', at: one?.at },
      ]),
    );
    const { rows, quarantined } = await runPrepare(ports, configOf(), RUN);
    expect({ rows, quarantined }).toEqual({ rows: 1, quarantined: { 'expect/out-of-range': 1 } });
  });

  it('shows the rejected row unchanged, with spaces at its end and missing texts', async () => {
    const ports = memoryPorts();
    const fields = [
      { kind: 'numeric', name: 'age', description: '', expect: { max: 10 } },
      { kind: 'categorical', name: 'job', description: '' },
    ] as const;
    await writeExport(
      ports,
      RUN,
      `client,at,y,age,job\na,2026-01-01,,99,"cook  "\nb,2026-01-01,yes,99,\nc,2026-01-01,yes,9,\n`,
    );
    await runPrepare(ports, configOf({ features: { fields }, maxShare: 0.9 }), RUN);
    expect((await quarantine(ports.objects)).map(({ raw }) => raw)).toEqual([
      'a,2026-01-01T00:00:00Z,,99,cook  ',
      'b,2026-01-01T00:00:00Z,yes,99,',
    ]);
  });

  it('stops the run beyond the allowed share, prepares nothing, and keeps the reasons readable', async () => {
    const ports = localPorts();
    const rows = good.map((row, i) => (i < 4 ? { ...row, age: '999' } : row));
    await writeExport(ports, RUN, csvOf(rows));
    await expect(runPrepare(ports, configOf({ maxShare: 0.099 }), RUN)).rejects.toMatchObject({
      code: 'prepare/too-many-bad-rows',
      retryable: false,
      message: '4 of 40 rows are bad, at most 9.9 % may be: 4 expect/out-of-range in \'age\' ("999")',
      fix: `correct the source, or its expectations; every bad row is in ${ports.objects.locate?.('quarantine/run-1/rows.jsonl')}`,
    });
    expect(existsSync(ports.objects.locate?.('quarantine/run-1/rows.jsonl') ?? '')).toBe(true);
    expect(await readPrepared(ports, 'run-1')).toBeUndefined();
    expect(await ports.objects.get(preparedKey('run-1'))).toBeUndefined();
    expect(await quarantine(ports.objects)).toHaveLength(4);
    expect((await runPrepare(ports, configOf({ maxShare: 0.1 }), RUN)).rows).toBe(36);
  });
});

describe('an export to prepare', () => {
  it('prepares nothing from an export without rows, and records how far the source was read', async () => {
    const ports = localPorts();
    await writeExport(ports, RUN, csvOf([]));
    expect(await runPrepare(ports, configOf({ maxShare: 0 }), RUN)).toMatchObject({
      rows: 0,
      times: null,
      quarantined: {},
      coveredTo: END,
    });
  });

  it('reads many parts as one table, whatever part a text was in first', async () => {
    const ports = localPorts();
    await writeExport(ports, RUN, csvOf(good.slice(0, 7)), csvOf([]), csvOf(good.slice(7).reverse()));
    expect(await runPrepare(ports, configOf(), RUN)).toMatchObject({
      rows: 40,
      times: { from: Date.parse(good[0]?.at ?? ''), to: Date.parse(good[39]?.at ?? '') },
    });
    expect(await preparedClients(ports.objects)).toEqual(good.map(({ client }) => client).sort());
  });

  it('fails for an absent export, with a fix', async () => {
    await expect(runPrepare(localPorts(), configOf(), RUN)).rejects.toMatchObject({
      code: 'prepare/no-export',
    });
  });

  it('fails for an export that was changed since, and prepares nothing', async () => {
    const ports = memoryPorts();
    await writeExport(ports, RUN, csvOf(good));
    await writeExport(memoryPorts(ports.objects), { runId: 'other' }, csvOf(good.slice(1)));
    const other = await ports.objects.get(`exports/${END.slice(0, 10)}/other/part-043a7187-00000.csv.gz`);
    await ports.objects.write(`exports/${END.slice(0, 10)}/run-1/part-043a7187-00000.csv.gz`, [
      other?.bytes ?? Buffer.of(),
    ]);
    await expect(runPrepare(ports, configOf(), RUN)).rejects.toMatchObject({ code: 'export/corrupt' });
    expect(await readPrepared(ports, 'run-1')).toBeUndefined();
  });
});

it('stops the run at a third value of a label before any training, with the values', async () => {
  const ports = memoryPorts();
  const rows = makeRows(40).map((row, i) => ({ ...row, y: i === 3 ? 'maybe' : row.y }));
  await writeExport(ports, RUN, csvOf(rows));
  await expect(runPrepare(ports, configOf(), RUN)).rejects.toMatchObject({
    problems: [{ code: 'label/third-value', message: expect.stringMatching(/maybe 1/) }],
  });
  expect(await readPrepared(ports, 'run-1')).toBeUndefined();
});

describe('whole columns of an export', () => {
  const expecting = (expect: Expectations, version = 1): FeatureSpec => ({
    version,
    fields: FIELDS.map((field) =>
      field.name === 'balance' || field.name === 'job' ? { ...field, expect } : field,
    ),
  });
  /** A champion whose rows had a balance of mean 50 and deviation 10. */
  async function withChampion(version = 1) {
    const ports = memoryPorts();
    const table = tableOf({
      balance: numbers([40, 60]),
      gone: numbers([1, 2]),
      never: numbers([null, null]),
    });
    await makeChampion(ports, {
      ...candidateOf(),
      features: fitFeatures(tableOf({}), { version, fields: [] }),
      profile: fitProfile(table, ['balance', 'gone', 'never']),
    });
    return ports;
  }
  const balances = (...values: number[]) =>
    csvOf(
      values.map((value, i) => ({ ...good[i], client: `c${i}`, at: good[i]?.at, account: String(value) })),
    );

  it('accepts columns that are all missing or constant', async () => {
    const ports = memoryPorts();
    await writeExport(ports, RUN, csvOf(good));
    await runPrepare(ports, configOf(), RUN);
    const lines = (await textOf(ports.objects, preparedKey('run-1'))).trimEnd().split('\n').slice(1);
    expect(new Set(lines.map((line) => line.split(',').slice(-2).join()))).toEqual(new Set([',1.1']));
  });

  it('stops the run at a column with more missing values than allowed', async () => {
    const ports = memoryPorts();
    await writeExport(
      ports,
      RUN,
      csvOf(good.map((row, i) => (i < 10 ? { ...row, account: undefined } : row))),
    );
    const prepare = (maxMissingShare: number) =>
      runPrepare(ports, configOf({ features: expecting({ maxMissingShare }) }), RUN);
    await expect(prepare(0.2)).rejects.toMatchObject({
      name: 'InvalidInput',
      problems: [expect.objectContaining({ code: 'expect/too-many-missing', path: 'account' })],
    });
    expect(await readPrepared(ports, 'run-1')).toBeUndefined();
    expect((await prepare(0.25)).rows).toBe(40);
  });

  it.each([
    ['near the champion', [45, 55, 50], []],
    ['of another mean', [75, 95, 85], ['expect/mean']],
    ['wider', [10, 90, 50], ['expect/deviation']],
    ['narrower', [50, 51, 52], ['expect/deviation']],
  ])('compares columns %s with the training data of the champion', async (_, values, codes) => {
    const ports = await withChampion();
    await writeExport(ports, RUN, balances(...values));
    const features = expecting({ meanWithinSigmas: 3, deviationWithinFactor: 3 });
    const problems = await runPrepare(ports, configOf({ features }), RUN).then(
      () => [],
      (error: { problems: { code: string }[] }) => error.problems.map(({ code }) => code),
    );
    expect(problems).toEqual(codes);
  });

  it('compares columns without the rejected rows: one absurd number stops nothing', async () => {
    const ports = await withChampion();
    await writeExport(ports, RUN, balances(45, 55, 50, 1e300));
    const features = expecting({ max: 1e6, meanWithinSigmas: 3 });
    expect(await runPrepare(ports, configOf({ features }), RUN)).toMatchObject({
      rows: 3,
      quarantined: { 'expect/out-of-range': 1 },
    });
  });

  it('compares nothing before the first release, nor with a champion of another features.version', async () => {
    for (const ports of [memoryPorts(), await withChampion(1)]) {
      await writeExport(ports, RUN, balances(1e6, 2e6));
      const features = expecting({ meanWithinSigmas: 1 }, 2);
      expect((await runPrepare(ports, configOf({ features }), RUN)).rows).toBe(2);
    }
  });
});

describe('a repeated preparation', () => {
  it('reads the manifest and writes nothing', async () => {
    const ports = localPorts();
    await writeExport(ports, RUN, csvOf([...good, { ...good[0], client: 'bad', at: 'x' }]));
    const objects = recordingStore(ports.objects);
    const first = await runPrepare({ ...ports, objects }, configOf(), RUN);
    expect(objects.written).toEqual([
      'quarantine/run-1/rows.jsonl',
      'prepared/run-1/rows.csv.gz',
      'prepared/run-1/_manifest.json',
    ]);
    const before = await contentOf(ports.objects);
    expect(await runPrepare({ ...ports, objects }, configOf(), RUN)).toEqual(first);
    expect(objects.written).toHaveLength(3);
    expect(await contentOf(ports.objects)).toEqual(before);
  });

  it.each(['before', 'after'] as const)('ends the same after a crash %s any call', async (when) => {
    const run = async (at: number) => {
      const objects = memoryObjects();
      const ports = memoryPorts(objects);
      await writeExport(ports, RUN, csvOf([...good, { ...good[0], client: 'bad', at: 'x' }]));
      const calls = { calls: 0 };
      const mortal = { ...ports, objects: crashing(objects, calls, { at, when }) };
      const died = await runPrepare(mortal, configOf(), RUN).then(
        () => false,
        () => true,
      );
      // Where the manifest is, the rows it speaks of are.
      const half = await readPrepared(ports, 'run-1');
      if (half !== undefined) expect(objects.files.has(half.key)).toBe(true);
      await runPrepare(ports, configOf(), RUN);
      return { died, content: await contentOf(objects) };
    };
    const { content } = await run(Number.POSITIVE_INFINITY);
    let deaths = 0;
    for (let at = 0; ; at += 1) {
      const crashed = await run(at);
      expect(crashed.content).toEqual(content);
      if (!crashed.died) break;
      deaths += 1;
    }
    expect(deaths).toBeGreaterThanOrEqual(6);
  });
});

describe('the columns of a prepared row', () => {
  it('keep the order that is stored, with an empty cell for one that nothing reads any more', async () => {
    const ports = localPorts();
    await writeExport(ports, RUN, Buffer.from(`${[HEADER, ...good.map(lineOf)].join('\n')}\n`));
    const columns = ['client', 'at', 'left', 'job', 'y'];
    const prepared = await runPrepare(ports, configOf({ features: { columns } }), RUN);
    const [header, first] = (await textOf(ports.objects, preparedKey('run-1'))).split('\n');
    expect(header?.split(',').slice(0, 5)).toEqual(columns);
    expect(prepared.columns).toEqual(header?.split(','));
    expect(first?.split(',').slice(2, 4)).toEqual(['', good[0]?.job]);
  });
});
