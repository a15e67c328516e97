/** The whole MLOps loop in one process, with the use cases that the cloud's functions run. */

import { runBatchScore } from '../batch-score/batch-score.ts';
import { RuntimeFailure } from '../core/errors.ts';
import { primaryMetric } from '../core/measure.ts';
import { isUnderWay } from '../core/release/state.ts';
import { runGroundTruth } from '../ground-truth/ground-truth.ts';
import type { RetrainingCall } from '../monitor/retraining.ts';
import { runWatch, type WatchResult } from '../monitor/watch.ts';
import { DATA_STEPS } from '../pipeline.ts';
import type { WindowReport } from '../stores/drift-reports.ts';
import { readIndex } from '../stores/models.ts';
import { readRelease } from '../stores/release.ts';
import { readRun } from '../stores/runs.ts';
import { control } from './releases.ts';
import { replayWindow } from './replay.ts';
import { runPipeline } from './run-pipeline.ts';
import { pipelineSteps } from './steps.ts';
import type { RetrainingSummary } from './summary.ts';
import { cutWindows, type ReplayWindow } from './timeline.ts';
import { requireChampion, trainAndRelease } from './train-and-release.ts';
import { count, dateOf } from './words.ts';
import type { World } from './world.ts';

/** What the loop noticed that no store keeps. */
export interface LoopResult {
  readonly windows: readonly ReplayWindow[];
  readonly retrainings: readonly RetrainingSummary[];
}

/** The careless version is released when this many windows are left: late, so that there is a way back. */
const INCIDENT_WINDOWS_LEFT = 4;

/**
 * Runs from the first training to the end of the feed.
 *
 * @throws RuntimeFailure `local/no-requests` when every row is history, `local/no-champion`, and what the use cases throw
 */
export async function runLoop(world: World): Promise<LoopResult> {
  const { config, feed, story } = world;
  const { windowDays, minRows } = config.monitoring;
  const windows = cutWindows(world.asked.times, feed.historyEnd, { days: windowDays, minRows });
  if (windows.every(({ first, end }) => first === end))
    throw new RuntimeFailure('local/no-requests', `no row is later than ${dateOf(feed.historyEnd)}`, {
      fix: 'give rows of more months: the first ones are what the first version learns from',
    });
  const retrainings: RetrainingSummary[] = [];

  story.chapter('The first version, from nothing');
  world.checkpoint('the first training');
  await arrive(world, feed.historyEnd);
  await trainAndRelease(world, config, 'first');
  await requireChampion(world);

  story.chapter(`${windows.length} windows of requests over HTTP, in time order`);
  let { incident } = feed;
  for (const window of windows) {
    world.checkpoint(`window ${window.number} of ${windows.length}`);
    const left = windows.length - window.number;
    const now = left < INCIDENT_WINDOWS_LEFT && left > 0 && !(await mustLook(world)) ? incident : undefined;
    if (now !== undefined) {
      incident = undefined;
      await releaseCareless(world, now.feature);
    }
    await serve(world, window, now);
    const { call } = await lookBack(world, window);
    if (call !== null && left > 0) retrainings.push(await retrain(world, call));
  }
  const last = windows.at(-1);
  if (config.serving.batch !== undefined && last !== undefined) await deliverBatch(world, last);
  return { windows, retrainings };
}

/** What the nightly batch delivers: the clients of the last window, scored and ranked in one file. */
async function deliverBatch(
  { ports, config, story, clock }: World,
  { from, to }: ReplayWindow,
): Promise<void> {
  story.chapter('The nightly batch');
  const work = story.work('batch-score', { at: clock.now() });
  const { rows, version, key } = await runBatchScore(ports, config, {
    runId: `batch-${dateOf(to)}`,
    from,
    to,
  });
  work.done(`${count(rows)} rows scored by version ${version}, in ${key}`);
}

