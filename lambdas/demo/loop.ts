/** The whole MLOps loop in one process, with the use cases that the cloud's functions run. */

import { runBatchScore } from '../batch-score/batch-score.ts';
import { alarmSentence } from '../core/drift/alarms.ts';
import { alertsOf } from '../core/drift/evaluate.ts';
import { RuntimeFailure } from '../core/errors.ts';
import { primaryMetric } from '../core/evaluation/measure.ts';
import { count, dateOf } from '../core/format.ts';
import { isUnderWay } from '../core/release/state.ts';
import { runGroundTruth } from '../ground-truth/ground-truth.ts';
import { pipelineSteps } from '../local/pipeline-steps.ts';
import { runPipeline } from '../local/run-pipeline.ts';
import type { RetrainingCall } from '../monitor/retraining.ts';
import { type MonitoringResult, runMonitoring } from '../monitor/run-monitoring.ts';
import {
  reasonsText,
  refusalText,
  refusedIn,
  type SetAside,
  type TooManyRefused,
  type WindowAnswers,
} from '../report/refusals.ts';
import type { RetrainingSummary } from '../report/summary.ts';
import type { WindowReport } from '../stores/drift-reports.ts';
import { readIndex } from '../stores/models.ts';
import { readPrepared } from '../stores/prepared.ts';
import { readRelease } from '../stores/release.ts';
import { readRun } from '../stores/runs.ts';
import { control } from './controller.ts';
import { tooManyRefused } from './refusals.ts';
import { replayWindow } from './send-requests.ts';
import type { World } from './setup.ts';
import { cutWindows, type ReplayWindow } from './timeline.ts';
import { requireChampion, trainAndRelease } from './train-and-release.ts';

/** Results of the loop that no store keeps. */
export interface LoopResult {
  /** Those that were replayed. */
  readonly windows: readonly PlayedWindow[];
  readonly retrainings: readonly RetrainingSummary[];
  /** Why the loop ended before the feed did. */
  readonly stopped: TooManyRefused | null;
}

/** A window, what its requests came to, and its rows that `prepare` quarantined, by reason. */
export interface PlayedWindow extends ReplayWindow, WindowAnswers {
  readonly setAside: SetAside;
}

/** The careless version is released when this many windows are left: late, so that there is a way back. */
const INCIDENT_WINDOWS_LEFT = 4;

/**
 * Runs from the first training to the end of the feed.
 *
 * @throws RuntimeFailure `local/no-requests` when every row is history, `local/no-champion`, and what the use cases throw
 */
export async function runLoop(world: World): Promise<LoopResult> {
  const { config, feed, progress } = world;
  const { windowDays, minRows } = config.monitoring;
  const windows = cutWindows(world.asked.times, feed.historyEnd, { days: windowDays, minRows });
  if (windows.every(({ first, end }) => first === end))
    throw new RuntimeFailure('local/no-requests', `no row is later than ${dateOf(feed.historyEnd)}`, {
      fix: 'give rows of more months: the first ones are what the first version learns from',
    });
  const retrainings: RetrainingSummary[] = [];

  progress.section('The first version, from nothing');
  world.checkpoint('the first training');
  await insertNewRows(world, feed.historyEnd);
  await trainAndRelease(world, config, 'first');
  await requireChampion(world);

  progress.section(`${windows.length} windows of requests over HTTP, in time order`);
  let { incident } = feed;
  const played: PlayedWindow[] = [];
  let stopped: TooManyRefused | null = null;
  for (const window of windows) {
    world.checkpoint(`window ${window.number} of ${windows.length}`);
    const left = windows.length - window.number;
    const now =
      left < INCIDENT_WINDOWS_LEFT && left > 0 && !(await releaseUnderWay(world)) ? incident : undefined;
    if (now !== undefined) {
      incident = undefined;
      await releaseCareless(world, now.feature);
    }
    const answers = await serve(world, window, now);
    const { call, setAside } = await monitorWindow(world, window);
    played.push({ ...window, ...answers, setAside });
    stopped = await tooManyRefused(world.ports, config, window, answers);
    if (stopped !== null) break;
    if (call !== null && left > 0) retrainings.push(await retrain(world, call));
  }
  const last = windows.at(-1);
  if (stopped !== null) tellStop(world, stopped);
  else if (config.serving.batch !== undefined && last !== undefined) await deliverBatch(world, last);
  return { windows: played, retrainings, stopped };
}

/** Delivers the nightly batch: the clients of the last window, scored and ranked in one file. */
async function deliverBatch(
  { ports, config, progress, clock }: World,
  { from, to }: ReplayWindow,
): Promise<void> {
  progress.section('The nightly batch');
  const work = progress.task('batch-score', { at: clock.now() });
  const { rows, version, key } = await runBatchScore(ports, config, {
    runId: `batch-${dateOf(to)}`,
    from,
    to,
  });
  work.done(`${count(rows)} rows scored by version ${version}, in ${key}`);
}

async function retrain(world: World, call: RetrainingCall): Promise<RetrainingSummary> {
  const { progress, clock, ports, config } = world;
  progress.section(`Retraining: ${call.reason}`);
  const at = new Date(clock.now()).toISOString();
  const runId = await trainAndRelease(world, config, call.trigger);
  const version = (await readIndex(ports)).versions.find((entry) => entry.runId === runId)?.version ?? null;
  progress.section('On with the requests');
  return { at, runId, ...call, version };
}

const releaseUnderWay = async ({ ports }: World): Promise<boolean> =>
  isUnderWay((await readRelease(ports.objects)).state);

