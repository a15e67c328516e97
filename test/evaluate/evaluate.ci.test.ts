import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import { predictTable } from '../../lambdas/core/evaluation/predict.ts';
import { textsOf } from '../../lambdas/core/table/rows.ts';
import { readModel } from '../../lambdas/core/trees/format/model-file.ts';
import { runEvaluate } from '../../lambdas/evaluate/evaluate.ts';
import { createScorer } from '../../lambdas/score/scorer.ts';
import { getHistorical } from '../../lambdas/stores/historical.ts';
import { type Candidate, readCandidate, readEvaluation } from '../../lambdas/stores/runs.ts';
import {
  type ConfigChanges,
  configOf,
  contentOf,
  END,
  FIELDS,
  localPorts,
  makeChampion,
  makeRows,
  memoryPorts,
  recordingStore,
  type SourceRow,
} from '../prepare/prepare-fixture.ts';
import { crashing, memoryObjects } from '../stores/crash.ts';
import { itWith, python, runPython } from '../support/tools.ts';
import { ingestRows, type StepPorts, trainOn } from '../train/steps.ts';

const ROWS = makeRows(400);
const RUN = { runId: 'run-1', to: END };

async function candidateIn(ports: Pick<StepPorts, 'objects'>): Promise<Candidate> {
  const candidate = await readCandidate(ports, 'run-1');
  if (candidate === undefined) throw new Error('nothing was trained');
  return candidate;
}

/** A candidate that was trained somewhere else. */
async function trained(config: ModelConfig, rows: readonly SourceRow[] = ROWS): Promise<Candidate> {
  const ports = memoryPorts();
  await trainOn(ports, config, rows);
  return candidateIn(ports);
}

async function evaluated(
  changes: ConfigChanges,
  { rows = ROWS, champion }: { rows?: readonly SourceRow[]; champion?: Candidate } = {},
) {
  const ports = memoryPorts();
  const config = configOf(changes);
  await trainOn(ports, config, rows);
  if (champion !== undefined) await makeChampion(ports, champion);
  return runEvaluate(ports, config, RUN);
}

const refusing = FIELDS.map((field) =>
  field.kind === 'categorical' ? ({ ...field, onUnseen: 'refuse' } as const) : field,
);
const withJobs = (jobs: readonly string[], from: number, to: number) =>
  ROWS.map((row, i) => (i >= from && i < to ? { ...row, job: jobs[i % jobs.length] } : row));

const AUC = `
import json, sys, csv, numpy, xgboost
from scipy.stats import mannwhitneyu
given = json.load(sys.stdin)
rows = [[float(f) if f else float('nan') for f in line] for line in csv.reader(given['holdout'].splitlines())]
data = numpy.array(rows, dtype=numpy.float32)
booster = xgboost.Booster(model_file=bytearray(bytes.fromhex(given['model'])))
y, scores = data[:, 0], booster.predict(xgboost.DMatrix(data[:, 1:], feature_names=booster.feature_names))
u = mannwhitneyu(scores[y == 1], scores[y == 0]).statistic
p = numpy.clip(scores.astype(numpy.float64), 2.220446049250313e-16, 1 - 2.220446049250313e-16)
loss = -numpy.mean(numpy.where(y == 1, numpy.log(p), numpy.log1p(-p)))
print(json.dumps({'auc': u / ((y == 1).sum() * (y == 0).sum()), 'log-loss': loss, 'rows': len(y)}))
`;

