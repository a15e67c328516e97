import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createObjectStore } from '../../lambdas/adapters/local/object-store.ts';
import { runBatchScore } from '../../lambdas/batch-score/batch-score.ts';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import { createCsvParser } from '../../lambdas/core/csv/parse.ts';
import { numbersOf, textsOf } from '../../lambdas/core/table/rows.ts';
import type { Row, RowValue, Table } from '../../lambdas/core/table/table.ts';
import { runRelease } from '../../lambdas/release/release.ts';
import { loadModel } from '../../lambdas/score/loaded-model.ts';
import { sha256 } from '../../lambdas/stores/json.ts';
import { readRelease } from '../../lambdas/stores/release.ts';
import {
  CONFIG,
  createWorld,
  DAY,
  featuresRefusing,
  rowsOf,
  START,
  type TestWorld,
  type VersionOptions,
} from '../release/release-fixture.ts';
import { Crash } from '../stores/crash.ts';
import { tempDir } from '../support/temp-dir.ts';

const INPUT = { runId: 'b1', from: START - DAY, to: START };
const FOLDER = 'batch/2026-01-05/b1';

const batch = (changes: Partial<NonNullable<ModelConfig['serving']['batch']>> = {}): ModelConfig => ({
  ...CONFIG,
  serving: {
    ...CONFIG.serving,
    batch: {
      schedule: 'rate(1 day)',
      windowDays: 1,
      output: 'csv',
      rank: 'descending',
      deliverBy: '06:00',
      ...changes,
    },
  },
});

async function serving(rows: Table, options: VersionOptions = {}): Promise<TestWorld> {
  const world = createWorld(createObjectStore(tempDir()));
  await world.ingest(rows);
  await world.register(options);
  await runRelease(world.ports, CONFIG, { kind: 'approved', version: 1, changeExpected: false });
  return world;
}

async function textOf(world: TestWorld, key: string): Promise<string> {
  const bytes = (await world.objects.get(key))?.bytes ?? new Uint8Array();
  return gunzipSync(bytes).toString('utf8');
}

/** The delivered file, read back. */
async function delivered(
  world: TestWorld,
): Promise<{ clients: string[]; scores: number[]; decisions: number[] }> {
  const parser = createCsvParser({
    columns: [
      { name: 'client', type: 'category' },
      { name: 'score', type: 'number' },
      { name: 'decision', type: 'boolean' },
    ],
  });
  parser.push(Buffer.from(await textOf(world, `${FOLDER}/scores.csv.gz`)));
  parser.end();
  const table = parser.take();
  const client = textsOf(table, 'client');
  return {
    clients: Array.from({ length: table.rows }, (_, row) => client(row) ?? ''),
    scores: [...numbersOf(table, 'score')],
    decisions: [...numbersOf(table, 'decision')],
  };
}

