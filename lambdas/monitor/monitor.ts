import { driftSpec, type ModelConfig } from '../core/config.ts';
import { type DriftScope, evaluateDrift } from '../core/drift/evaluate.ts';
import type { DriftWindow } from '../core/drift/profile.ts';
import { addLabels, addRows, addScores, emptyWindow } from '../core/drift/window.ts';
import { measure } from '../core/evaluation/measure.ts';
import { indexOutcomes } from '../core/evaluation/outcomes.ts';
import { outputNames } from '../core/features/fitted.ts';
import { booleansOf, capturableFeatures, isMonitored } from '../core/model-table.ts';
import { isTooMuch, type RefusedCount, RefusedCounter, refusedText } from '../core/refused.ts';
import type { TimeWindow } from '../core/time/windows.ts';
import type { Ports } from '../ports/index.ts';
import { type Bundle, readBundle } from '../stores/bundle.ts';
import { type WindowReport, writeReport } from '../stores/drift-reports.ts';
import { type Prediction, readPredictions } from '../stores/predictions.ts';
import { readRelease } from '../stores/release.ts';
import { estimates, intervals } from '../stores/runs.ts';
import { readTruth } from '../stores/truth.ts';
import { capturedTable } from './captured-table.ts';
import { brokenLimits, createGroupCounter, type GroupCounter } from './groups.ts';
import { tellDrift, tellRefused, tellUnfair } from './notices.ts';

/** How many of the model's features, by gain, are decisive: drift in one of them alone makes a window drifted. */
const DECISIVE = 5;

/** Answers whose features are counted at once. */
const BATCH = 2048;

/**
 * Judges a window of answers against the champion's profile, and the answers whose outcomes are due against what is
 * known of those. A window that drifted is published as `drift.detected`, and people are told.
 *
 * @param due - The answers to judge by their outcomes, `dueWindow`; ends no later than `window`. @default `window`,
 *   where outcomes are known at once
 * @returns undefined while nothing has been released
 */
export async function runMonitor(
  ports: Pick<Ports, 'objects' | 'logger' | 'events' | 'notifier'>,
  config: ModelConfig,
  window: TimeWindow,
  due: TimeWindow = window,
): Promise<WindowReport | undefined> {
  const { champion } = (await readRelease(ports.objects)).state;
  if (champion === null) return undefined;
  const { version, digest } = champion;
  const bundle = await readBundle(ports, version, digest);
  const groups = createGroupCounter(config);
  const { counted, answers, refused, outcomes, scored } = await foldAnswers(
    ports,
    bundle,
    window,
    due,
    groups,
  );
  const compared = groups.compare();
  const report: WindowReport = {
    schemaVersion: 1,
    model: config.name,
    version,
    window,
    drift: evaluateDrift(bundle.profile, counted, driftSpec(config.monitoring), scopeOf(config, bundle)),
    performance: judgePerformance(config, outcomes),
    outcomes: { due: scored, known: outcomes.labels.length },
    fairness: compared.map(({ attribute, groups, disparities }) => ({
      attribute,
      groups: groups.map(({ group, rows, ...rates }) => ({ group, rows, metrics: intervals(rates) })),
      metrics: intervals(disparities),
    })),
    answers,
    refused,
  };
  await writeReport(ports, report);
  const { verdict, rows } = report.drift;
  ports.logger.info('monitor.done', {
    version,
    verdict,
    rows,
    outcomes: outcomes.labels.length,
    ...(refused.length > 0 && { refused: refusedText(refused) }),
  });
  if (verdict === 'drifted') await tellDrift(ports, report);
  const { maxShare } = config.source.quarantine;
  const { ok, invalid, error } = answers;
  if (isTooMuch(invalid, ok + invalid + error, maxShare)) await tellRefused(ports, report, maxShare);
  const broken = brokenLimits(config, compared);
  if (broken.length > 0) await tellUnfair(ports, report, broken);
  return report;
}

/** Scores whose outcome is known, and the outcomes, in one order. */
interface Outcomes {
  readonly scores: number[];
  readonly labels: number[];
}

