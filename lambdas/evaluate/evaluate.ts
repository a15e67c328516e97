import { directedMetrics, type ModelConfig } from '../core/config.ts';
import { RuntimeFailure } from '../core/errors.ts';
import {
  type Certainty,
  GAIN,
  LOSS,
  type PairedPredictions,
  pairedAdvantage,
} from '../core/evaluation/difference.ts';
import { judgeCandidate } from '../core/evaluation/gate.ts';
import {
  baselinePredictions,
  higherIsBetterScore,
  measure,
  primaryMetric,
} from '../core/evaluation/measure.ts';
import { lackedColumns, predictTable } from '../core/evaluation/predict.ts';
import { permutationImportance } from '../core/explain/permutation.ts';
import { attributeName, attributesOf, groupColumns } from '../core/fairness/attribute.ts';
import { compareGroups } from '../core/fairness/compare-groups.ts';
import { takeRows } from '../core/table/rows.ts';
import type { Table } from '../core/table/table.ts';
import { readModel } from '../core/trees/format/model-file.ts';
import type { Ports } from '../ports/index.ts';
import { readBundle } from '../stores/bundle.ts';
import { readRelease } from '../stores/release.ts';
import {
  type Evaluation,
  estimates,
  intervals,
  type MetricEstimates,
  readCandidate,
  readEvaluation,
  writeEvaluation,
} from '../stores/runs.ts';
import { loadTrainingSet, type TrainingRows } from '../stores/training-set.ts';

/** Rows that a model may refuse before it counts as broken. */
const MAX_REFUSED_SHARE = 0.02;
/** Rows among which features are exchanged, the newest: enough to rank them, and quick. */
const PERMUTED_ROWS = 1_000;

/**
 * Measures the run's candidate on rows that it has not seen, beside the champion and a baseline on the same rows,
 * and decides whether it may be released. The first evaluation of a run stands.
 *
 * @throws RuntimeFailure `run/no-candidate` when training of this run is not whole; `train/out-of-memory`
 */
