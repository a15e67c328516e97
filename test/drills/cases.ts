/** The use cases that are drilled, in the order of the loop: each starts from what those before it left. */

import { setTimeout as wait } from 'node:timers/promises';
import type { VirtualClock } from '../../lambdas/adapters/local/clock.ts';
import type { LocalPorts } from '../../lambdas/adapters/local/create-ports.ts';
import { runBatchScore } from '../../lambdas/batch-score/batch-score.ts';
import { runExport } from '../../lambdas/export/export.ts';
import { runGroundTruth } from '../../lambdas/ground-truth/ground-truth.ts';
import { pipelineSteps } from '../../lambdas/local/pipeline-steps.ts';
import { runMonitor } from '../../lambdas/monitor/monitor.ts';
import { type StepName, TRAINING_PIPELINE } from '../../lambdas/pipeline.ts';
import { runRelease } from '../../lambdas/release/release.ts';
import { createScorer } from '../../lambdas/score/scorer.ts';
import { createLease } from '../../lambdas/stores/lease.ts';
import { readIndex } from '../../lambdas/stores/models.ts';
import { CONFIG, CONFIG_BY_KEY, requests, STARTS, WINDOWS } from './model.ts';

export interface Stage {
  readonly ports: LocalPorts;
  readonly clock: VirtualClock;
  /** Tells the drill something that must be true from now on. */
  readonly tell: (line: string) => void;
}

export interface Case {
  /** Time on the clock when it begins, ms since 1970, on the hour. */
  readonly at: number;
  readonly run: (stage: Stage) => Promise<unknown>;
}

const HOUR_MS = 3_600_000;
const after = (to: string, hours: number) => Date.parse(to) + hours * HOUR_MS;
/** Small parts, so that the export has several. */
const PART_BYTES = 1_500;
const IDENTITY = { trainedBy: 'role/train', codeVersion: 'drill' };

/** Answers in one burst: enough for a release to be judged healthy. */
export const BURST = 400;

export const CASE_NAMES = [
  'export',
  'prepare',
  'ingest',
  'train',
  'evaluate',
  'register',
  'release',
  'score',
  'ground-truth',
  'monitor',
  'batch-score',
] as const;
export type CaseName = (typeof CASE_NAMES)[number];

const second = { runId: 'run-2', to: WINDOWS.second } as const;

export const CASES: Readonly<Record<CaseName | 'first-loop' | 'third-run' | 'register-3', Case>> = {
  /** Everything up to a champion, and answers that it gave: where the drilled cases start from. */
  'first-loop': {
    at: after(WINDOWS.first, 1),
    async run(stage) {
      const run = { runId: 'run-1', to: WINDOWS.first };
      for (const { name } of TRAINING_PIPELINE.steps) await step(name, run)(stage);
      await release(1, stage);
    },
  },
  ...(Object.fromEntries(
    TRAINING_PIPELINE.steps.map(({ name }) => [name, { at: after(second.to, 1), run: step(name, second) }]),
  ) as Record<StepName, Case>), // all steps of the pipeline are here
  release: { at: after(second.to, 2), run: (stage) => release(2, stage) },
  score: { at: after(second.to, 30), run: (stage) => score(stage, 'c') },
  'ground-truth': {
    at: after(second.to, 31),
    run: ({ ports }) =>
      runGroundTruth(ports, CONFIG, {
        runId: 'truth-1',
        from: Date.parse(STARTS.first),
        to: after(second.to, 31),
      }),
  },
  monitor: {
    at: after(second.to, 32),
    run: ({ ports }) =>
      runMonitor(ports, CONFIG, { from: Date.parse(STARTS.first), to: after(second.to, 32) }),
  },
  'batch-score': {
    at: after(second.to, 33),
    run: ({ ports }) =>
      runBatchScore(ports, CONFIG, {
        runId: 'batch-1',
        from: Date.parse(STARTS.first),
        to: after(second.to, 33),
      }),
  },
  /** A third run up to its evaluation: somebody to register against. */
  'third-run': {
    at: after(second.to, 1),
    async run({ ports }) {
      const run = { runId: 'run-3', to: second.to };
      await exportRows(ports, run);
      const steps = pipelineSteps(ports, CONFIG, IDENTITY);
      for (const name of ['prepare', 'ingest', 'train', 'evaluate'] as const)
        await steps[name]({ ...run, trigger: 'demand', fence: 3 }, () => {});
    },
  },
  'register-3': {
    at: after(second.to, 1),
    run: step('register', { runId: 'run-3', to: second.to }),
  },
};

/** One step of a run that holds, or takes, the training lease; `register` ends the run and gives it back. */
function step(name: StepName, run: { readonly runId: string; readonly to: string }): Case['run'] {
  return async ({ ports }) => {
    const lease = createLease(ports, `locks/${TRAINING_PIPELINE.lease.name}.json`);
    const fence = await takeLease(lease, run.runId);
    const steps = pipelineSteps(ports, name === 'ingest' ? CONFIG_BY_KEY : CONFIG, IDENTITY);
    if (name === 'export') await exportRows(ports, run);
    else await steps[name]({ ...run, trigger: 'schedule', fence }, () => {});
    if (name === 'register') await lease.release(run.runId, fence);
  };
}

/** Waits for the run that holds it, as long as a workflow service would not wait. */
async function takeLease(lease: ReturnType<typeof createLease>, runId: string): Promise<number> {
  for (let tries = 0; tries < 500; tries += 1) {
    const taken = await lease.acquire(runId, TRAINING_PIPELINE.lease.ttlSec * 1000);
    if (taken.outcome === 'acquired') return taken.fence;
    await wait(20);
  }
  throw new Error(`run ${runId} never got the lease`);
}

function exportRows(ports: LocalPorts, { runId, to }: { readonly runId: string; readonly to: string }) {
  const { name, source } = CONFIG;
  return runExport({
    ports,
    config: {
      model: name,
      steps: source.steps,
      requiredColumns: ['client', 'at', 'y'],
      timeoutSec: source.timeoutSec,
      partBytes: PART_BYTES,
      allowEmpty: false,
    },
    input: { runId, from: to === WINDOWS.first ? STARTS.first : STARTS.second, to },
  });
}

/** From the approval to the end of the watch, with healthy answers in between. */
async function release(version: number, stage: Stage): Promise<void> {
  const { ports, clock } = stage;
  const { versions } = await readIndex(ports);
  if (!versions.some((entry) => entry.version === version)) throw new Error(`there is no version ${version}`);
  const begun = clock.now();
  await runRelease(ports, CONFIG, { kind: 'approved', version, changeExpected: true });
  await score(stage, `r${version}-`);
  clock.advanceTo(begun + 25 * HOUR_MS);
  await runRelease(ports, CONFIG, { kind: 'tick' });
}

/** A burst of requests, flushed in the middle as a function is before it freezes. */
async function score({ ports, tell }: Stage, prefix: string): Promise<void> {
  const scorer = createScorer({ ports, config: CONFIG });
  const bodies = requests(BURST, prefix);
  for (const half of [bodies.slice(0, BURST / 2), bodies.slice(BURST / 2)]) {
    await Promise.all(
      half.map(async (body) => {
        const { status } = await scorer.score(body, { requestId: body.id });
        if (status !== 200) throw new Error(`request ${body.id} was answered ${status}`);
      }),
    );
    await scorer.flush();
    tell(`recorded ${half.map(({ id }) => id).join(' ')}`);
  }
}
