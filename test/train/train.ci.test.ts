import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import { numbersOf, textsOf } from '../../lambdas/core/table/rows.ts';
import { readModel } from '../../lambdas/core/trees/format/model-file.ts';
import { readCandidate, readRun } from '../../lambdas/stores/runs.ts';
import { readSnapshot } from '../../lambdas/stores/snapshots.ts';
import { loadTrainingSet } from '../../lambdas/stores/training-set.ts';
import { runTrain } from '../../lambdas/train/train.ts';
import {
  configOf,
  contentOf,
  DAY,
  END,
  FIELDS,
  localPorts,
  makeRows,
  memoryPorts,
  recordingStore,
  type SourceRow,
  START,
} from '../prepare/prepare-fixture.ts';
import { crashing, memoryObjects } from '../stores/crash.ts';
import { IDENTITY, INPUT, ingestRows, trainOn } from './steps.ts';

const ROWS = makeRows(400);

const files = ['model.ubj', 'features.json', 'profile.json', 'metrics.json'] as const;

/** What training on these rows gives, file by file. */
async function produce(config: ModelConfig, rows: readonly SourceRow[] = ROWS) {
  const ports = memoryPorts();
  const record = await trainOn(ports, config, rows);
  const bytes = async (name: string) =>
    Buffer.from((await ports.objects.get(`runs/run-1/${name}`))?.bytes ?? []).toString('base64');
  const [model, features, profile, metrics] = await Promise.all(files.map(bytes));
  const candidate = await readCandidate(ports, 'run-1');
  return { ports, record, model, features, profile, metrics, rounds: candidate?.metrics.rounds };
}

describe('a search of hyperparameters', () => {
  const search = {
    trials: 6,
    space: { maxDepth: [1, 2, 3, 4], eta: { min: 0.01, max: 1, scale: 'log' } },
  } as const;

  it('keeps the best of its configurations, and the whole leader board', async () => {
    const { ports, record } = await produce(configOf({ training: { search } }));
    const candidate = await readCandidate(ports, 'run-1');
    const trials = candidate?.metrics.trials ?? [];
    expect(trials.length).toBe(6);
    const losses = trials.map(({ loss }) => loss);
    expect(losses).toEqual(losses.toSorted((a, b) => a - b));
    expect(record.parameters).toEqual(trials[0]?.parameters);
    // The rows that choose the best of six flatter it; the loss that is told is of rows that did not.
    expect(candidate?.metrics.metrics['log-loss']?.value).toBeGreaterThan(losses[0] ?? Number.NaN);
    const given = trials.find(({ parameters }) => parameters.maxDepth === 3 && parameters.eta === 0.3);
    expect(given?.loss).toBeGreaterThanOrEqual(losses[0] ?? Number.NaN);
  });

  it('gives the same bytes again, and reports its progress over all trials and the refit', async () => {
    const config = configOf({ training: { search } });
    const [first, second] = [await produce(config), await produce(config)];
    expect([second.model, second.metrics]).toEqual([first.model, first.metrics]);
    const ports = localPorts();
    await ingestRows(ports, config, ROWS);
    const progress: string[] = [];
    await runTrain(ports, config, IDENTITY, INPUT, (done, total) => progress.push(`${done}/${total}`));
    expect(progress.at(-1)).toBe('42/42');
    expect(progress.length).toBe(42);
  });
});

