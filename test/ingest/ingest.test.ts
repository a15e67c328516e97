import { describe, expect, it } from 'vitest';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import { numbersOf, textsOf } from '../../lambdas/core/table/rows.ts';
import { runIngest } from '../../lambdas/ingest/ingest.ts';
import { runPrepare } from '../../lambdas/prepare/prepare.ts';
import { readFeatures } from '../../lambdas/stores/features.ts';
import { featureGroupOf, getHistorical } from '../../lambdas/stores/historical.ts';
import {
  configOf,
  contentOf,
  csvOf,
  END,
  FIELDS,
  localPorts,
  makeRows,
  memoryPorts,
  recordingStore,
  type SourceRow,
  START,
  writeExport,
} from '../prepare/prepare-fixture.ts';
import { crashing, memoryObjects } from '../stores/crash.ts';

type StepPorts = ReturnType<typeof memoryPorts>;

const ALL = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };

async function ingested(
  ports: Pick<StepPorts, 'objects' | 'online' | 'clock' | 'logger'>,
  runId: string,
  rows: readonly SourceRow[],
  config: ModelConfig = configOf(),
  to = END,
) {
  await writeExport(ports, { runId, to }, csvOf(rows));
  await runPrepare(ports, config, { runId, to });
  return runIngest(ports, config, { runId, to });
}

const at = (hour: number) => new Date(START + hour * 3_600_000).toISOString();

/** `client:age` of the rows between these hours. */
async function agesBetween(ports: Pick<StepPorts, 'objects'>, from: number, to: number, asOfRun?: string) {
  const window = { from: START + from * 3_600_000, to: START + to * 3_600_000 };
  const table = await getHistorical(ports, configOf(), { ...window, ...(asOfRun && { asOfRun }) });
  const client = textsOf(table, 'client');
  return [...numbersOf(table, 'age')].map((age, row) => `${client(row)}:${age}`);
}

describe('getHistorical', () => {
  it('returns the rows of a half-open window in order of time, the last ingested of one key and time', async () => {
    const ports = localPorts();
    await ingested(ports, 'run-1', [
      { client: 'c', at: at(3), age: '1' },
      { client: 'a', at: at(1), age: '2' },
      { client: 'b', at: at(2), age: '3' },
    ]);
    await ingested(ports, 'run-2', [
      { client: 'b', at: at(2), age: '4' },
      { client: 'b', at: at(1), age: '5' },
    ]);
    expect(await agesBetween(ports, 0, 4)).toEqual(['a:2', 'b:5', 'b:4', 'c:1']);
    expect(await agesBetween(ports, 1, 3)).toEqual(['a:2', 'b:5', 'b:4']);
    expect(await agesBetween(ports, 2, 3)).toEqual(['b:4']);
    expect(await agesBetween(ports, 3, 3)).toEqual([]);
    expect(await agesBetween(ports, 4, 9)).toEqual([]);
    // As the first run knew them.
    expect(await agesBetween(ports, 0, 4, 'run-1')).toEqual(['a:2', 'b:3', 'c:1']);
  });

  it('returns empty columns, not none, without a row', async () => {
    const ports = localPorts();
    await ingested(ports, 'run-1', []);
    const table = await getHistorical(ports, configOf(), ALL);
    expect([table.rows, [...table.columns.keys()]]).toEqual([
      0,
      ['client', 'at', 'y', 'age', 'job', 'housing', 'account', 'nothing', 'same'],
    ]);
  });

  it('fails before the first ingestion, and as of a run that ingested nothing', async () => {
    const ports = localPorts();
    const nothing = expect.objectContaining({ code: 'features/nothing-ingested' });
    await expect(getHistorical(ports, configOf(), ALL)).rejects.toEqual(nothing);
    await ingested(ports, 'run-1', makeRows(3));
    await expect(getHistorical(ports, configOf(), { ...ALL, asOfRun: 'run-2' })).rejects.toEqual(nothing);
  });

  it('reads a later feature as missing in older rows', async () => {
    const ports = localPorts();
    await ingested(ports, 'run-1', makeRows(3));
    const fields = [
      ...FIELDS,
      { kind: 'numeric', name: 'amount', description: 'added' },
      { kind: 'categorical', name: 'secret', description: 'added' },
    ] as const;
    const grown = configOf({ features: { fields } });
    await ingested(ports, 'run-2', makeRows(2, { first: 3 }), grown);
    const table = await getHistorical(ports, grown, ALL);
    const amounts = [...numbersOf(table, 'amount')];
    expect(amounts.map(Number.isNaN)).toEqual([true, true, true, false, false]);
    expect([0, 1, 2, 3, 4].map(textsOf(table, 'secret'))).toEqual([
      undefined,
      undefined,
      undefined,
      'left-out',
      'left-out',
    ]);
  });

  it('fails rather than lose rows when a column is read in another way without a higher version', async () => {
    const ports = localPorts();
    await ingested(ports, 'run-1', makeRows(3));
    const fields = FIELDS.map((field) =>
      field.name === 'job' ? ({ kind: 'numeric', name: 'job', description: 'changed' } as const) : field,
    );
    await expect(getHistorical(ports, configOf({ features: { fields } }), ALL)).rejects.toMatchObject({
      code: 'store/corrupt',
      fix: expect.stringContaining('features.version'),
    });
  });

  it('fails when a part was changed or is gone', async () => {
    const ports = memoryPorts();
    const { parts } = await ingested(ports, 'run-1', makeRows(3));
    const key = parts[0]?.key ?? '';
    const other = await ingested(memoryPorts(), 'run-1', makeRows(4));
    expect(other.parts[0]?.key).toBe(key);
    await ports.objects.delete(key);
    await expect(getHistorical(ports, configOf(), ALL)).rejects.toMatchObject({ code: 'store/missing' });
    await ports.objects.write(key, [Buffer.from('no gzip')]);
    await expect(getHistorical(ports, configOf(), ALL)).rejects.toMatchObject({ code: 'store/corrupt' });
  });

  it('leaves out a part that has expired where the environment keeps parts for some days', async () => {
    const ports = memoryPorts();
    const { parts } = await ingested(ports, 'run-1', makeRows(3));
    const later = new Date(Date.parse(END) + 100 * 86_400_000).toISOString();
    await ingested(ports, 'run-2', makeRows(4, { first: 10 }), configOf(), later);
    await ports.objects.delete(parts[0]?.key ?? '');
    const rows = async (featureDays: number) =>
      (await getHistorical(ports, { ...configOf(), featureDays }, ALL)).rows;
    expect(await rows(100)).toBe(4);
    // A part that is missing before its time is a loss, or was rewritten meanwhile.
    await expect(rows(101)).rejects.toMatchObject({ code: 'store/missing' });
  });
});