export async function runEvaluate(
  ports: Pick<Ports, 'objects' | 'clock' | 'logger' | 'memory'>,
  config: ModelConfig,
  input: TrainingRows,
): Promise<Evaluation> {
  const known = await readEvaluation(ports, input.runId);
  if (known !== undefined) return known;
  const candidate = await readCandidate(ports, input.runId);
  if (candidate === undefined)
    throw new RuntimeFailure('run/no-candidate', `run ${input.runId} has trained nothing yet`, {
      fix: 'run train first',
    });
  const { table, labels, split } = await loadTrainingSet(ports, config, input);
  const holdout = takeRows(table, split.holdout);
  const outcomes = Float64Array.from(split.holdout, (row) => labels[row] as number); // positions are inside
  const trained = Float64Array.from(split.train, (row) => labels[row] as number);
  const pick = (values: ArrayLike<number>, rows: readonly number[]) =>
    rows.map((row) => values[row] as number); // rows are inside
  const rate = (predictions: ArrayLike<number>, rows: readonly number[]) => {
    if (rows.length === 0) return {};
    const { decisionThreshold } = config.serving;
    return measure(config.problem, pick(outcomes, rows), pick(predictions, rows), decisionThreshold);
  };

  const own = { model: readModel(candidate.model), features: candidate.features };
  const predictions = predictTable(own, holdout);
  const answered = answeredRows(predictions);
  const measured = rate(predictions, answered);
  const newest = answered.slice(-PERMUTED_ROWS);
  const constant = baselinePredictions(trained, holdout.rows);
  const baseline = rate(constant, answered);
  const champion = await predictChampion(ports, holdout);
  const both = champion === null ? [] : answered.filter((row) => !Number.isNaN(champion.predictions[row]));
  const beside = champion && { version: champion.version, metrics: rate(champion.predictions, both) };
  const advantages = (others: ArrayLike<number>, rows: readonly number[], evidence: Certainty) =>
    advantagesOver(
      config.problem,
      { labels: pick(outcomes, rows), predictions: pick(predictions, rows), others: pick(others, rows) },
      evidence,
    );
  const overBaseline = advantages(constant, answered, GAIN);
  const overChampion = champion && both.length > 0 ? advantages(champion.predictions, both, LOSS) : null;

  const compared = attributesOf(config).map((attribute) => ({
    attribute: attributeName(attribute),
    ...compareGroups(
      holdout,
      groupColumns(attribute, config),
      { predictions, outcomes, threshold: config.serving.decisionThreshold },
      config.monitoring.fairness.minGroup,
    ),
  }));

  const primary = primaryMetric(config.problem);
  const reasons = [
    ...judgeCandidate(config.training.validation, config.problem, {
      candidate: measured,
      overBaseline,
      overChampion,
      fairness: new Map(compared.map(({ attribute, disparities }) => [attribute, disparities])),
    }),
  ];
  if (champion !== null && champion.lacked.length > 0 && config.training.validation.notWorseThanChampionBy)
    reasons.push(`the champion cannot be compared: its features read ${champion.lacked.join(', ')}`);
  if (!Number.isFinite(measured[primary]?.value))
    reasons.push(`${primary} cannot be measured${oneClass(config.problem, pick(outcomes, answered))}`);
  const refused = holdout.rows - answered.length;
  if (refused > MAX_REFUSED_SHARE * holdout.rows) reasons.push(`refuses ${refused} of ${holdout.rows} rows`);
  const evaluation: Evaluation = {
    schemaVersion: 1,
    runId: input.runId,
    primary,
    metrics: estimates(measured),
    passed: reasons.length === 0,
    reasons,
    baseline: { name: 'mean', metrics: estimates(baseline), advantage: overBaseline },
    champion: beside && {
      ...beside,
      metrics: estimates(beside.metrics),
      ...(overChampion && { advantage: overChampion }),
    },
    slices: compared.flatMap(({ attribute, groups }) =>
      groups.map(({ group, rows, ...rates }) => ({
        attribute,
        value: group,
        rows,
        metrics: intervals(rates),
      })),
    ),
    fairness: compared.map(({ attribute, disparities }) => ({ attribute, metrics: intervals(disparities) })),
    ...(Number.isFinite(measured[primary]?.value) && {
      permutation: permutationImportance(
        own,
        takeRows(holdout, Int32Array.from(newest)),
        higherIsBetterScore(config.problem, pick(outcomes, newest)),
        config.training.seed,
      ),
    }),
  };
  ports.logger.info('evaluate.done', { runId: input.runId, passed: evaluation.passed, rows: holdout.rows });
  return writeEvaluation(ports, evaluation);
}

/** By how much predictions are better than others for the same rows, by every metric that has a direction. */
function advantagesOver(
  problem: ModelConfig['problem'],
  both: PairedPredictions,
  evidence: Certainty,
): MetricEstimates {
  const measured = both.labels.length === 0 ? [] : directedMetrics(problem);
  return estimates(
    Object.fromEntries(
      measured
        .map((name) => [name, pairedAdvantage(problem, name, both, evidence)] as const)
        .filter(([, { value }]) => Number.isFinite(value)),
    ),
  );
}

/** Why a class has no metric: nothing can be ranked where all outcomes are one. */
function oneClass({ type }: ModelConfig['problem'], outcomes: readonly number[]): string {
  const first = outcomes[0];
  if (type !== 'binary-classification' || first === undefined) return '';
  const { length } = outcomes.filter((outcome) => outcome === 1);
  return `: one class in the holdout, ${length} rows are positive and ${outcomes.length - length} are not`;
}

interface Champion {
  readonly version: number;
  /** NaN where it refuses a row. */
  readonly predictions: Float32Array;
  /** Columns that it needs and the rows lack, because its features are older: then it answers none. */
  readonly lacked: readonly string[];
}

/** Scores the rows with the version that serves now. */
async function predictChampion(ports: Pick<Ports, 'objects'>, holdout: Table): Promise<Champion | null> {
  const { champion } = (await readRelease(ports.objects)).state;
  if (champion === null) return null;
  const { version, digest } = champion;
  const bundle = await readBundle(ports, version, digest);
  const lacked = lackedColumns(bundle.features, holdout);
  const predictions =
    lacked.length === 0 ? predictTable(bundle, holdout) : new Float32Array(holdout.rows).fill(Number.NaN);
  return { version, predictions, lacked };
}

const answeredRows = (predictions: Float32Array): readonly number[] =>
  Array.from(predictions.keys()).filter((row) => !Number.isNaN(predictions[row]));
