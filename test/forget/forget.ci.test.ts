import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../lambdas/adapters/local/clock.ts';
import { textsOf } from '../../lambdas/core/table/rows.ts';
import { runForget } from '../../lambdas/forget/forget.ts';
import { takeLease } from '../../lambdas/lease/lease.ts';
import { readBatch } from '../../lambdas/stores/batches.ts';
import { readExport, readPart } from '../../lambdas/stores/exports.ts';
import { readFeatures } from '../../lambdas/stores/features.ts';
import { featureGroupOf, getHistorical } from '../../lambdas/stores/historical.ts';
import { sha256 } from '../../lambdas/stores/json.ts';
import { readIndex } from '../../lambdas/stores/models.ts';
import { readPrepared } from '../../lambdas/stores/prepared.ts';
import { pseudonym } from '../../lambdas/stores/pseudonym.ts';
import { readSnapshot } from '../../lambdas/stores/snapshots.ts';
import { END, memoryPorts } from '../prepare/prepare-fixture.ts';
import { fill, forgetConfig, KEY, MARK, rowLines, SECRET, textsIn } from './world.ts';

const config = forgetConfig();
const ALL = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };

async function world() {
  const ports = memoryPorts();
  await fill(ports);
  const forget = (key = KEY, more: object = {}) => runForget({ ports, config, key, secret: SECRET, ...more });
  return { ports, forget };
}

/** Whether a stored line is of the person, told without the code under test. */
const isOwn = (line: string): boolean =>
  line.startsWith(`${KEY},`) ||
  line.startsWith(`"${KEY}"`) ||
  line.includes(pseudonym(KEY, SECRET)) ||
  line.includes(`"client":"${KEY}"`) ||
  line.includes(`"raw":"${KEY},`) ||
  // An encoded row has no key: the mark is in these only.
  /^[01],.*\b4242\.5\b/.test(line);