/** Counts the version's answers batch by batch: of each only its score and its outcome are held. */
async function foldAnswers(
  ports: Pick<Ports, 'objects'>,
  { profile, version }: Bundle,
  window: TimeWindow,
  due: TimeWindow,
  groups: GroupCounter,
): Promise<{
  counted: DriftWindow;
  answers: WindowReport['answers'];
  refused: readonly RefusedCount[];
  outcomes: Outcomes;
  /** Answers with a score whose outcomes are due. */
  scored: number;
}> {
  const truth = indexOutcomes(await readTruth(ports, await eventTimesOf(ports, version, due)), due);
  const counted = emptyWindow(profile);
  const answers = { ok: 0, invalid: 0, error: 0 };
  const refused = new RefusedCounter();
  const outcomes: Outcomes = { scores: [], labels: [] };
  let scored = 0;
  let batch: Prediction[] = [];
  const count = () => {
    addRows(counted, profile, capturedTable(profile, batch));
    if (profile.scores !== null) addScores(counted, profile, scoresOf(batch));
    batch = [];
  };
  for await (const prediction of readBoth(ports, window, due)) {
    if (prediction.version !== version) continue;
    const { at, score } = prediction;
    const isDue = at >= due.from && at < due.to;
    const label = isDue ? truth.labelOf(prediction) : undefined;
    if (isDue && score !== undefined) scored += 1;
    if (label !== undefined && score !== undefined) {
      outcomes.scores.push(score);
      outcomes.labels.push(label);
    }
    if (at >= window.from || label !== undefined) groups.count(prediction, label ?? Number.NaN);
    if (at < window.from) continue;
    answers[prediction.status] += 1;
    if (prediction.refused !== undefined) refused.add(prediction.refused);
    if (batch.push(prediction) === BATCH) count();
  }
  count();
  if (profile.labels !== null) addLabels(counted, profile, Float64Array.from(outcomes.labels));
  return { counted, answers, refused: refused.result(), outcomes, scored };
}

/** Event times of the answers that are due, besides those in the due window: a row may be scored long after its event. */
async function eventTimesOf(
  { objects }: Pick<Ports, 'objects'>,
  version: number,
  due: TimeWindow,
): Promise<TimeWindow> {
  let { from, to } = due;
  for await (const { version: own, eventTime } of readPredictions(objects, due)) {
    if (own !== version || eventTime === undefined) continue;
    from = Math.min(from, eventTime);
    to = Math.max(to, eventTime + 1); // the end is not in it
  }
  return { from, to };
}

/** The answers of both windows, each once; a time between them is not read. */
async function* readBoth(
  { objects }: Pick<Ports, 'objects'>,
  window: TimeWindow,
  due: TimeWindow,
): AsyncGenerator<Prediction> {
  if (due.to < window.from) yield* readPredictions(objects, due);
  const from = due.to < window.from ? window.from : Math.min(window.from, due.from);
  yield* readPredictions(objects, { from, to: window.to });
}

/** Returns the features that are watched for drift, and the few that matter most to the model. */
export function scopeOf(
  config: ModelConfig,
  { features, metrics }: Pick<Bundle, 'features' | 'metrics'>,
): DriftScope {
  const captured = capturableFeatures(config);
  const monitored = config.features.fields
    .filter((feature) => isMonitored(feature) && captured.has(feature.name))
    .map(({ name }) => name);
  const gainOf = new Map(metrics.training.importance.map(({ feature, gain }) => [feature, gain]));
  const decisive = features.fields
    .map((field) => {
      // A one-hot feature is as many inputs of the trees as it has categories.
      const inputs = outputNames({ ...features, fields: [field] });
      return { name: field.name, gain: inputs.reduce((sum, input) => sum + (gainOf.get(input) ?? 0), 0) };
    })
    .filter(({ gain }) => gain > 0)
    .sort((a, b) => b.gain - a.gain)
    .slice(0, DECISIVE)
    .map(({ name }) => name);
  return { monitored, decisive, booleans: booleansOf(config.features) };
}

function judgePerformance(
  { problem, serving, monitoring }: ModelConfig,
  { scores, labels }: Outcomes,
): WindowReport['performance'] {
  if (labels.length < monitoring.minRows) return null;
  const metrics = measure(problem, labels, scores, serving.decisionThreshold);
  return { outcomes: labels.length, metrics: estimates(metrics) };
}

function scoresOf(predictions: readonly Prediction[]): Float64Array {
  return Float64Array.from(predictions.flatMap(({ score }) => (score === undefined ? [] : [score])));
}
