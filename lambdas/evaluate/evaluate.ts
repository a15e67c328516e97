import type { ModelConfig } from '../core/config.ts';
import { RuntimeFailure } from '../core/errors.ts';
import { judgeCandidate } from '../core/gate.ts';
import { baselinePredictions, measure, type NamedMetrics, primaryMetric } from '../core/measure.ts';
import { type Model, predictTable } from '../core/predict.ts';
import { takeRows } from '../core/rows.ts';
import type { Table } from '../core/table.ts';
import { readModel } from '../core/trees/model-file.ts';
import type { Ports } from '../ports/index.ts';
import { readBundle } from '../stores/bundle.ts';
import { readRelease } from '../stores/release.ts';
import { type Evaluation, estimates, readCandidate, writeEvaluation } from '../stores/runs.ts';
import { loadTrainingSet } from '../stores/training-set.ts';

/** Rows that a model may refuse before it counts as broken. */
const MAX_REFUSED_SHARE = 0.02;

/**
 * Measures the run's candidate on rows that it has not seen, beside the champion and a baseline on the same rows,
 * and decides whether it may be released. The first evaluation of a run stands.
 *
 * @throws RuntimeFailure `run/no-candidate` when training of this run is not whole
 */
export async function runEvaluate(
  ports: Pick<Ports, 'objects' | 'clock' | 'logger'>,
  config: ModelConfig,
  input: { readonly runId: string; readonly to: string },
): Promise<Evaluation> {
  const candidate = await readCandidate(ports, input.runId);
  if (candidate === undefined)
    throw new RuntimeFailure('run/no-candidate', `run ${input.runId} has trained nothing yet`, {
      fix: 'run train first',
    });
  const { table, labels, split } = await loadTrainingSet(ports, config, input.to);
  const holdout = takeRows(table, split.holdout);
  const outcomes = Float64Array.from(split.holdout, (row) => labels[row] as number); // positions are inside
  const trained = Float64Array.from(split.train, (row) => labels[row] as number);
  const rate = (predictions: ArrayLike<number>) => rateAnswered(config, outcomes, predictions);

  const own = { model: readModel(candidate.model), features: candidate.features };
  const predictions = predictTable(own, holdout);
  const measured = rate(predictions);
  const baseline = rate(baselinePredictions(trained, holdout.rows));
  const champion = await measureChampion(ports, holdout, rate);

  const refused = predictions.filter(Number.isNaN).length;
  const reasons = [
    ...judgeCandidate(config.training.validation, {
      candidate: measured,
      baseline,
      champion: champion?.metrics ?? null,
    }),
  ];
  if (refused > MAX_REFUSED_SHARE * holdout.rows) reasons.push(`refuses ${refused} of ${holdout.rows} rows`);
  const evaluation: Evaluation = {
    schemaVersion: 1,
    runId: input.runId,
    primary: primaryMetric(config.problem),
    metrics: estimates(measured),
    passed: reasons.length === 0,
    reasons,
    baseline: { name: 'mean', metrics: estimates(baseline) },
    champion: champion && { version: champion.version, metrics: estimates(champion.metrics) },
    slices: [],
  };
  ports.logger.info('evaluate.done', { runId: input.runId, passed: evaluation.passed, rows: holdout.rows });
  return writeEvaluation(ports, evaluation);
}

async function measureChampion(
  ports: Pick<Ports, 'objects'>,
  holdout: Table,
  rate: (predictions: ArrayLike<number>) => NamedMetrics,
): Promise<{ readonly version: number; readonly metrics: NamedMetrics } | null> {
  const { champion } = (await readRelease(ports.objects)).state;
  if (champion === null) return null;
  const bundle: Model = await readBundle(ports, champion.version, champion.digest);
  return { version: champion.version, metrics: rate(predictTable(bundle, holdout)) };
}

/** Metrics over the rows that were answered; none when no row was. */
function rateAnswered(
  { problem, serving }: ModelConfig,
  outcomes: Float64Array,
  predictions: ArrayLike<number>,
): NamedMetrics {
  const answered = Array.from(outcomes.keys()).filter((row) => !Number.isNaN(predictions[row]));
  if (answered.length === 0) return {};
  const pick = (values: ArrayLike<number>) => answered.map((row) => values[row] as number); // rows are inside
  return measure(problem, pick(outcomes), pick(predictions), serving.decisionThreshold);
}