describe('the evaluation of a candidate', () => {
  it('has the metrics, beside those of a baseline on the same rows', async () => {
    const ports = localPorts();
    const config = configOf();
    await trainOn(ports, config, ROWS);
    const evaluation = await runEvaluate(ports, config, RUN);
    expect(evaluation).toMatchObject({
      schemaVersion: 1,
      runId: 'run-1',
      primary: 'auc',
      passed: true,
      reasons: [],
      baseline: { name: 'mean', metrics: { auc: { value: 0.5 } } },
      champion: null,
    });
    expect(evaluation.metrics.auc?.value).toBeGreaterThan(0.6);
    expect(evaluation.metrics['log-loss']?.value).toBeLessThan(
      evaluation.baseline?.metrics['log-loss']?.value ?? 0,
    );
    expect(await readEvaluation(ports, 'run-1')).toEqual(evaluation);
  });

  itWith(python, 'equals the results of XGBoost and SciPy for the same files', async () => {
    const ports = localPorts();
    const config = configOf({ parameters: { rounds: 40, subsample: 0.8, columnSample: 0.8 } });
    await trainOn(ports, config, makeRows(2_000));
    const { metrics } = await runEvaluate(ports, config, RUN);
    const bytes = async (key: string) => Buffer.from((await ports.objects.get(key))?.bytes ?? []);
    const own = runPython(AUC, {
      model: (await bytes('runs/run-1/model.ubj')).toString('hex'),
      holdout: gunzipSync(await bytes('snapshots/run-1/holdout.csv.gz')).toString(),
    }) as { auc: number; 'log-loss': number; rows: number };
    expect(own.rows).toBe(400);
    expect(Math.abs((metrics.auc?.value ?? 0) - own.auc)).toBeLessThan(1e-9);
    // float32 probabilities, whose last bit may differ.
    expect(Math.abs((metrics['log-loss']?.value ?? 0) - own['log-loss'])).toBeLessThan(1e-7);
  });

  it('has other metrics for a regression, and the mean for a baseline', async () => {
    const { primary, metrics, baseline, passed } = await evaluated({
      problem: { type: 'regression', label: 'amount' },
      parameters: { rounds: 30 },
      validation: {
        betterThanBaseline: { metric: 'rmse', by: 10 },
        thresholds: [{ metric: 'r2', min: 0.5 }],
      },
    });
    expect([primary, passed]).toEqual(['rmse', true]);
    expect(Object.keys(metrics).sort()).toEqual(['mae', 'r2', 'rmse']);
    expect(baseline?.metrics.r2?.value).toBeLessThan(0.01);
  });

  it('fails before training', async () => {
    await expect(runEvaluate(localPorts(), configOf(), RUN)).rejects.toMatchObject({
      code: 'run/no-candidate',
    });
  });
});

describe('the groups of the holdout', () => {
  const fairness = [{ attribute: 'job', metric: 'parityRatio', min: 0.99 }] as const;

  it('compares groups by their decisions, and fails a version with groups too far apart', async () => {
    const evaluation = await evaluated({ validation: { fairness } }, { rows: makeRows(1_200) });
    expect(evaluation.passed).toBe(false);
    expect(evaluation.reasons).toEqual([
      expect.stringMatching(/^parityRatio by job 0\.\d{4} \[0\.\d{4}, 0\.\d{4}\] is below 0\.99$/),
    ]);
    expect(evaluation.fairness?.map(({ attribute }) => attribute)).toEqual(['job']);
    expect(evaluation.slices.length).toBeGreaterThan(1);
    for (const { attribute, rows, metrics } of evaluation.slices) {
      expect(attribute).toBe('job');
      expect(rows).toBeGreaterThanOrEqual(1);
      expect(metrics.selectionRate?.value).toBeGreaterThanOrEqual(0);
    }
  });

  it('forms groups by a column that no feature reads', async () => {
    const rows = ROWS.map((row, i) => ({ ...row, amount: i % 2 === 0 ? 'north' : 'south' }));
    const evaluation = await evaluated(
      { validation: { fairness: [{ attribute: 'amount', metric: 'parityDifference', max: 1 }] } },
      { rows },
    );
    expect(evaluation.passed).toBe(true);
    expect(evaluation.slices.map(({ value }) => value)).toEqual(['north', 'south']);
  });
});

describe('the gate of the evaluation', () => {
  it('lists each missed threshold', async () => {
    const { passed, reasons } = await evaluated({
      validation: {
        thresholds: [{ metric: 'auc', min: 0.999 }],
        betterThanBaseline: { metric: 'auc', by: 0.499 },
        fairness: [{ attribute: 'job', metric: 'parityRatio', min: 0.8 }],
      },
    });
    expect(passed).toBe(false);
    expect(reasons).toEqual([
      expect.stringMatching(/^auc 0\.\d{4} is below 0\.999$/),
      expect.stringMatching(
        /better than the baseline's, only 0\.\d{4} with 95 % certainty, more than 0\.499 is needed$/,
      ),
      'parityRatio by job is not measured',
    ]);
  });

  it('never passes when nothing could be measured: every row refused, or labels of one class', async () => {
    const features = { version: 1, fields: refusing };
    const thresholds = [{ metric: 'auc', min: 0 }] as const;
    // Training has seen two of the jobs, the holdout has the others.
    const rows = withJobs(['cook', 'smith'], 320, 400).map((row, i) =>
      i < 320 ? { ...row, job: i % 2 === 0 ? 'clerk' : 'nurse' } : row,
    );
    const none = await evaluated({ features }, { rows });
    expect(none).toMatchObject({ passed: false, metrics: {}, champion: null });
    expect(none.reasons).toEqual(['auc cannot be measured', 'refuses 80 of 80 rows']);
    const oneClass = await evaluated(
      { validation: { thresholds } },
      { rows: ROWS.map((row, i) => (i < 320 ? row : { ...row, y: 'no' })) },
    );
    expect(oneClass.passed).toBe(false);
    expect(oneClass.reasons).toEqual([
      'auc is not measured',
      'auc cannot be measured: one class in the holdout, 0 rows are positive and 80 are not',
    ]);
    expect(oneClass.metrics.auc).toBeUndefined();
  });

  it('measures with a single positive outcome', async () => {
    const rows = ROWS.map((row, i) => (i < 320 ? row : { ...row, y: i === 350 ? 'yes' : 'no' }));
    const { metrics } = await evaluated({}, { rows });
    expect(metrics.auc?.value).toBeGreaterThanOrEqual(0);
  });

  it.each([
    [1, true],
    [2, false],
  ])('checks for 80 rows whether %d may be refused: %s', async (refused, passes) => {
    const rows = ROWS.map((row, i) =>
      i >= 400 - refused
        ? { ...row, job: 'smith' }
        : { ...row, job: row.job === 'smith' ? 'cook' : (row.job ?? 'cook') },
    );
    const { passed, reasons } = await evaluated({ features: { version: 1, fields: refusing } }, { rows });
    expect(passed).toBe(passes);
    expect(reasons).toEqual(passes ? [] : [`refuses ${refused} of 80 rows`]);
  });
});