async function insertNewRows({ rowsArrive, progress, feed, clock }: World, to: number): Promise<void> {
  const { setAside = {} } = feed;
  if (Object.keys(setAside).length > 0)
    progress.note(`rows of the file quarantined: ${reasonsText(setAside)}`, {
      at: clock.now(),
      tone: 'warn',
    });
  const work = progress.task(`rows arrive in table ${feed.table.name}`, { at: clock.now() });
  work.done(`${count(await rowsArrive(to))} rows`);
}

/**
 * Somebody edits one word of the blueprint and trains on the champion's own rows again: unseen categories are
 * refused. Every gate passes, for there are none yet.
 */
async function releaseCareless(world: World, feature: string): Promise<void> {
  const { config, progress, ports } = world;
  progress.section(`A careless change: ${feature} refuses categories that training has not seen`);
  const fields = config.features.fields.map((field) =>
    field.name === feature && field.kind === 'categorical'
      ? { ...field, onUnseen: 'refuse' as const }
      : field,
  );
  const version = config.features.version + 1;
  const { champion } = (await readRelease(ports.objects)).state;
  const entry = (await readIndex(ports)).versions.find((one) => one.version === champion?.version);
  const run = entry && (await readRun(ports, entry.runId));
  await trainAndRelease(world, { ...config, features: { version, fields } }, 'demand', run?.data.window.to);
}

/** Requests of one window; while a release waits for answers, the controller looks after each day. */
async function serve(
  world: World,
  window: ReplayWindow,
  incident: World['feed']['incident'],
): Promise<WindowAnswers> {
  const { ports, clock, client, requestOf, asked, progress } = world;
  const work = progress.task(`window ${window.number}`, { at: window.to });
  const answers = await replayWindow(
    { flush: world.scorer.flush, clock, client, requestOf, times: asked.times },
    window,
    {
      incident,
      onProgress: work.progress,
      afterDay: async () => {
        world.checkpoint();
        await checkRelease(world);
      },
    },
  );
  await checkRelease(world);
  const refused = refusedIn(answers.refusals);
  const { champion } = (await readRelease(ports.objects)).state;
  work.done(
    `${count(window.end - window.first)} requests, ${refused === 0 ? 'all answered' : `${count(refused)} refused`}, version ${champion?.version} serves`,
  );
  if (refused > 0)
    progress.note(`refused: ${refusalText(answers.refusals)}`, { at: window.to, tone: 'warn' });
  return answers;
}

function tellStop({ progress, clock }: World, { refused, of, maxShare }: TooManyRefused): void {
  const text = `stopped: ${count(refused)} of ${count(of)} requests refused, at most ${maxShare * 100} % may be`;
  progress.note(text, { at: clock.now(), tone: 'bad' });
}

/** The controller's tick. */
async function checkRelease(world: World): Promise<void> {
  if (await releaseUnderWay(world)) await control(world, world.config, { kind: 'tick' });
}

/** The rows of the window arrive with their outcomes; the monitor compares. */
async function monitorWindow(
  world: World,
  window: ReplayWindow,
): Promise<MonitoringResult & Pick<PlayedWindow, 'setAside'>> {
  const { ports, config, progress, rowsArrive, identity } = world;
  await rowsArrive(window.to);
  const runId = `data-${String(window.number).padStart(2, '0')}-${dateOf(window.to)}`;
  const to = new Date(window.to).toISOString();
  const steps = pipelineSteps(ports, config, identity);
  await runPipeline(
    { ports, steps, progress: withoutProgress(progress) },
    { runId, to, trigger: 'new-data' },
    { data: true },
  );
  await runGroundTruth(ports, config, {
    runId,
    from: window.from,
    to: window.to,
    secret: world.secret,
  });
  const setAside = (await readPrepared(ports, runId))?.quarantined ?? {};
  if (Object.keys(setAside).length > 0)
    progress.note(`rows quarantined: ${reasonsText(setAside)}`, { at: window.to, tone: 'warn' });
  const result = await runMonitoring(ports, config, { from: window.from, to: window.to });
  const { report } = result;
  if (report !== undefined) tellReport(progress, report, window, primaryMetric(config.problem));
  return { ...result, setAside };
}

/** Data runs of every window are told by what the monitor finds in them. */
const withoutProgress = (progress: World['progress']): World['progress'] => ({
  ...progress,
  task: () => ({ progress: () => {}, done: () => {} }),
});

function tellReport(
  progress: World['progress'],
  { drift, performance, outcomes }: WindowReport,
  window: ReplayWindow,
  metric: string,
): void {
  const drifted = drift.features.filter(({ verdict }) => verdict === 'alert');
  const quality = performance?.metrics[metric];
  const unknown =
    outcomes === undefined || outcomes.due === 0
      ? ''
      : `, ${metric} unknown: ${count(outcomes.known)} of ${count(outcomes.due)} outcomes known`;
  const measured = quality === undefined ? unknown : `, ${metric} ${quality.value.toFixed(3)}`;
  const at = window.to;
  if (drift.verdict === 'insufficient') progress.note(`too few rows to test (${drift.rows})`, { at });
  else if (drift.verdict === 'stable') {
    const moved = drifted.map((feature) => alarmSentence(feature));
    const them = moved.length === 1 ? 'it' : 'them';
    const result = moved.length === 0 ? 'no drift' : `${moved.join(', ')}, but the model hardly uses ${them}`;
    progress.note(`${result}${measured}`, { at });
  } else {
    progress.note(`drift: ${alertsOf(drift).join(', ')}${measured}`, { at, tone: 'warn' });
  }
}