describe('a person who is forgotten', () => {
  it('leaves no row under any prefix, and every other row as it was', async () => {
    const { ports, forget } = await world();
    const before = await rowLines(ports.objects);
    const counted = Object.fromEntries(
      Object.entries(before).map(([prefix, lines]) => [prefix, lines.filter(isOwn).length]),
    );
    const report = await forget();

    const traces = [...(await textsIn(ports.objects))]
      .filter(([key]) => !/^(runs|models)\//.test(key))
      .flatMap(([key, text]) => text.split('\n').map((line) => [key, line] as const))
      .filter(
        ([, line]) => line.includes(MARK) || isOwn(line) || new RegExp(`(^|["\n])${KEY}[,"]`).test(line),
      );
    // The id of a request that brought no key, and a cell of another person that reads the same.
    for (const [key, line] of traces)
      expect(line).toMatch(key.startsWith('predictions/') ? /"id":"client-7","at"/ : /"raw":"client-77,/);
    expect(await ports.online.get(KEY)).toBeUndefined();
    expect(await ports.online.get('client-77')).toBeDefined();

    const after = await rowLines(ports.objects);
    // The keys beside encoded rows are a line each.
    for (const [prefix, lines] of Object.entries(before))
      expect(after[prefix], prefix).toEqual(lines.filter((line) => !isOwn(line)));
    expect(Object.keys(counted).sort()).toEqual([
      'batch',
      'exports',
      'features',
      'predictions',
      'prepared',
      'quarantine',
      'snapshots',
      'truth',
    ]);
    for (const { prefix, rows } of report.found)
      expect(rows, prefix).toBe(prefix === 'snapshots' ? (counted.snapshots ?? 0) / 2 : counted[prefix]);
    expect(report).toMatchObject({ online: true, dryRun: false, forgottenAt: null, formerVersions: 0 });
  });

  it('leaves lists that name what is there, so that every reader goes on', async () => {
    const { ports, forget } = await world();
    await forget();
    for (const runId of ['run-1', 'run-2']) {
      const exported = await readExport(ports.objects, { runId, to: END });
      for (const part of exported?.parts ?? []) for await (const _ of readPart(ports.objects, part));
      expect(exported?.rows).toBe(exported?.parts.reduce((sum, { rows }) => sum + rows, 0));
      const prepared = await readPrepared(ports, runId);
      expect((await textsIn(ports.objects)).has(prepared?.key ?? '')).toBe(true);
    }
    const table = await getHistorical(ports, config, ALL);
    const client = textsOf(table, 'client');
    const keys = Array.from({ length: table.rows }, (_, row) => client(row));
    expect(keys).not.toContain(KEY);
    expect(keys).toContain('client-77');
    const features = await readFeatures(ports, featureGroupOf(config));
    expect(features?.parts.map(({ forgotten }) => forgotten)).toEqual([45, 44]);
    for (const format of ['csv', 'jsonl']) {
      const batch = await readBatch(ports, `batch/2026-01-0${format.length}/${format}`);
      expect(batch?.rows).toBe(6);
      expect(sha256((await textsIn(ports.objects, 'batch/')).get(batch?.key ?? '') ?? '')).toBe(
        batch?.sha256,
      );
    }
  });

  it('has the versions refer to snapshots of new digests, and keeps the digest of the training', async () => {
    const { ports, forget } = await world();
    const trained = await readSnapshot(ports, 'run-1');
    const { versions } = await forget();
    expect(versions.map(({ version }) => version)).toEqual([1, 2]);
    const { lineage } = (await readIndex(ports)).versions[0] ?? {};
    expect(lineage?.dataSha256).toBe(trained?.sha256);
    const now = await readSnapshot(ports, lineage?.rewritten?.snapshotId ?? '');
    expect(now?.sha256).toBe(lineage?.rewritten?.sha256);
    expect(now?.manifest.replaces).toMatchObject({ id: 'run-1', sha256: trained?.sha256 });
    const { train, holdout } = trained?.manifest ?? {};
    expect((now?.manifest.train.rows ?? 0) + (now?.manifest.holdout.rows ?? 0)).toBe(
      (train?.rows ?? 0) + (holdout?.rows ?? 0) - (now?.manifest.replaces?.rows ?? 0),
    );
    expect(await readSnapshot(ports, 'run-1')).toBeUndefined();
  });

  it('is found again by nobody: a second time changes nothing and succeeds', async () => {
    const { ports, forget } = await world();
    const { id } = await forget();
    const before = await textsIn(ports.objects);
    const again = await forget();
    expect(again).toMatchObject({ id, found: [], online: false });
    expect(again.forgottenAt).not.toBeNull();
    expect(again.versions.map(({ version }) => version)).toEqual([1, 2]);
    const data = (texts: ReadonlyMap<string, string>) =>
      [...texts].filter(([key]) => !key.startsWith('locks/'));
    expect(data(await textsIn(ports.objects))).toEqual(data(before));
  });

  it('is recorded without the key or the pseudonym of its predictions', async () => {
    const { ports, forget } = await world();
    const { id, found } = await forget();
    const record = (await textsIn(ports.objects, 'forgotten/')).get(`forgotten/${id}.json`) ?? '';
    expect(record).not.toContain(KEY);
    expect(record).not.toContain(pseudonym(KEY, SECRET));
    expect(JSON.parse(record).state).toMatchObject({
      id,
      rows: Object.fromEntries(found.map(({ prefix, rows }) => [prefix, rows])),
      versions: [1, 2],
      endedAt: expect.any(Number),
    });
  });

  it('is only counted in a dry run', async () => {
    const { ports, forget } = await world();
    const before = await textsIn(ports.objects);
    const dry = await forget(KEY, { dryRun: true });
    expect(await textsIn(ports.objects)).toEqual(before);
    expect(await ports.online.get(KEY)).toBeDefined();
    expect(dry.found).toEqual((await forget()).found);
  });

  it.each(['client-', '7', 'CLIENT-8', 'client-7\n'])(
    'is refused under a key that no row has: %j',
    async (key) => {
      const { ports, forget } = await world();
      const before = await rowLines(ports.objects);
      for (const dryRun of [true, false])
        await expect(forget(key, { dryRun })).rejects.toMatchObject({
          code: 'forget/unknown-key',
          message: expect.not.stringContaining(key),
        });
      expect(await rowLines(ports.objects)).toEqual(before);
    },
  );

  it('leaves quarantined rows without a readable key, and tells how many', async () => {
    const { forget } = await world();
    const { unread } = await forget();
    expect(unread.filter(({ prefix }) => prefix === 'quarantine').map(({ rows }) => rows)).toEqual([1, 1]);
    expect(unread.filter(({ prefix }) => prefix === 'exports').map(({ rows }) => rows)).toEqual([1, 1]);
  });

  it('may be the second or third one: each is gone from what the others left', async () => {
    const { ports, forget } = await world();
    const before = await rowLines(ports.objects);
    for (const key of [KEY, 'client-77', 'x,client-7']) await forget(key);
    const after = await rowLines(ports.objects);
    expect(
      after.features?.filter((line) => /client-77?[",]/.test(line) && !/^"? ?client-7 /.test(line)),
    ).toEqual(before.features?.filter((line) => line.startsWith(' client-7,')));
    expect((await readIndex(ports)).versions.map(({ lineage }) => lineage.rewritten?.snapshotId)).toEqual([
      expect.stringMatching(/^run-1\.f[0-9a-f]{16}$/),
      expect.stringMatching(/^run-2\.f[0-9a-f]{16}$/),
    ]);
    expect((await textsIn(ports.objects, 'snapshots/')).size).toBe(2 * 7);
  });

  it('waits for a training that runs', async () => {
    const { ports, forget } = await world();
    await takeLease(ports, 'run-3');
    await expect(forget()).rejects.toMatchObject({ code: 'pipeline/busy', retryable: true });
  });

  it('has former versions deleted, and counted in a dry run', async () => {
    const { forget } = await world();
    const former = { count: async () => 5, purge: async () => 4 };
    expect((await forget(KEY, { dryRun: true, former })).formerVersions).toBe(5);
    expect((await forget(KEY, { former })).formerVersions).toBe(4);
  });
});

describe('the lease of a deletion', () => {
  const HOUR = 3_600_000;
  const start = Date.parse(END);

  it('is held for as long again at each prefix, however long all of them take', async () => {
    const { ports, forget } = await world();
    const clock = createVirtualClock(start);
    const others: Promise<unknown>[] = [];
    await forget(KEY, {
      ports: { ...ports, clock },
      onStep: (doing: string) => {
        if (!doing.startsWith('reads ')) return;
        clock.advanceTo(clock.now() + HOUR);
        others.push(takeLease({ ...ports, clock }, 'train-1').catch(({ code }) => code));
      },
    });
    expect(others.length).toBeGreaterThan(10);
    expect(new Set(await Promise.all(others))).toEqual(new Set(['pipeline/busy']));
  });

  it('ends the deletion when it is lost', async () => {
    const { ports, forget } = await world();
    const clock = createVirtualClock(start);
    const stopped = forget(KEY, {
      ports: { ...ports, clock },
      onStep: () => clock.advanceTo(clock.now() + 240 * HOUR),
    });
    await expect(stopped).rejects.toMatchObject({ code: 'forget/written-meanwhile', retryable: true });
  });
});