describe('training', () => {
  it('trains on the older rows and records its steps', async () => {
    const ports = localPorts();
    const config = configOf();
    const progress: string[] = [];
    await ingestRows(ports, config, ROWS);
    const record = await runTrain(ports, config, IDENTITY, INPUT, (done, total) =>
      progress.push(`${done}/${total}`),
    );
    expect(progress).toEqual(['1/6', '2/6', '3/6', '4/6', '5/6', '6/6']);
    expect(record).toMatchObject({
      ...IDENTITY,
      runId: 'run-1',
      trigger: 'first',
      fence: 1,
      status: 'succeeded',
      data: {
        snapshotId: 'run-1',
        trainRows: 320,
        holdoutRows: 80,
        window: { from: new Date(START).toISOString(), to: END },
        quarantined: {},
      },
      metrics: {},
      seed: 1,
    });
    expect(await readRun(ports, 'run-1')).toEqual(record);
    expect((await readSnapshot(ports, 'run-1'))?.sha256).toBe(record.data.sha256);
    const candidate = await readCandidate(ports, 'run-1');
    expect(readModel(candidate?.model ?? Buffer.of()).featureNames).toEqual(FIELDS.map(({ name }) => name));
    expect(candidate?.metrics.importance[0]?.feature).toMatch(/age|job/);
  });

  it('records the rejected rows of every export that it trains on', async () => {
    const ports = memoryPorts();
    const bad = { ...(ROWS[0] as SourceRow), age: 'old' };
    await ingestRows(ports, configOf(), [...ROWS.slice(0, 200), bad, bad], 'run-0');
    const { data } = await trainOn(ports, configOf(), [
      ...ROWS.slice(200),
      bad,
      { ...bad, client: '', age: '1' },
    ]);
    expect(data.quarantined).toEqual({ 'csv/not-a-number': 3, 'prepare/no-key': 1 });
  });

  it('gives the same bytes on every machine, and others with another seed where rows are sampled', async () => {
    const sampled = (seed: number) =>
      produce(configOf({ training: { seed }, parameters: { subsample: 0.5 } }));
    const [first, again, other] = [await sampled(1), await sampled(1), await sampled(2)];
    expect(again.record.data.sha256).toBe(first.record.data.sha256);
    expect(files.map((_, i) => [again.model, again.features, again.profile, again.metrics][i])).toEqual([
      first.model,
      first.features,
      first.profile,
      first.metrics,
    ]);
    expect(other.model).not.toBe(first.model);
    expect(other.features).toBe(first.features);
  });

  it('trains a regression, and measures the stopping rows by its metric', async () => {
    const { record, rounds, ports } = await produce(
      configOf({
        problem: { type: 'regression', label: 'amount' },
        parameters: { rounds: 30, earlyStoppingRounds: 5 },
      }),
    );
    expect(Object.keys(record.metrics)).toEqual(['rmse']);
    expect(rounds).toBeGreaterThan(5);
    const holdout = (await ports.objects.get('snapshots/run-1/holdout.csv.gz'))?.bytes ?? Buffer.of();
    const labels = gunzipSync(holdout).toString().trimEnd().split('\n').map(parseFloat);
    expect(labels).toEqual(ROWS.slice(320).map(({ amount }) => Number(amount)));
  });

  it('fails on one class, without a candidate', async () => {
    const ports = memoryPorts();
    await expect(
      trainOn(
        ports,
        configOf(),
        ROWS.map((row) => ({ ...row, y: 'no' })),
      ),
    ).rejects.toMatchObject({ code: 'training/one-class' });
    expect(await readCandidate(ports, 'run-1')).toBeUndefined();
    expect(await readRun(ports, 'run-1')).toBeUndefined();
  });

  it.each([
    [
      'Yes',
      (i: number) => (i % 3 ? 'yes' : 'No'),
      "no row has the positive label: positive is 'Yes'; the column 'y' holds yes 266, No 134",
    ],
    ['yes', () => 'yes', "every row has the positive label: positive is 'yes'; the column 'y' holds yes 400"],
    [
      'yes',
      (i: number) => (i < 320 ? 'no' : 'yes'),
      "one class in the 320 rows to train on, both in the window: positive is 'yes'; the column 'y' holds no 320, yes 80",
    ],
  ])('fails on a label %j of one class, and shows its values', async (positive, labelAt, message) => {
    const problem = { type: 'binary-classification', label: 'y', positive } as const;
    const rows = ROWS.map((row, i) => ({ ...row, y: labelAt(i) }));
    await expect(trainOn(memoryPorts(), configOf({ problem }), rows)).rejects.toMatchObject({
      code: 'training/one-class',
      message,
      fix: expect.stringMatching(/training\.window/),
    });
  });
});