describe('a batch run', () => {
  it('stops by a code of its own where its function is nearly out of memory, and delivers nothing', async () => {
    const world = await serving(rowsOf(200));
    const memory = { limitMb: 100, usedMb: () => 95, peakMb: () => 95, collect: () => {} };
    await expect(runBatchScore({ ...world.ports, memory }, batch(), INPUT)).rejects.toMatchObject({
      code: 'train/out-of-memory',
      retryable: false,
    });
    expect(await world.objects.get(`${FOLDER}/scores.csv.gz`)).toBeUndefined();
    expect((await runBatchScore(world.ports, batch(), INPUT)).rows).toBeGreaterThan(0);
  });

  it('fails before the first release', async () => {
    const world = createWorld();
    await world.ingest(rowsOf(10));
    await expect(runBatchScore(world.ports, CONFIG, INPUT)).rejects.toMatchObject({ code: 'score/no-model' });
  });

  it('delivers the same scores as single rows, bit by bit, and the decisions', async () => {
    const rows = rowsOf(300);
    const world = await serving(rows);
    await runBatchScore(world.ports, batch({ rank: 'none' }), INPUT);
    const { clients, scores, decisions } = await delivered(world);
    const { champion } = (await readRelease(world.objects)).state;
    const model = await loadModel(world.objects, champion ?? { version: 0, digest: '' });
    const job = textsOf(rows, 'job');
    const single = clients.map((client) => {
      const row = Number(client.slice(1));
      const values: Row = new Map<string, RowValue>([
        ['age', numbersOf(rows, 'age')[row] ?? null],
        ['job', job(row) ?? null],
        ['noise', numbersOf(rows, 'noise')[row] ?? null],
      ]);
      const answer = model.score(values);
      return answer.kind === 'scored' ? answer.score : Number.NaN;
    });
    expect(scores).toEqual(single);
    expect(decisions).toEqual(single.map((score) => (score >= 0.5 ? 1 : 0)));
    expect(new Set(decisions)).toEqual(new Set([0, 1]));
  });

  it.each([
    ['descending', (scores: number[]) => scores.toSorted((a, b) => b - a)],
    ['ascending', (scores: number[]) => scores.toSorted((a, b) => a - b)],
  ] as const)('ranks %s, with equal scores in the order of their events', async (rank, sorted) => {
    const world = await serving(rowsOf(200));
    await runBatchScore(world.ports, batch({ rank }), INPUT);
    const { clients, scores } = await delivered(world);
    expect(scores).toEqual(sorted(scores));
    const position = clients.map((client) => Number(client.slice(1)));
    for (let i = 1; i < scores.length; i += 1)
      if (scores[i] === scores[i - 1]) expect(position[i]).toBeGreaterThan(position[i - 1] ?? 0);
  });

  it('keeps the order of events without a ranking, and without a batch section', async () => {
    const world = await serving(rowsOf(50));
    await runBatchScore(world.ports, CONFIG, INPUT);
    expect((await delivered(world)).clients).toEqual(Array.from({ length: 50 }, (_, row) => `c${row}`));
  });

  it('counts the rows that the model refuses and leaves them out', async () => {
    const world = await serving(rowsOf(90), { features: featuresRefusing(['admin']) });
    const manifest = await runBatchScore(world.ports, batch(), INPUT);
    expect(manifest).toMatchObject({ rows: 60, refused: 30, version: 1 });
    const { clients } = await delivered(world);
    expect(clients.filter((client) => Number(client.slice(1)) % 3 === 0)).toEqual([]);
    expect(clients).toHaveLength(60);
  });

  it('scores only the rows of its window, and delivers an empty file for none', async () => {
    const world = await serving(rowsOf(20));
    const window = { from: START - 5 * 60_000, to: START };
    expect(await runBatchScore(world.ports, batch(), { runId: 'b1', ...window })).toMatchObject({ rows: 5 });
    const later = { runId: 'b2', from: START, to: START + DAY };
    expect(await runBatchScore(world.ports, batch(), later)).toMatchObject({ rows: 0, refused: 0 });
    expect(await textOf(world, 'batch/2026-01-06/b2/scores.csv.gz')).toBe('client,at,score,decision\n');
  });

  it('has no decision for a regression', async () => {
    const world = await serving(rowsOf(5));
    const config: ModelConfig = { ...batch(), problem: { type: 'regression', label: 'noise' } };
    await runBatchScore(world.ports, config, INPUT);
    expect((await textOf(world, `${FOLDER}/scores.csv.gz`)).split('\n')[0]).toBe('client,at,score');
  });

  it('writes JSON lines where the blueprint asks for them', async () => {
    const world = await serving(rowsOf(30));
    const { key } = await runBatchScore(world.ports, batch({ output: 'jsonl' }), INPUT);
    const lines = (await textOf(world, key))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    await runBatchScore(world.ports, batch(), { ...INPUT, runId: 'b2' });
    const csv = (await textOf(world, 'batch/2026-01-05/b2/scores.csv.gz')).trimEnd().split('\n').slice(1);
    expect(lines).toHaveLength(30);
    expect(
      lines.map((line) => {
        const { client, at, score, decision } = line as Readonly<Record<string, string | number | boolean>>;
        return `${client},${at},${score},${decision}`;
      }),
    ).toEqual(csv);
  });

  it('describes its delivery in a manifest that is written last', async () => {
    const world = await serving(rowsOf(30));
    const calls = { calls: 0 };
    await runBatchScore(world.process(undefined, calls), batch(), { ...INPUT, runId: 'calm' });
    for (let at = 0; at < calls.calls; at += 1)
      for (const when of ['before', 'after'] as const) {
        const input = { ...INPUT, runId: `died-${at}-${when}` };
        const folder = `batch/2026-01-05/${input.runId}`;
        await expect(runBatchScore(world.process({ at, when }), batch(), input)).rejects.toBeInstanceOf(
          Crash,
        );
        const seen = await world.objects.get(`${folder}/_manifest.json`);
        if (seen !== undefined) expect(await world.objects.get(`${folder}/scores.csv.gz`)).toBeDefined();
        const manifest = await runBatchScore(world.ports, batch(), input);
        expect(sha256(await textOf(world, manifest.key))).toBe(manifest.sha256);
      }
  });

  it('delivers once when it runs twice, although another version serves by then', async () => {
    const world = await serving(rowsOf(300));
    const first = await runBatchScore(world.ports, batch(), INPUT);
    const bytes = await textOf(world, first.key);
    await world.register({ step: 0.7 });
    const config: ModelConfig = { ...CONFIG, releaseStrategy: 'all-at-once' };
    await world.answer(1, 400);
    world.clock.set(START + 2 * DAY);
    await runRelease(world.ports, config, { kind: 'tick' });
    await runRelease(world.ports, config, { kind: 'approved', version: 2, changeExpected: true });
    expect((await readRelease(world.objects)).state.champion?.version).toBe(2);
    expect(await runBatchScore(world.ports, batch(), INPUT)).toEqual(first);
    expect(await textOf(world, first.key)).toBe(bytes);
    expect((await runBatchScore(world.ports, batch(), { ...INPUT, runId: 'b2' })).version).toBe(2);
  });

  it('writes no value into a log line', async () => {
    const world = await serving(rowsOf(5, { job: () => 'CANARY-PII-5' }));
    await runBatchScore(world.ports, batch(), INPUT);
    expect(world.log.join()).not.toMatch(/CANARY|c[0-9]/);
  });
});
