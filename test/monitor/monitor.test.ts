import { describe, expect, it } from 'vitest';
import { createObjectStore } from '../../lambdas/adapters/local/object-store.ts';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import { rowTransformer } from '../../lambdas/core/features/transform.ts';
import type { RowValue } from '../../lambdas/core/table/table.ts';
import { toPrediction } from '../../lambdas/core/trees/objective.ts';
import { scoreRow } from '../../lambdas/core/trees/scoring/score.ts';
import { runMonitor } from '../../lambdas/monitor/monitor.ts';
import { runRelease } from '../../lambdas/release/release.ts';
import { listReports } from '../../lambdas/stores/drift-reports.ts';
import { type Truth, writeTruth } from '../../lambdas/stores/truth.ts';
import {
  CONFIG,
  createWorld,
  DAY,
  FEATURES,
  featuresRefusing,
  rowsOf,
  SECRET,
  START,
  type TestWorld,
  treeModel,
  uniform,
  type VersionOptions,
} from '../release/release-fixture.ts';
import { tempDir } from '../support/temp-dir.ts';

const WINDOW = { from: START, to: START + 7 * DAY };

/** A world in which version 1 serves. */
async function serving(options: VersionOptions = {}): Promise<TestWorld> {
  const world = createWorld(createObjectStore(tempDir()));
  await world.register(options);
  await runRelease(world.ports, CONFIG, { kind: 'approved', version: 1, changeExpected: false });
  world.published.length = 0; // by the release
  return world;
}

type Row = Readonly<Record<string, RowValue>>;

/** A request like those that the profile knows, but for what `change` says. */
function requests(change: (row: number) => Row = () => ({})): (row: number) => Row {
  const table = rowsOf(1_000);
  const column = (name: string) => (table.columns.get(name) as { values: Float64Array }).values; // numeric
  return (row) => ({
    age: column('age')[row % 1_000] ?? null,
    job: row % 3 === 0 ? 'technician' : 'admin',
    noise: column('noise')[row % 1_000] ?? null,
    ...change(row),
  });
}

const transform = rowTransformer(FEATURES);
const model = treeModel();

/** The score that version 1 gives to a request. */
const scoreOf = (row: Row): number =>
  toPrediction(model.objective, scoreRow(model, transform(new Map(Object.entries(row)))));

const ageOf = ({ age }: Row) => (typeof age === 'number' ? age : null);

async function answer(world: TestWorld, count: number, features = requests(), version = 1): Promise<void> {
  await world.answer(version, count, {
    at: START + DAY,
    record: (row) => ({ features: features(row), score: scoreOf({ age: ageOf(features(row)) }) }),
  });
}