describe('the rows of a training', () => {
  const load = async (config: ModelConfig, rows: readonly SourceRow[] = ROWS) => {
    const ports = memoryPorts();
    await ingestRows(ports, config, rows);
    const { table, split, labels, window } = await loadTrainingSet(ports, config, {
      runId: 'run-1',
      to: END,
    });
    const key = textsOf(table, 'client');
    const times = numbersOf(table, 'at');
    const side = (positions: Int32Array) =>
      [...positions].map((row) => ({ key: key(row), at: times[row] ?? 0 }));
    const [gap, knownKeys] = [split.gap.length, split.knownKeys.length];
    return { train: side(split.train), holdout: side(split.holdout), labels, window, gap, knownKeys };
  };
  /** Some clients come again, late. */
  const returning = ROWS.map((row, i) => (i % 10 === 0 ? { ...row, client: `client-${i % 50}` } : row));

  const withSplit = (split: Partial<ModelConfig['training']['split']>, delayDays?: number) => {
    const config = configOf({
      training: { split: { kind: 'time', holdoutShare: 0.25, keys: 'all', ...split } },
    });
    const groundTruth = delayDays === undefined ? {} : { groundTruth: { step: 'rows', delayDays } };
    return { ...config, monitoring: { ...config.monitoring, ...groundTruth } };
  };
  const extent = (rows: readonly { readonly at: number }[]) => {
    const times = rows.map(({ at }) => at);
    return { first: Math.min(...times), last: Math.max(...times) };
  };

  it('trains on rows older than those held out, whatever their keys', async () => {
    const { train, holdout } = await load(withSplit({}), returning);
    expect([train.length, holdout.length]).toEqual([300, 100]);
    expect(extent(train).last).toBeLessThan(extent(holdout).first);
    const known = new Set(train.map(({ key }) => key));
    expect(holdout.filter(({ key }) => known.has(key))).toHaveLength(10);
  });

  it('holds out only new keys where the split asks for it, and counts the others', async () => {
    const { train, holdout, knownKeys } = await load(withSplit({ keys: 'new-only' }), returning);
    const known = new Set(train.map(({ key }) => key));
    expect(holdout.filter(({ key }) => known.has(key))).toEqual([]);
    expect([train.length, holdout.length, knownKeys]).toEqual([300, 90, 10]);
  });

  it('holds out other keys by hash than those of training, at every time', async () => {
    const { train, holdout } = await load(withSplit({ kind: 'hash' }, 7), returning);
    const known = new Set(train.map(({ key }) => key));
    expect(holdout.filter(({ key }) => known.has(key))).toEqual([]);
    expect(train.length + holdout.length).toBe(400);
    expect(Math.abs(holdout.length - 100)).toBeLessThan(30);
  });

  it.each([
    ['the ground truth takes', withSplit({}, 2), 2],
    ['the split says', withSplit({ gapDays: 1 }, 2), 1],
    ['nobody says', withSplit({}), 0],
  ])(
    'trains on labels that are known when the holdout begins, after the days that %s',
    async (_, config, days) => {
      const { train, holdout, gap } = await load(config);
      expect([holdout.length, gap]).toEqual([100, days === 0 ? 0 : days * 24 - 1]); // a row an hour
      expect(train.length + gap).toBe(300);
      expect(extent(train).last + days * DAY).toBeLessThanOrEqual(extent(holdout).first);
    },
  );

  it('counts both parts in the record, with the rows that neither used', async () => {
    const ports = memoryPorts();
    const config = withSplit({ keys: 'new-only' }, 2);
    await ingestRows(ports, config, returning);
    const { data } = await runTrain(ports, config, IDENTITY, INPUT);
    const split = { kind: 'time', keys: 'new-only', gapDays: 2, gapRows: 47, knownKeyRows: 10 };
    expect(data).toMatchObject({ trainRows: 253, holdoutRows: 90, split });
  });

  it('trains on rows of the window with a known label', async () => {
    const unlabelled = ROWS.map((row, i) => (i % 4 === 3 ? { ...row, y: undefined } : row));
    const { train, holdout, labels } = await load(configOf(), unlabelled);
    expect([train.length, holdout.length]).toEqual([240, 60]);
    expect([...labels]).toEqual(ROWS.filter((_, i) => i % 4 !== 3).map(({ y }) => (y === 'yes' ? 1 : 0)));

    const newest = await load(configOf({ training: { window: { kind: 'rows', rows: 300 } } }));
    expect([newest.train.length, newest.train[0]?.key]).toEqual([240, 'client-100']);

    const end = Date.parse(END);
    const hours = Math.ceil((end - START) / 3_600_000);
    const recent = makeRows(400, { first: hours - 400 });
    const days = await load(configOf({ training: { window: { kind: 'days', days: 12 } } }), recent);
    expect(days.train.length + days.holdout.length).toBe(288);
    expect(days.window.from).toBe(new Date(end - 12 * DAY).toISOString());
  });

  it('needs enough rows on both sides', async () => {
    await expect(load(configOf(), ROWS.slice(0, 249))).resolves.toBeDefined();
    await expect(load(configOf(), ROWS.slice(0, 240))).rejects.toMatchObject({
      code: 'training/too-few-rows',
    });
    await expect(load(configOf(), [])).rejects.toMatchObject({ code: 'training/too-few-rows' });
    const unlabelled = ROWS.map((row, i) => (i < 90 ? row : { ...row, y: undefined }));
    await expect(load(configOf(), unlabelled)).rejects.toMatchObject({
      message: expect.stringContaining('the outcome of 310 of 400 rows in the training window is not known'),
      fix: expect.stringContaining('wait for outcomes'),
    });
  });

  it('trains on the same rows when a later run ingests rows of the same time', async () => {
    const ports = memoryPorts();
    const config = configOf();
    await ingestRows(ports, config, ROWS);
    const read = () => loadTrainingSet(ports, config, { runId: 'run-1', to: END });
    const before = await read();
    const late = makeRows(300).map((row, i) => ({ ...row, client: `late-${i}`, y: 'no' }));
    await ingestRows(ports, config, late, 'run-2');
    expect(await read()).toEqual(before);
    await expect(loadTrainingSet(ports, config, { runId: 'run-3', to: END })).rejects.toMatchObject({
      code: 'features/nothing-ingested',
    });
  });
});