describe('an ingestion', () => {
  it('fails before the rows are prepared', async () => {
    await expect(runIngest(localPorts(), configOf(), { runId: 'run-1', to: END })).rejects.toMatchObject({
      code: 'ingest/not-prepared',
    });
  });

  it('records for no rows how far the source was read, and later runs never record less', async () => {
    const ports = localPorts();
    const [late, early] = ['2026-03-01T00:00:00.500Z', '2026-03-01T00:00:00Z'];
    expect((await ingested(ports, 'run-1', [], configOf(), early)).coveredTo).toBe(early);
    expect((await ingested(ports, 'run-2', makeRows(2), configOf(), late)).coveredTo).toBe(late);
    const manifest = await ingested(ports, 'run-3', [], configOf(), early);
    expect(manifest.coveredTo).toBe(late);
    expect(manifest.parts.map(({ runId, rows }) => [runId, rows])).toEqual([
      ['run-1', 0],
      ['run-2', 2],
      ['run-3', 0],
    ]);
    expect((await getHistorical(ports, configOf(), ALL)).rows).toBe(2);
  });

  it('starts an empty group when features.version is raised, and leaves the old one', async () => {
    const ports = localPorts();
    await ingested(ports, 'run-1', makeRows(3));
    const next = configOf({ features: { version: 2, fields: FIELDS.slice(0, 1) } });
    expect(await readFeatures(ports, featureGroupOf(next))).toBeUndefined();
    await expect(getHistorical(ports, next, ALL)).rejects.toMatchObject({
      code: 'features/nothing-ingested',
    });
    const { parts } = await ingested(ports, 'run-2', makeRows(5), next);
    expect(parts.map(({ runId }) => runId)).toEqual(['run-2']);
    expect((await getHistorical(ports, next, ALL)).rows).toBe(5);
    expect((await getHistorical(ports, configOf(), ALL)).rows).toBe(3);
  });

  it('writes nothing when it runs again', async () => {
    const ports = localPorts();
    const first = await ingested(ports, 'run-1', makeRows(20));
    const before = await contentOf(ports.objects);
    const objects = recordingStore(ports.objects);
    expect(await runIngest({ ...ports, objects }, configOf(), { runId: 'run-1', to: END })).toEqual(first);
    expect(objects.written).toEqual([]);
    expect(await contentOf(ports.objects)).toEqual(before);
  });

  it.each(['before', 'after'] as const)('ends the same after a crash %s any call', async (when) => {
    const run = async (crashAt: number) => {
      const objects = memoryObjects();
      const ports = memoryPorts(objects);
      await ingested(ports, 'run-1', makeRows(3));
      await writeExport(ports, { runId: 'run-2' }, csvOf(makeRows(3, { first: 3 })));
      await runPrepare(ports, configOf(), { runId: 'run-2', to: END });
      const [calls, point] = [{ calls: 0 }, { at: crashAt, when }];
      const mortal = {
        ...ports,
        objects: crashing(objects, calls, point),
        online: crashing(ports.online, calls, point),
      };
      const died = await runIngest(mortal, configOf(), { runId: 'run-2', to: END }).then(
        () => false,
        () => true,
      );
      // Whatever is listed can be read, the rows of a run all or none.
      expect([3, 6]).toContain((await getHistorical(ports, configOf(), ALL)).rows);
      await runIngest(ports, configOf(), { runId: 'run-2', to: END });
      expect((await ports.online.get('client-5'))?.values.get('age')).toBeDefined();
      return { died, content: await contentOf(objects) };
    };
    const { content } = await run(Number.POSITIVE_INFINITY);
    let deaths = 0;
    for (; ; deaths += 1) {
      const crashed = await run(deaths);
      expect(crashed.content).toEqual(content);
      if (!crashed.died) break;
    }
    expect(deaths).toBeGreaterThanOrEqual(8);
  });
});

