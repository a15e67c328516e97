import { gunzipSync } from 'node:zlib';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openPglite } from '../../lambdas/adapters/local/pglite.ts';
import { InvalidInput, RuntimeFailure } from '../../lambdas/core/errors.ts';
import type { ExportConfig } from '../../lambdas/export/config.ts';
import { runExport } from '../../lambdas/export/export.ts';
import type { Logger, Ports, SourceDatabase } from '../../lambdas/ports/index.ts';
import { type ExportManifest, readExport, readPart } from '../../lambdas/stores/exports.ts';
import { sha256 } from '../../lambdas/stores/json.ts';
import { Crash, type CrashPoint, crashing, memoryObjects, virtualClock } from '../stores/crash.ts';

const INPUT = { runId: 'run-1', from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' };
const FOLDER = 'exports/2026-02-01/run-1';

const CONFIG: ExportConfig = {
  model: 'shop',
  steps: [
    {
      name: 'orders_of_window',
      keep: true,
      query: `select id, price, note, at from orders
        where at >= current_setting('mlops.from')::timestamptz and at < current_setting('mlops.to')::timestamptz`,
    },
    { name: 'rich', query: 'select * from orders_of_window where price > 10' },
    { name: 'wanted', query: 'select id, note, at from rich order by id' },
  ],
  requiredColumns: ['id', 'at'],
  timeoutSec: 60,
  allowEmpty: false,
};

/** How the keys of parts name their snapshot. */
const tagOf = ({ snapshot }: ExportManifest) => sha256(snapshot).slice(0, 8);

const silent: Logger = { info: () => {}, warn: () => {}, error: () => {}, with: () => silent };

/** `list` answers with a stream, which `crashing` cannot give. */
function mortal(objects: Ports['objects'], state: { calls: number }, point?: CrashPoint): Ports['objects'] {
  const { get, read, write, create, tryPut, delete: remove } = crashing(objects, state, point);
  return { get, read, write, create, tryPut, delete: remove, list: objects.list };
}

describe('an export', () => {
  let database: PGlite;
  beforeAll(async () => {
    database = await PGlite.create();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await database.exec(`drop table if exists orders; create table orders (id int, price int, note text, at timestamptz);
      insert into orders select g, g, 'note "' || g || E'"\\nnext', timestamptz '2025-12-31 12:00Z' + g * interval '1 hour'
        from generate_series(1, 800) g`);
  });

  function setUp() {
    const logged: unknown[] = [];
    let opened = 0;
    const logger = { ...silent, info: (...line: unknown[]) => void logged.push(line) };
    const ports = {
      objects: memoryObjects(),
      clock: virtualClock(),
      logger,
      source: async () => {
        opened += 1;
        return openPglite({ database });
      },
    };
    return { ports, logged, timesOpened: () => opened };
  }
  const run = (
    ports: Pick<Ports, 'objects' | 'source' | 'clock' | 'logger'>,
    config: Partial<ExportConfig> = {},
    input = INPUT,
  ) => runExport({ ports, config: { ...CONFIG, ...config }, input });
  const textOf = async (objects: Ports['objects'], part: Parameters<typeof readPart>[1]) => {
    let text = '';
    for await (const chunk of readPart(objects, part)) text += Buffer.from(chunk).toString();
    return text;
  };

  it('writes the rows of the window, the kept step and a manifest', async () => {
    const { ports, logged } = setUp();
    const manifest = await run(ports);
    expect(manifest).toMatchObject({
      schemaVersion: 1,
      runId: 'run-1',
      snapshot: expect.stringMatching(/^\d+:\d+:/),
      queryHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      window: { from: INPUT.from, to: INPUT.to },
      columns: [
        { name: 'id', type: 'integer' },
        { name: 'note', type: 'text' },
        { name: 'at', type: 'timestamp with time zone' },
      ],
      // 12:00 on 31 December and g hours: the window has g from 12 to 755.
      rows: 744,
      steps: [{ name: 'orders_of_window', rows: 744 }],
    });
    expect([...ports.objects.files.keys()]).toEqual([
      `${FOLDER}/part-${tagOf(manifest)}-00000.csv.gz`,
      `${FOLDER}/step-orders_of_window-${tagOf(manifest)}-00000.csv.gz`,
      `${FOLDER}/_manifest.json`,
    ]);
    const [part] = manifest.parts;
    const text = part === undefined ? '' : await textOf(ports.objects, part);
    expect(text.slice(0, 60)).toBe('id,note,at\n12,"note ""12""\nnext",2026-01-01 00:00:00+00\n13,"');
    expect(logged).toEqual([['export.done', { model: 'shop', runId: 'run-1', rows: 744, parts: 1, ms: 0 }]]);
  });

  it('splits the rows into parts that each have the header', async () => {
    const { ports } = setUp();
    await database.exec(
      `insert into orders select g, 99, repeat('x', 100), '2026-01-15Z' from generate_series(1, 20000) g`,
    );
    const manifest = await run(ports, { partBytes: 1_000_000 });
    expect(manifest.parts.map(({ key }) => key)).toEqual(
      [0, 1, 2].map((index) => `${FOLDER}/part-${tagOf(manifest)}-0000${index}.csv.gz`),
    );
    const texts = await Promise.all(manifest.parts.map((part) => textOf(ports.objects, part)));
    expect(texts.every((text) => text.startsWith('id,note,at\n'))).toBe(true);
    expect(manifest.rows).toBe(20_744);
  });

  it('reads nothing again in a run that has its manifest', async () => {
    const { ports, timesOpened } = setUp();
    const first = await run(ports);
    await database.exec('delete from orders');
    expect(await run(ports, {}, { ...INPUT, from: '2025-06-01T00:00:00Z' })).toEqual(first);
    expect(timesOpened()).toBe(1);
  });

  it('fails before it reads a row when columns are missing or come twice', async () => {
    const { ports } = setUp();
    await expect(run(ports, { requiredColumns: ['id', 'price', 'size'] })).rejects.toMatchObject({
      code: 'export/missing-column',
      message: 'the query has no price, size',
      fix: 'it has id, note, at: select what is missing in the last step',
    });
    const twice = [{ name: 'last', query: 'select id, at, id from orders' }];
    await expect(run(ports, { steps: twice })).rejects.toMatchObject({ code: 'export/duplicate-column' });
    expect(ports.objects.files.size).toBe(0);
  });

  it('fails when a column has another type than in the last export of the same query', async () => {
    const { ports } = setUp();
    await run(ports);
    await database.exec('alter table orders alter column id type bigint, add column size int');
    const next = { runId: 'run-2', from: INPUT.to, to: '2026-03-01T00:00:00Z' };
    await expect(run(ports, { allowEmpty: true }, next)).rejects.toMatchObject({
      code: 'export/type-changed',
      message: 'the source has changed: id was integer and is bigint',
    });
    const steps = CONFIG.steps.map((step) => ({ ...step, query: `${step.query} -- id is bigint now` }));
    expect((await run(ports, { steps, allowEmpty: true }, next)).columns[0]).toEqual({
      name: 'id',
      type: 'bigint',
    });
  });

  it('accepts columns that are new, and absent ones that are not required', async () => {
    const { ports } = setUp();
    const steps = [{ name: 'all_orders', query: 'select * from orders' }];
    await run(ports, { steps });
    await database.exec('alter table orders drop column note, add column size int');
    const { columns } = await run(ports, { steps }, { ...INPUT, runId: 'run-2' });
    expect(columns.map(({ name }) => name)).toEqual(['id', 'price', 'at', 'size']);
  });

  it('fails without rows, unless that is allowed', async () => {
    const { ports } = setUp();
    const empty = { runId: 'run-0', from: '2020-01-01T00:00:00Z', to: '2020-02-01T00:00:00Z' };
    await expect(run(ports, {}, empty)).rejects.toMatchObject({
      code: 'export/no-rows',
      message: 'no rows from 2020-01-01T00:00:00Z to 2020-02-01T00:00:00Z',
    });
    expect(await readExport(ports.objects, empty)).toBeUndefined();
    const manifest = await run(ports, { allowEmpty: true }, empty);
    expect(manifest).toMatchObject({ rows: 0, parts: [{ rows: 0 }] });
  });

  it('refuses invalid input and steps, with every problem, before it opens anything', async () => {
    const { ports, timesOpened } = setUp();
    const failed = await run(ports, {}, { runId: 'Run_1', from: 'today', to: '2026-02-31T00:00' }).catch(
      (error) => error,
    );
    expect(failed).toBeInstanceOf(InvalidInput);
    expect(failed.problems.map(({ path }: { path: string }) => path)).toEqual(['runId', 'from', 'to']);
    await expect(run(ports, {}, { ...INPUT, from: INPUT.to })).rejects.toThrow('to: must be after');
    await expect(run(ports, { steps: [{ name: 'a', query: 'drop table orders' }] })).rejects.toThrow(
      InvalidInput,
    );
    expect(timesOpened()).toBe(0);
  });

  it('leaves no manifest or a whole one after a crash at any call, and the next attempt completes it', async () => {
    const calls = { calls: 0 };
    const whole = setUp();
    const expected = await run({ ...whole.ports, objects: mortal(whole.ports.objects, calls) });
    expect(calls.calls).toBe(4);
    for (let at = 0; at < calls.calls; at++) {
      for (const when of ['before', 'after'] as const) {
        const { ports } = setUp();
        const objects = mortal(ports.objects, { calls: 0 }, { at, when });
        await expect(run({ ...ports, objects })).rejects.toBeInstanceOf(Crash);
        const left = await readExport(ports.objects, INPUT);
        expect([undefined, expected.rows]).toContain(left?.rows);
        expect((await run(ports)).parts).toEqual(expected.parts);
      }
    }
  });

  it('reports the row at which the database went away, closes it and leaves no manifest', async () => {
    const { ports } = setUp();
    let closed = 0;
    const broken: SourceDatabase = {
      snapshot: (work) =>
        work({
          id: 's',
          describe: async () => [
            { name: 'id', type: 'integer' },
            { name: 'at', type: 'date' },
          ],
          async *stream() {
            yield Buffer.from('id,at\n1,a\n2,b\n');
            throw new RuntimeFailure('source/disconnected', 'the connection was lost', { retryable: true });
          },
        }),
      close: async () => {
        closed += 1;
      },
    };
    await expect(run({ ...ports, source: async () => broken })).rejects.toMatchObject({
      code: 'source/disconnected',
      message: 'the connection was lost; at row 2',
      retryable: true,
    });
    expect(closed).toBe(1);
    expect(await readExport(ports.objects, INPUT)).toBeUndefined();
  });

  it('passes on an error of the object store', async () => {
    const { ports } = setUp();
    const failure = new RuntimeFailure('objects/forbidden', 'no');
    const objects = { ...ports.objects, create: () => Promise.reject(failure) };
    await expect(run({ ...ports, objects })).rejects.toBe(failure);
  });

  it('keeps the export of the first to finish the same run, from another snapshot', async () => {
    const { ports } = setUp();
    const other: SourceDatabase = {
      snapshot: (work) =>
        work({
          id: 'other',
          describe: async () => ['id', 'at'].map((name) => ({ name, type: 'text' })),
          stream: async function* () {
            yield Buffer.from('id,at\n1,2026-01-01\n');
          },
        }),
      close: async () => {},
    };
    let first: ExportManifest | undefined;
    const objects: Ports['objects'] = {
      ...ports.objects,
      async tryPut(key, bytes, condition) {
        first ??= await run({ ...ports, source: async () => other });
        return ports.objects.tryPut(key, bytes, condition);
      },
    };
    const second = await run({ ...ports, objects });
    expect(second).toEqual(first);
    const [part] = second.parts;
    expect(part && (await textOf(ports.objects, part))).toBe('id,at\n1,2026-01-01\n');
  });

  it('records the digests of the uncompressed bytes', async () => {
    const { ports } = setUp();
    const { parts } = await run(ports);
    for (const { key, bytes } of parts) {
      expect(gunzipSync(ports.objects.files.get(key) ?? '').byteLength).toBe(bytes);
    }
  });
});