describe('the rows held out', () => {
  /** The last fifth, turned over: every feature and every outcome is another. */
  const turned = ROWS.map((row, i) =>
    i < 320
      ? row
      : {
          ...row,
          y: row.y === 'yes' ? 'no' : 'yes',
          age: '119',
          job: 'smith',
          housing: undefined,
          account: '-1e30',
        },
  );

  it.each([
    ['without early stopping', {}],
    ['with early stopping', { rounds: 60, earlyStoppingRounds: 3 }],
  ])(
    'trains the same features and trees, byte for byte, with other rows held out, %s',
    async (_, parameters) => {
      const config = configOf({ parameters });
      const [own, other] = [await produce(config), await produce(config, turned)];
      expect(other.features).toBe(own.features);
      expect(other.model).toBe(own.model);
      expect(other.metrics).toBe(own.metrics);
      expect(other.record.data.sha256).not.toBe(own.record.data.sha256);
    },
  );

  it('fits all training rows with the number of trees at which the newest stopped it', async () => {
    const own = await produce(configOf({ parameters: { rounds: 60, eta: 0.5, earlyStoppingRounds: 3 } }));
    expect(own.rounds).toBeLessThan(60);
    const given = await produce(configOf({ parameters: { rounds: own.rounds ?? 0, eta: 0.5 } }));
    expect([own.model, own.features]).toEqual([given.model, given.features]);
  });

  it('fails on one class in the rows that are older than those which stop it', async () => {
    const rows = ROWS.map((row, i) => ({ ...row, y: i < 280 ? 'no' : 'yes' }));
    const config = configOf({ parameters: { earlyStoppingRounds: 3 } });
    await expect(trainOn(memoryPorts(), config, rows)).rejects.toMatchObject({
      code: 'training/one-class',
      message: expect.stringContaining('one class in the oldest 272 of 320 rows to train on'),
      fix: expect.stringContaining('earlyStoppingRounds'),
    });
  });

  it('stops by the newest training rows, not by the rows held out', async () => {
    const config = configOf({ parameters: { rounds: 60, eta: 0.5, earlyStoppingRounds: 3 } });
    const own = await produce(config);
    expect(own.rounds).toBeLessThan(60);
    // Of 320 training rows the last 15 % are those from 272 on.
    const stopping = ROWS.map((row, i) =>
      i < 272 || i >= 320 ? row : { ...row, y: row.y === 'yes' ? 'no' : 'yes' },
    );
    const other = await produce(config, stopping);
    expect(other.rounds).not.toBe(own.rounds);
  });
});