describe('the online store after an ingestion', () => {
  const row = (hour: number, changes: Partial<SourceRow> = {}): SourceRow => ({
    client: 'a',
    at: at(hour),
    age: String(hour),
    housing: 'f',
    ...changes,
  });

  it('holds the newest row of each key, null where a value is missing, and only columns of features', async () => {
    const ports = localPorts();
    await ingested(ports, 'run-1', [
      row(2),
      row(5, { job: 'cook', account: '1.5', y: 'yes' }),
      row(4),
      row(1, { client: 'b' }),
    ]);
    expect(await ports.online.get('a')).toEqual({
      key: 'a',
      at: START + 5 * 3_600_000,
      values: new Map<string, unknown>([
        ['age', 5],
        ['job', 'cook'],
        ['housing', false],
        ['balance', 1.5],
        ['nothing', null],
        ['same', 1.1],
      ]),
    });
    expect((await ports.online.get('b'))?.values.get('job')).toBeNull();
  });

  it('never replaces a newer event by an older one, in whatever order runs come', async () => {
    const ports = localPorts();
    await ingested(ports, 'run-1', [row(5)]);
    await ingested(ports, 'run-2', [row(3), row(4)]);
    expect((await ports.online.get('a'))?.values.get('age')).toBe(5);
    await ingested(ports, 'run-3', [row(6, { age: undefined })]);
    expect((await ports.online.get('a'))?.values.get('age')).toBeNull();
  });

  it('accepts more keys than one batch holds, and none where scoring is not by key', async () => {
    const ports = localPorts();
    await ingested(ports, 'run-1', makeRows(501));
    expect(await ports.online.get('client-0')).toBeDefined();
    expect(await ports.online.get('client-500')).toBeDefined();
    const without = configOf();
    const other = localPorts();
    const { online: _, ...serving } = without.serving;
    await ingested(other, 'run-1', makeRows(1), { ...without, serving });
    expect(await other.online.get('client-0')).toBeUndefined();
  });

  it('stays as it is when the run is delivered again after newer events', async () => {
    const ports = localPorts();
    const config = configOf();
    const run = { runId: 'run-1', to: END };
    await writeExport(ports, run, csvOf([row(1)]));
    await runPrepare(ports, config, run);
    const dying = { ...ports, objects: crashing(ports.objects, { calls: 0 }, { at: 5, when: 'before' }) };
    await expect(runIngest(dying, config, run)).rejects.toThrow();
    await ingested(ports, 'run-2', [row(7)], config);
    await runIngest(ports, config, run);
    expect((await ports.online.get('a'))?.at).toBe(START + 7 * 3_600_000);
  });
});
