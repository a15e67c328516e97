import { driftSpec, type ModelConfig } from '../core/config.ts';
import { evaluateDrift } from '../core/drift/evaluate.ts';
import { addLabels, addRows, addScores, emptyWindow } from '../core/drift/window.ts';
import { measure } from '../core/measure.ts';
import { capturableFeatures, isMonitored } from '../core/model-table.ts';
import type { Ports } from '../ports/index.ts';
import { type Bundle, readBundle } from '../stores/bundle.ts';
import { type WindowReport, writeReport } from '../stores/drift-reports.ts';
import { type Prediction, readPredictions, type TimeWindow } from '../stores/predictions.ts';
import { readRelease } from '../stores/release.ts';
import { estimates } from '../stores/runs.ts';
import { readTruth } from '../stores/truth.ts';
import { capturedTable } from './captured-table.ts';

/** How many of the model's features, by gain, are decisive: drift in one of them alone makes a window drifted. */
const DECISIVE = 5;

/**
 * Judges a window of answers against the champion's profile, and the answers against the outcomes known by now.
 *
 * @returns undefined while nothing has been released
 */
export async function runMonitor(
  ports: Pick<Ports, 'objects' | 'logger'>,
  config: ModelConfig,
  window: TimeWindow,
): Promise<WindowReport | undefined> {
  const { champion } = (await readRelease(ports.objects)).state;
  if (champion === null) return undefined;
  const bundle = await readBundle(ports, champion.version, champion.digest);
  const predictions: Prediction[] = [];
  const answers = { ok: 0, invalid: 0, error: 0 };
  for await (const prediction of readPredictions(ports.objects, window)) {
    if (prediction.version !== champion.version) continue;
    answers[prediction.status] += 1;
    predictions.push(prediction);
  }
  const outcomes = await joinOutcomes(ports, predictions, window);
  const report: WindowReport = {
    schemaVersion: 1,
    model: config.name,
    version: champion.version,
    window,
    drift: judgeWindow(config, bundle, predictions, outcomes.labels),
    performance: judgePerformance(config, outcomes),
    answers,
  };
  await writeReport(ports, report);
  const { verdict, rows } = report.drift;
  ports.logger.info('monitor.done', {
    version: champion.version,
    verdict,
    rows,
    outcomes: outcomes.labels.length,
  });
  return report;
}

function judgeWindow(
  config: ModelConfig,
  { profile, metrics }: Bundle,
  predictions: readonly Prediction[],
  labels: Float64Array,
) {
  const counted = emptyWindow(profile);
  addRows(counted, profile, capturedTable(profile, predictions));
  if (profile.scores !== null) addScores(counted, profile, scoresOf(predictions));
  if (profile.labels !== null) addLabels(counted, profile, labels);
  const captured = capturableFeatures(config);
  const monitored = config.features.fields
    .filter((feature) => isMonitored(feature) && captured.has(feature.name))
    .map(({ name }) => name);
  const decisive = metrics.training.importance
    .slice(0, DECISIVE)
    .map(({ feature }) => feature)
    .filter((name) => monitored.includes(name));
  return evaluateDrift(profile, counted, driftSpec(config.monitoring), { monitored, decisive });
}

interface Outcomes {
  readonly scores: Float64Array;
  readonly labels: Float64Array;
}

/** Scores whose outcome is known, and the outcomes, in one order. */
async function joinOutcomes(
  ports: Pick<Ports, 'objects'>,
  predictions: readonly Prediction[],
  window: TimeWindow,
): Promise<Outcomes> {
  const truth = await readTruth(ports, window);
  const scores: number[] = [];
  const labels: number[] = [];
  for (const { id, score } of predictions) {
    const label = truth.get(id)?.label;
    if (label === undefined || score === undefined) continue;
    scores.push(score);
    labels.push(label);
  }
  return { scores: Float64Array.from(scores), labels: Float64Array.from(labels) };
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