describe('the champion in the evaluation', () => {
  const notWorse = { notWorseThanChampionBy: { metric: 'auc', by: 0 } } as const;

  it('is measured on the same rows: the same model is as good, to the last bit', async () => {
    const evaluation = await evaluated({ validation: notWorse }, { champion: await trained(configOf()) });
    expect(evaluation.champion).toMatchObject({
      version: 1,
      metrics: evaluation.metrics,
      advantage: { auc: { value: 0, low: 0, high: 0 } },
    });
    expect(evaluation.passed).toBe(true);
  });

  it('blocks a worse candidate', async () => {
    const champion = await trained(configOf());
    // It learns from outcomes that are turned over.
    const rows = ROWS.map((row, i) => (i < 320 ? { ...row, y: row.y === 'yes' ? 'no' : 'yes' } : row));
    const { passed, reasons } = await evaluated({ validation: notWorse }, { rows, champion });
    expect(passed).toBe(false);
    expect(reasons).toEqual([
      expect.stringMatching(
        /^auc is 0\.\d{4} worse than the champion's, at least 0\.\d{4} with 99 % certainty, 0 is allowed$/,
      ),
      expect.stringMatching(/^auc is -0\.\d{4} better than the baseline's/),
    ]);
  });

  it('is compared with the candidate on the rows that both score', async () => {
    const two = withJobs(['clerk', 'nurse'], 0, 400);
    const champion = await trained(configOf({ features: { version: 1, fields: refusing } }), two);
    const ports = memoryPorts();
    // Never enough, so that the gate says by how much.
    const config = configOf({ validation: { notWorseThanChampionBy: { metric: 'brier', by: -1 } } });
    await trainOn(ports, config, ROWS);
    await makeChampion(ports, champion);
    const evaluation = await runEvaluate(ports, config, RUN);
    // The rows of the jobs that the champion knows; a missing job is not an unseen one.
    const answered = ROWS.slice(320).filter(({ job }) => job !== 'cook' && job !== 'smith');
    expect(answered.length).toBeLessThan(60);
    const half = configOf({ training: { split: { kind: 'time', holdoutShare: 0.2, keys: 'all' } } });
    const table = await getHistorical(ports, half, {
      from: Date.parse(ROWS[320]?.at ?? ''),
      to: Date.parse(END),
    });
    const scores = predictTable({ model: readModel(champion.model), features: champion.features }, table);
    expect([...scores].filter((score) => !Number.isNaN(score))).toHaveLength(answered.length);
    // Brier by hand, over these rows only.
    const candidate = await candidateIn(ports);
    const own = predictTable({ model: readModel(candidate.model), features: candidate.features }, table);
    const brier = (predictions: Float32Array) => {
      let sum = 0;
      predictions.forEach((prediction, i) => {
        if (!Number.isNaN(scores[i])) sum += (prediction - (ROWS[320 + i]?.y === 'yes' ? 1 : 0)) ** 2;
      });
      return sum / answered.length;
    };
    expect(evaluation.champion?.metrics.brier?.value).toBeCloseTo(brier(scores), 12);
    const worse = (brier(own) - brier(scores)).toFixed(4);
    expect(evaluation.reasons).toEqual([
      expect.stringMatching(new RegExp(`^brier is ${worse} worse than the champion's, at least -?0\\.`)),
    ]);
    const onAll = (evaluation.metrics.brier?.value ?? 0) - brier(scores);
    expect(onAll.toFixed(4)).not.toBe(worse);
  });

  it('blocks no candidate when it scores no row at all', async () => {
    const odd = ROWS.map((row) => ({ ...row, job: 'clerk' }));
    const champion = await trained(configOf({ features: { version: 1, fields: refusing } }), odd);
    const rows = ROWS.map((row) => ({ ...row, job: row.job === 'clerk' ? 'cook' : (row.job ?? 'cook') }));
    const evaluation = await evaluated({ validation: notWorse }, { rows, champion });
    expect(evaluation).toMatchObject({ passed: true, champion: { version: 1, metrics: {} } });
  });

  it('blocks a candidate when its older features make a required comparison impossible', async () => {
    const champion = await trained(configOf());
    const fields = FIELDS.filter(({ name }) => name !== 'balance').map((field) =>
      field.name === 'same'
        ? ({ kind: 'categorical', name: 'same', description: 'now a text' } as const)
        : field,
    );
    const features = { version: 2, fields };
    const compared = await evaluated({ features, validation: notWorse }, { champion });
    expect(compared).toMatchObject({ passed: false, champion: { version: 1, metrics: {} } });
    expect(compared.reasons).toEqual(['the champion cannot be compared: its features read account, same']);
    expect((await evaluated({ features }, { champion })).passed).toBe(true);
    // Features that were only added change nothing.
    const grown = {
      version: 2,
      fields: [...FIELDS, { kind: 'numeric', name: 'amount', description: 'new' }],
    } as const;
    expect((await evaluated({ features: grown }, { champion })).champion?.metrics.auc).toBeDefined();
  });
});

describe('a repeated evaluation', () => {
  it('returns the first evaluation, whatever the champion is by now, and writes nothing', async () => {
    const ports = memoryPorts();
    const config = configOf();
    await trainOn(ports, config, ROWS);
    const first = await runEvaluate(ports, config, RUN);
    await makeChampion(ports, await trained(config));
    const before = await contentOf(ports.objects);
    const objects = recordingStore(ports.objects);
    expect(await runEvaluate({ ...ports, objects }, config, RUN)).toEqual(first);
    expect(objects.written).toEqual([]);
    expect(await contentOf(ports.objects)).toEqual(before);
  });

  it('uses the rows of its training, though later runs have ingested others', async () => {
    const ports = memoryPorts();
    const config = configOf();
    await trainOn(ports, config, ROWS);
    const late = makeRows(900).map((row, i) => ({ ...row, client: `late-${i}` }));
    await ingestRows(ports, config, late, 'run-2');
    const other = memoryPorts();
    await trainOn(other, config, ROWS);
    expect(await runEvaluate(ports, config, RUN)).toEqual(await runEvaluate(other, config, RUN));
  });

  it.each(['before', 'after'] as const)('ends the same after a crash %s any call', async (when) => {
    const config = configOf({ parameters: { rounds: 2 } });
    const before = memoryObjects();
    await trainOn(memoryPorts(before), config, ROWS);
    await makeChampion(memoryPorts(before), await candidateIn({ objects: before }));
    const run = async (at: number) => {
      const objects = memoryObjects();
      for (const [key, bytes] of before.files) await objects.write(key, [bytes]);
      const ports = memoryPorts(objects);
      const mortal = { ...ports, objects: crashing(objects, { calls: 0 }, { at, when }) };
      const died = await runEvaluate(mortal, config, RUN).then(
        () => false,
        () => true,
      );
      await runEvaluate(ports, config, RUN);
      return { died, content: await contentOf(objects) };
    };
    const { content } = await run(Number.POSITIVE_INFINITY);
    let deaths = 0;
    for (; ; deaths += 1) {
      const crashed = await run(deaths);
      expect(crashed.content).toEqual(content);
      if (!crashed.died) break;
    }
    expect(deaths).toBeGreaterThanOrEqual(10);
  });
});

it('gives a row of the feature store the score of the model when it is scored by key', async () => {
  const ports = localPorts();
  const config = configOf();
  await trainOn(ports, config, ROWS);
  const candidate = await candidateIn(ports);
  await makeChampion(ports, candidate);
  const scorer = createScorer({ ports, config });
  const table = await getHistorical(ports, config, { from: 0, to: Date.parse(END) });
  const offline = predictTable({ model: readModel(candidate.model), features: candidate.features }, table);
  const client = textsOf(table, 'client');
  for (let row = 0; row < table.rows; row += 7) {
    const { status, body } = await scorer.score({ key: client(row) }, { requestId: `r${row}` });
    expect(status).toBe(200);
    const { predictions } = JSON.parse(body) as { predictions: { score: number }[] };
    expect(Math.fround(predictions[0]?.score ?? Number.NaN)).toBe(offline[row]);
  }
  await scorer.flush();
});