async function retrain(world: World, call: RetrainingCall): Promise<RetrainingSummary> {
  const { story, clock, ports, config } = world;
  story.chapter(`Retraining: ${call.reason}`);
  const at = new Date(clock.now()).toISOString();
  const runId = await trainAndRelease(world, config, call.trigger);
  const version = (await readIndex(ports)).versions.find((entry) => entry.runId === runId)?.version ?? null;
  story.chapter('On with the requests');
  return { at, runId, ...call, version };
}

const mustLook = async ({ ports }: World): Promise<boolean> =>
  isUnderWay((await readRelease(ports.objects)).state);

async function arrive({ rowsArrive, story, feed, clock }: World, to: number): Promise<void> {
  const work = story.work(`rows arrive in table ${feed.table.name}`, { at: clock.now() });
  work.done(`${count(await rowsArrive(to))} rows`);
}

/**
 * Somebody edits one word of the blueprint and trains on the champion's own rows again: unseen categories are
 * refused. Every gate passes, for there are none yet.
 */
async function releaseCareless(world: World, feature: string): Promise<void> {
  const { config, story, ports } = world;
  story.chapter(`A careless change: ${feature} refuses categories that training has not seen`);
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
async function serve(world: World, window: ReplayWindow, incident: World['feed']['incident']): Promise<void> {
  const { ports, clock, client, requestOf, asked, story } = world;
  const work = story.work(`window ${window.number}`, { at: window.to });
  const answers = await replayWindow(
    { flush: world.scorer.flush, clock, client, requestOf, times: asked.times },
    window,
    {
      incident,
      onProgress: work.progress,
      afterDay: async () => {
        world.checkpoint();
        await look(world);
      },
    },
  );
  await look(world);
  const refused = [...answers]
    .filter(([status]) => status !== 200)
    .reduce((sum, [, number]) => sum + number, 0);
  const { champion } = (await readRelease(ports.objects)).state;
  work.done(
    `${count(window.end - window.first)} requests, ${refused === 0 ? 'all answered' : `${count(refused)} refused`}, version ${champion?.version} serves`,
  );
}

/** The controller's tick. */
async function look(world: World): Promise<void> {
  if (await mustLook(world)) await control(world, world.config, { kind: 'tick' });
}

/** The rows of the window arrive with their outcomes; the monitor compares. */
async function lookBack(world: World, window: ReplayWindow): Promise<WatchResult> {
  const { ports, config, story, rowsArrive, identity } = world;
  await rowsArrive(window.to);
  const runId = `data-${String(window.number).padStart(2, '0')}-${dateOf(window.to)}`;
  const to = new Date(window.to).toISOString();
  const steps = pipelineSteps(ports, config, identity);
  await runPipeline({ ports, steps, story: quiet(story) }, { runId, to, trigger: 'new-data' }, DATA_STEPS);
  await runGroundTruth(ports, config, {
    runId,
    from: window.from,
    to: window.to,
    secret: world.secret,
  });
  const result = await runWatch(ports, config, { from: window.from, to: window.to });
  const { report } = result;
  if (report !== undefined) tellReport(story, report, window, primaryMetric(config.problem));
  return result;
}

/** Data runs of every window are told by what the monitor finds in them. */
const quiet = (story: World['story']): World['story'] => ({
  ...story,
  work: () => ({ progress: () => {}, done: () => {} }),
});

function tellReport(
  story: World['story'],
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
  if (drift.verdict === 'insufficient') story.tell(`too few rows to judge (${drift.rows})`, { at });
  else if (drift.verdict === 'stable') {
    const moved = drifted.map(({ name, statistic, measure }) =>
      measure === null ? name : `${name} (${statistic} ${measure.value.toFixed(1)})`,
    );
    const them = moved.length === 1 ? 'it' : 'them';
    const said =
      moved.length === 0 ? 'no drift' : `${moved.join(', ')} drifted, but the model hardly uses ${them}`;
    story.tell(`${said}${measured}`, { at });
  } else {
    const names = drifted.map(({ name, statistic, measure, threshold }) =>
      measure === null ? name : `${name} ${statistic} ${measure.value.toFixed(2)} > ${threshold}`,
    );
    story.tell(`drift: ${names.join(', ') || 'scores'}${measured}`, { at, tone: 'warn' });
  }
}