describe('the stored features of a training', () => {
  it('counts the categories that are dropped, and the share of rows that have a kept one', async () => {
    const fields = FIELDS.map((field) => (field.name === 'job' ? { ...field, maxCategories: 2 } : field));
    const { record } = await produce(configOf({ features: { fields } }));
    const jobs = ROWS.slice(0, 320).flatMap(({ job }) => job ?? []);
    const counts = [...new Set(jobs)].map((one) => jobs.filter((job) => job === one).length);
    const [first = 0, second = 0] = counts.sort((a, b) => b - a);
    expect(record.data.categories).toEqual([
      { column: 'job', levels: 4, kept: 2, keptShare: (first + second) / jobs.length },
    ]);
  });

  it('stores the declared features: neither the label, nor the key, nor an excluded column', async () => {
    const { ports } = await produce(configOf());
    const stored = await ports.objects.get('snapshots/run-1/columns.json');
    const { columns } = JSON.parse(Buffer.from(stored?.bytes ?? []).toString()) as { columns: string[] };
    expect(columns).toEqual(['label', 'age', 'job', 'housing', 'balance', 'nothing', 'same']);
    // A canary that says what the outcome is, and that nobody declared, teaches nothing.
    const canary = await produce(
      configOf(),
      ROWS.map((row) => ({ ...row, amount: row.y === 'yes' ? '1' : '0' })),
    );
    expect(canary.model).toBe((await produce(configOf())).model);
  });
});

describe('a repeated training', () => {
  it('writes nothing the second time', async () => {
    const ports = localPorts();
    const record = await trainOn(ports, configOf(), ROWS);
    const before = await contentOf(ports.objects);
    const objects = recordingStore(ports.objects);
    expect(await runTrain({ ...ports, objects }, configOf(), IDENTITY, INPUT)).toEqual(record);
    expect(objects.written).toEqual([]);
    expect(await contentOf(ports.objects)).toEqual(before);
  });

  it('fails with other code and leaves the snapshot whole', async () => {
    const objects = memoryObjects();
    const ports = memoryPorts(objects);
    await trainOn(ports, configOf(), ROWS);
    await objects.delete('runs/run-1.json');
    const before = await contentOf(objects);
    const fields = FIELDS.slice(1);
    await expect(runTrain(ports, configOf({ features: { fields } }), IDENTITY, INPUT)).rejects.toMatchObject({
      code: 'snapshot/changed',
    });
    expect(await contentOf(objects)).toEqual(before);
    await expect(
      runTrain(ports, configOf({ parameters: { rounds: 5 } }), IDENTITY, INPUT),
    ).rejects.toMatchObject({
      code: 'run/not-reproducible',
    });
    expect(await contentOf(objects)).toEqual(before);
  });

  it.each(['before', 'after'] as const)('ends the same after a crash %s any call', async (when) => {
    const config = configOf({ parameters: { rounds: 2 } });
    const prepared = memoryObjects();
    await ingestRows(memoryPorts(prepared), config, ROWS);
    const run = async (at: number) => {
      const objects = memoryObjects();
      for (const [key, bytes] of prepared.files) await objects.write(key, [bytes]);
      const ports = memoryPorts(objects);
      const mortal = { ...ports, objects: crashing(objects, { calls: 0 }, { at, when }) };
      const died = await runTrain(mortal, config, IDENTITY, INPUT).then(
        () => false,
        () => true,
      );
      // A snapshot that can be read is whole; a record says that the candidate is.
      const snapshot = await readSnapshot(ports, 'run-1');
      if (snapshot !== undefined) {
        for (const name of ['train.csv.gz', 'holdout.csv.gz', 'columns.json', 'features.json'])
          expect(objects.files.has(`snapshots/run-1/${name}`)).toBe(true);
      }
      if (await readRun(ports, 'run-1')) expect(await readCandidate(ports, 'run-1')).toBeDefined();
      await runTrain(ports, config, IDENTITY, INPUT);
      return { died, content: await contentOf(objects) };
    };
    const { content } = await run(Number.POSITIVE_INFINITY);
    let deaths = 0;
    for (; ; deaths += 1) {
      const crashed = await run(deaths);
      expect(crashed.content).toEqual(content);
      if (!crashed.died) break;
    }
    expect(deaths).toBeGreaterThanOrEqual(12);
  });
});