describe('monitoring of a window', () => {
  it('reports nothing before the first release', async () => {
    const world = createWorld();
    expect(await runMonitor(world.ports, CONFIG, WINDOW)).toBeUndefined();
    expect(await listReports(world)).toEqual([]);
  });

  it('finds a window with fewer than the least rows insufficient, without an alarm', async () => {
    const world = await serving();
    await answer(
      world,
      199,
      requests(() => ({ age: 99 })),
    );
    const report = await runMonitor(world.ports, CONFIG, WINDOW);
    expect(report?.drift).toMatchObject({ verdict: 'insufficient', rows: 199 });
    expect([world.published, world.notified]).toEqual([[], []]);
  });

  it('compares the groups of captured predictions, and reports when they differ by more than allowed', async () => {
    const world = await serving();
    // Young technicians and old others: the score rises with age.
    await answer(
      world,
      300,
      requests((row) => ({ age: row % 3 === 0 ? 15 : 85 })),
    );
    const config: ModelConfig = {
      ...CONFIG,
      monitoring: { ...CONFIG.monitoring, fairness: { attributes: ['job', 'salary'], minGroup: 30 } },
      training: {
        ...CONFIG.training,
        validation: {
          ...CONFIG.training.validation,
          fairness: [{ attribute: 'job', metric: 'parityDifference', max: 0.2 }],
        },
      },
    };
    const report = await runMonitor(world.ports, config, WINDOW);
    expect(report?.fairness).toHaveLength(1);
    const [jobs] = report?.fairness ?? [];
    expect(jobs?.groups.map(({ group, rows }) => [group, rows])).toEqual([
      ['admin', 200],
      ['technician', 100],
    ]);
    expect(jobs?.metrics.parityDifference).toMatchObject({ value: 1 });
    expect(world.notified.map(({ body }) => body).join()).toContain('parityDifference by job 1.0000 [0.');
  });

  it('finds a window without any prediction insufficient', async () => {
    const world = await serving();
    const report = await runMonitor(world.ports, CONFIG, WINDOW);
    expect(report?.drift).toMatchObject({ verdict: 'insufficient', rows: 0 });
    expect(report?.answers).toEqual({ ok: 0, invalid: 0, error: 0 });
  });

  it('finds requests like the reference stable, even in many batches', async () => {
    const world = await serving();
    await answer(world, 5_000);
    const report = await runMonitor(world.ports, CONFIG, WINDOW);
    expect(report?.drift).toMatchObject({ verdict: 'stable', rows: 5_000 });
    expect(report?.drift.features.map(({ verdict }) => verdict)).toEqual(['ok', 'ok', 'ok']);
    expect(report?.answers).toEqual({ ok: 5_000, invalid: 0, error: 0 });
    expect(world.published).toEqual([]);
    expect(await listReports(world)).toEqual([report]);
  });

  it('names the feature that drifted, publishes it under one id and notifies people', async () => {
    const world = await serving();
    const next = uniform(11);
    await answer(
      world,
      400,
      requests(() => ({ age: 80 + 20 * next() })),
    );
    for (let delivery = 0; delivery < 2; delivery += 1) {
      const report = await runMonitor(world.ports, CONFIG, WINDOW);
      expect(report?.drift.verdict).toBe('drifted');
      expect(report?.drift.features[0]).toMatchObject({ name: 'age', verdict: 'alert' });
      expect(report?.drift.features.slice(1).map(({ verdict }) => verdict)).toEqual(['ok', 'ok']);
    }
    expect(world.published[0]).toEqual({
      id: `drift.detected:1:${WINDOW.to}`,
      type: 'drift.detected',
      model: 'bank-marketing',
      at: WINDOW.to,
      detail: { version: 1, features: 'age', ...WINDOW },
    });
    expect(new Set(world.published.map(({ id }) => id)).size).toBe(1);
    expect(world.notified[0]?.body).toMatch(/: age shift in sd \d+\.\d\d > 0\.1/);
    expect(await listReports(world)).toHaveLength(1);
  });

  it('finds drift in a decisive feature that the trees read one category at a time', async () => {
    const world = await serving();
    await answer(
      world,
      400,
      requests(() => ({ job: 'astronaut' })),
    );
    const report = await runMonitor(world.ports, CONFIG, WINDOW);
    expect(report?.drift).toMatchObject({ verdict: 'drifted', features: [{ name: 'job' }, {}, {}] });
  });

  it('names the scores where they moved and no feature did', async () => {
    const world = await serving();
    const features = requests();
    await world.answer(1, 400, {
      at: START + DAY,
      record: (row) => ({ features: features(row), score: 0.99 }),
    });
    expect((await runMonitor(world.ports, CONFIG, WINDOW))?.drift.verdict).toBe('drifted');
    expect(world.published[0]?.detail.features).toBe('the scores');
  });

  it('reports the drift of a feature that no tree reads, without an alarm', async () => {
    const world = await serving();
    const config: ModelConfig = {
      ...CONFIG,
      monitoring: { ...CONFIG.monitoring, drift: { ...CONFIG.monitoring.drift, driftedShare: 0.9 } },
    };
    await answer(
      world,
      400,
      requests(() => ({ noise: 500 })),
    );
    const report = await runMonitor(world.ports, config, WINDOW);
    expect(report?.drift).toMatchObject({
      verdict: 'stable',
      features: [{ name: 'noise', verdict: 'alert' }, {}, {}],
    });
    expect(world.published).toEqual([]);
  });

  it('ignores the drift of a feature that training gave no gain at all', async () => {
    const world = await serving({ features: featuresRefusing(['admin', 'technician']) });
    await answer(
      world,
      400,
      requests(() => ({ job: 'admin' })),
    );
    const config: ModelConfig = {
      ...CONFIG,
      monitoring: { ...CONFIG.monitoring, drift: { ...CONFIG.monitoring.drift, driftedShare: 0.9 } },
    };
    const report = await runMonitor(world.ports, config, WINDOW);
    expect(report?.drift).toMatchObject({
      verdict: 'stable',
      features: [{ name: 'job', verdict: 'alert' }, {}, {}],
    });
  });

  it('leaves out values that must not be captured, and features that the blueprint does not monitor', async () => {
    const world = await serving();
    const [age, job, noise] = CONFIG.features.fields;
    if (age === undefined || job === undefined || noise === undefined) throw new TypeError('three features');
    const config: ModelConfig = {
      ...CONFIG,
      source: { ...CONFIG.source, sensitive: ['age'] },
      features: { version: 1, fields: [age, { ...job, monitor: false }, noise] },
    };
    await answer(world, 400);
    const report = await runMonitor(world.ports, config, WINDOW);
    expect(report?.drift.features.map(({ name }) => name)).toEqual(['noise']);
  });

  it('counts a value of the wrong kind, and an absent one, as missing', async () => {
    const world = await serving();
    await answer(
      world,
      400,
      requests((row) => (row % 2 === 0 ? { age: 'forty', job: 7 } : { age: null, job: null })),
    );
    const report = await runMonitor(world.ports, CONFIG, WINDOW);
    const missing = new Map(report?.drift.features.map(({ name, missingShare }) => [name, missingShare]));
    expect(missing).toEqual(
      new Map([
        ['age', 1],
        ['job', 1],
        ['noise', 0],
      ]),
    );
  });

  it('counts predictions of the champion in the window, each once, by status, sampled features only', async () => {
    const world = await serving();
    await answer(world, 250);
    await answer(
      world,
      300,
      requests(() => ({ age: 1 })),
      2,
    );
    await world.answer(1, 30, { invalid: 20, at: START + 2 * DAY });
    await world.answer(1, 10, { at: START - DAY });
    await world.answer(1, 10, { at: WINDOW.to });
    const report = await runMonitor(world.ports, CONFIG, WINDOW);
    expect(report?.answers).toEqual({ ok: 260, invalid: 20, error: 0 });
    expect(report?.drift.rows).toBe(250);
  });

  it('reports which rows were refused and why, and notifies people when there are too many', async () => {
    const world = await serving();
    const job = { code: 'features/unseen-category', field: 'features.job' };
    const age = { code: 'features/not-a-number', field: 'features.age' };
    await world.answer(1, 100, {
      invalid: 12,
      at: START + DAY,
      record: (row) => (row < 12 ? { refused: row < 4 ? age : job } : {}),
    });
    const limit = (maxShare: number): ModelConfig => ({
      ...CONFIG,
      source: { ...CONFIG.source, quarantine: { maxShare } },
    });
    const report = await runMonitor(world.ports, limit(0.12), WINDOW);
    expect(report?.refused).toEqual([
      { ...job, count: 8 },
      { ...age, count: 4 },
    ]);
    expect(world.notified).toEqual([]);
    await runMonitor(world.ports, limit(0.11), WINDOW);
    expect(world.notified.map(({ body }) => body)).toEqual([
      expect.stringMatching(
        /12 of 100 rows refused, limit 11 %: 8 features\/unseen-category at features\.job, 4 features\/not-a-number at features\.age$/,
      ),
    ]);
  });

  it('refuses a bundle that was changed', async () => {
    const world = await serving();
    await world.objects.write('models/1/profile.json', [Buffer.from('{"schemaVersion":1}')]);
    await expect(runMonitor(world.ports, CONFIG, WINDOW)).rejects.toMatchObject({
      code: 'bundle/digest-mismatch',
    });
  });

  it('writes no feature value into a log line, an event or a notification', async () => {
    const world = await serving();
    await answer(
      world,
      400,
      requests(() => ({ job: SECRET })),
    );
    expect((await runMonitor(world.ports, CONFIG, WINDOW))?.drift.verdict).toBe('drifted');
    expect(JSON.stringify([world.log, world.published, world.notified])).not.toContain(SECRET);
    expect(JSON.stringify(await listReports(world))).not.toContain(SECRET);
  });
});

describe('the performance of a window', () => {
  /** Answers of ids k0, k1 …: high scores for odd ones. */
  async function answered(world: TestWorld, count: number): Promise<void> {
    const features = requests();
    await world.answer(1, count, {
      at: START + DAY,
      record: (row) => ({ id: `k${row}`, features: features(row), score: row % 2 === 1 ? 0.9 : 0.1 }),
    });
  }
  const truths = (count: number, label = (row: number) => row % 2): Truth[] =>
    Array.from({ length: count }, (_, row) => ({ id: `k${row}`, at: START + DAY, label: label(row) }));

  it('is measured on the predictions with a known label', async () => {
    const world = await serving();
    await answered(world, 400);
    await writeTruth(world, 'r1', WINDOW.to, [...truths(300), { id: 'nobody', at: START + DAY, label: 1 }]);
    const report = await runMonitor(world.ports, CONFIG, WINDOW);
    expect(report?.performance).toMatchObject({ outcomes: 300, metrics: { auc: { value: 1 } } });
  });

  it('is null while too few labels are known, and a number once the late ones came', async () => {
    const world = await serving();
    await answered(world, 400);
    await writeTruth(world, 'r1', WINDOW.to, truths(199));
    expect((await runMonitor(world.ports, CONFIG, WINDOW))?.performance).toBeNull();
    await writeTruth(world, 'r2', WINDOW.to + 20 * DAY, truths(400).slice(199));
    expect((await runMonitor(world.ports, CONFIG, WINDOW))?.performance?.outcomes).toBe(400);
  });

  it('uses the label that was read last, whatever the names of the runs', async () => {
    const world = await serving();
    await answered(world, 400);
    await writeTruth(
      world,
      'z-first',
      WINDOW.to,
      truths(400, (row) => 1 - (row % 2)),
    );
    await writeTruth(world, 'a-second', WINDOW.to + 1, truths(400));
    expect((await runMonitor(world.ports, CONFIG, WINDOW))?.performance?.metrics.auc?.value).toBe(1);
  });

  it('is measured on every event of repeated ids, by event time', async () => {
    const world = await serving();
    const features = requests();
    const eventTime = (row: number) => START + DAY + Math.floor(row / 10);
    const id = (row: number) => `k${row % 10}`; // 10 ids, 40 events each
    await world.answer(1, 400, {
      at: START + DAY,
      record: (row) => ({
        id: id(row),
        eventTime: eventTime(row),
        features: features(row),
        score: row % 2 === 1 ? 0.9 : 0.1,
      }),
    });
    await world.answer(1, 300, { at: START + DAY, record: (row) => ({ id: id(row), score: 0.5 }) }); // of which event?
    const labels = Array.from({ length: 400 }, (_, row) => ({
      id: id(row),
      at: eventTime(row),
      label: row % 2,
    }));
    await writeTruth(world, 'r1', WINDOW.to, labels);
    const report = await runMonitor(world.ports, CONFIG, WINDOW);
    expect(report?.performance).toMatchObject({ outcomes: 400, metrics: { auc: { value: 1 } } });
    expect(report?.outcomes).toEqual({ due: 700, known: 400 });
  });

  it('is measured on rows that were scored long after their event', async () => {
    const world = await serving();
    const features = requests();
    const eventTime = START - 90 * DAY;
    await world.answer(1, 300, {
      at: START + DAY,
      record: (row) => ({
        id: `k${row}`,
        eventTime,
        features: features(row),
        score: row % 2 === 1 ? 0.9 : 0.1,
      }),
    });
    const known = Array.from({ length: 300 }, (_, row) => ({ id: `k${row}`, at: eventTime, label: row % 2 }));
    await writeTruth(world, 'long-ago', eventTime + 7 * DAY, known);
    const report = await runMonitor(world.ports, CONFIG, WINDOW);
    expect(report?.performance).toMatchObject({ outcomes: 300, metrics: { auc: { value: 1 } } });
  });

  it('is unknown in a window without a known label, and reports the number of predictions', async () => {
    const world = await serving();
    await answered(world, 400);
    const report = await runMonitor(world.ports, CONFIG, WINDOW);
    expect(report).toMatchObject({ performance: null, outcomes: { due: 400, known: 0 } });
  });

  it('leaves out predictions without a score', async () => {
    const world = await serving();
    await world.answer(1, 250, { invalid: 250, at: START + DAY, record: (row) => ({ id: `k${row}` }) });
    await writeTruth(world, 'r1', WINDOW.to, truths(250));
    expect((await runMonitor(world.ports, CONFIG, WINDOW))?.performance).toBeNull();
  });
});

describe('a partial profile', () => {
  it('compares a profile without scores, and one with labels, by its content', async () => {
    const world = await serving({ features: FEATURES, outputs: 'labels' });
    const features = requests();
    await world.answer(1, 400, {
      at: START + DAY,
      record: (row) => ({ id: `k${row}`, features: features(row), score: 0.9 }),
    });
    const labels = Array.from({ length: 400 }, (_, row) => ({ id: `k${row}`, at: START + DAY, label: 1 }));
    await writeTruth(world, 'r1', WINDOW.to, labels);
    const report = await runMonitor(world.ports, CONFIG, WINDOW);
    expect(report?.drift).toMatchObject({ verdict: 'stable', score: null, label: { verdict: 'alert' } });
  });
});
