/** From rows to a registered version, and what is computed from stored rows and answers. */

import { runBatchScore } from '../../lambdas/batch-score/batch-score.ts';
import { labelOf, type ModelConfig } from '../../lambdas/core/config.ts';
import { numbersOf } from '../../lambdas/core/table/rows.ts';
import { runExport } from '../../lambdas/export/export.ts';
import { runGroundTruth } from '../../lambdas/ground-truth/ground-truth.ts';
import { endRun, takeLease } from '../../lambdas/lease/lease.ts';
import { pipelineSteps } from '../../lambdas/local/pipeline-steps.ts';
import { runMonitoring } from '../../lambdas/monitor/run-monitoring.ts';
import type { StepName } from '../../lambdas/pipeline.ts';
import type { Ports } from '../../lambdas/ports/index.ts';
import { runRelease } from '../../lambdas/release/release.ts';
import { createScorer } from '../../lambdas/score/scorer.ts';
import { readExport } from '../../lambdas/stores/exports.ts';
import { readFeatures } from '../../lambdas/stores/features.ts';
import { featureGroupOf } from '../../lambdas/stores/historical.ts';
import { readIndex } from '../../lambdas/stores/models.ts';
import { readCandidate } from '../../lambdas/stores/runs.ts';
import { loadTrainingSet } from '../../lambdas/stores/training-set.ts';
import { CONFIG as BASE, CONFIG_BY_KEY, requests, STARTS, WINDOWS } from '../drills/model.ts';
import type { Files, World } from './sim-world.ts';
import { type Job, NO_FAULTS, type Scenario, simulate } from './simulate.ts';

/** Fewer and smaller trees: thousands of runs train. */
export const CONFIG: ModelConfig = {
  ...BASE,
  training: { ...BASE.training, parameters: { ...BASE.training.parameters, rounds: 2, maxDepth: 2 } },
};
const HOUR = 3_600_000;
const after = (to: string, hours: number) => Date.parse(to) + hours * HOUR;
const IDENTITY = { trainedBy: 'role/train', codeVersion: 'sim' };
export const FIRST = { runId: 'run-1', to: WINDOWS.first } as const;
export const SECOND = { runId: 'run-2', to: WINDOWS.second } as const;
const THIRD = { runId: 'run-3', to: WINDOWS.second } as const;
const WINDOW = { from: Date.parse(STARTS.first), to: after(WINDOWS.second, 32) };

/** One step of a run that holds, or takes, the training lease. */
function step(
  name: StepName,
  run: { readonly runId: string; readonly to: string },
  config: ModelConfig = CONFIG,
): Job {
  return {
    name: `${name} ${run.runId}`,
    async run(ports) {
      const fence = await takeLease(ports, run.runId);
      if (name === 'export') await exportRows(ports, run);
      else
        await pipelineSteps(ports, config, IDENTITY)[name]({ ...run, trigger: 'schedule', fence }, () => {});
      if (name === 'register') await endRun(ports, { runId: run.runId, fence });
    },
  };
}

function exportRows(ports: Ports, { runId, to }: { readonly runId: string; readonly to: string }) {
  const { name, source } = CONFIG;
  return runExport({
    ports,
    config: {
      model: name,
      steps: source.steps,
      requiredColumns: ['client', 'at', 'y'],
      timeoutSec: source.timeoutSec,
      partBytes: 1_500,
      allowEmpty: false,
    },
    input: { runId, from: to === WINDOWS.first ? STARTS.first : STARTS.second, to },
  });
}

/** What is left after some jobs that nothing disturbed; worked out once. */
function leftBy(jobs: readonly Job[], from?: () => Promise<Start>): () => Promise<Start> {
  let left: Promise<Start> | undefined;
  const make = async (): Promise<Start> => {
    const begin = (await from?.()) ?? { files: new Map(), now: after(WINDOWS.first, 1) };
    let files: Files = begin.files;
    let now = begin.now;
    const scenario: Scenario = {
      name: 'setup',
      config: CONFIG,
      start: async () => begin,
      groups: jobs.map((job) => [job]),
      goal: async (world) => {
        files = world.files;
        now = world.now;
        return [];
      },
    };
    const { violations } = await simulate(scenario, NO_FAULTS);
    if (violations.length > 0) throw new Error(`setup: ${violations.join('; ')}`);
    return { files, now };
  };
  return () => {
    left ??= make();
    return left;
  };
}

interface Start {
  readonly files: Files;
  readonly now: number;
}

const STEPS = ['export', 'prepare', 'ingest', 'train', 'evaluate', 'register'] as const;
const release: Job = {
  name: 'first release',
  async run(ports, world) {
    await runRelease(ports, CONFIG, { kind: 'approved', version: 1, changeExpected: true });
    const scorer = createScorer({ ports, config: CONFIG });
    for (const body of requests(400, 'r1-')) await scorer.score(body, { requestId: body.id });
    await scorer.flush();
    world.now += 25 * HOUR;
    await runRelease(ports, CONFIG, { kind: 'tick' });
  },
};

const firstLoop = leftBy([...STEPS.map((name) => step(name, FIRST)), release]);
const later: Job = { name: 'later', at: after(WINDOWS.second, 1), run: async () => {} };
const exported = leftBy([later, step('export', SECOND)], firstLoop);
const ingested = leftBy([step('prepare', SECOND), step('ingest', SECOND)], exported);
const evaluated = leftBy([step('train', SECOND), step('evaluate', SECOND)], ingested);
const both = leftBy(
  [
    ...(['export', 'prepare', 'ingest', 'train', 'evaluate'] as const).map(
      (name): Job => ({
        name,
        run: (ports) =>
          name === 'export'
            ? exportRows(ports, THIRD)
            : pipelineSteps(ports, CONFIG, IDENTITY)[name](
                { ...THIRD, trigger: 'demand', fence: 3 },
                () => {},
              ),
      }),
    ),
    {
      name: 'free',
      run: (ports) =>
        takeLease(ports, SECOND.runId).then((fence) => endRun(ports, { runId: SECOND.runId, fence })),
    },
  ],
  evaluated,
);

const missing = (what: string, there: unknown): readonly string[] => (there ? [] : [`${what} is missing`]);

async function registered(world: World, ...runs: readonly string[]): Promise<readonly string[]> {
  const { versions } = await readIndex(world);
  return runs.flatMap((runId) =>
    missing(
      `a version of ${runId}`,
      versions.some((one) => one.runId === runId && one.status === 'approved'),
    ),
  );
}

/** I6, I7: nothing of the outcome is a feature, and every training row is older than every row held out. */
async function honest(world: World, config: ModelConfig): Promise<readonly string[]> {
  const candidate = await readCandidate(world, SECOND.runId);
  const label = labelOf(config.problem);
  const leaks =
    candidate?.features.fields.filter((field) => 'column' in field && field.column === label) ?? [];
  const { table, split } = await loadTrainingSet(world, config, SECOND);
  const times = numbersOf(table, CONFIG.source.eventTime);
  const newest = Math.max(...[...split.train].map((row) => times[row] as number));
  const overlap = [...split.holdout].filter((row) => (times[row] as number) <= newest);
  return [
    ...missing('a candidate', candidate),
    ...leaks.map(({ name }) => `feature ${name} is the label`),
    ...(overlap.length === 0 ? [] : [`${overlap.length} rows are trained on and held out`]),
  ];
}

/** With another configuration for a fault that is planted in it. */
export function trainScenario(config: ModelConfig = CONFIG): Scenario {
  return {
    name: 'train',
    config,
    start: ingested,
    groups: [[step('train', SECOND, config)], [step('evaluate', SECOND, config)]],
    goal: (world) => honest(world, config),
  };
}

export const PIPELINE_SCENARIOS: readonly Scenario[] = [
  {
    name: 'export',
    config: CONFIG,
    start: leftBy([later], firstLoop),
    groups: [[step('export', SECOND)]],
    goal: async (world) => missing('the export', await readExport(world.objects, SECOND)),
  },
  {
    name: 'ingest',
    config: CONFIG,
    start: exported,
    groups: [[step('prepare', SECOND)], [step('ingest', SECOND, CONFIG_BY_KEY)]],
    async goal(world) {
      const manifest = await readFeatures(world, featureGroupOf(CONFIG));
      const there = manifest?.parts.some(({ runId }) => runId === SECOND.runId);
      return [...missing('the part', there), ...missing('the online rows', world.online.size > 0)];
    },
  },
  trainScenario(),
  {
    name: 'register',
    config: CONFIG,
    start: evaluated,
    groups: [[step('register', SECOND)]],
    goal: (world) => registered(world, SECOND.runId),
  },
  {
    name: 'two-runs',
    config: CONFIG,
    start: both,
    // Who is slower than the lease is fenced, and the other counts.
    groups: [[SECOND, THIRD].map((run) => ({ ...step('register', run), refused: /^registry\/fenced$/ }))],
    async goal(world) {
      const { versions, newestFence } = await readIndex(world);
      const fences = versions.map(({ fence }) => fence);
      const newest = versions.find(({ fence }) => fence === newestFence);
      return [
        ...(new Set(fences).size === fences.length ? [] : ['two runs registered under one fence']),
        ...missing('the version of the newest holder', newest?.status === 'approved'),
        ...missing('a version of either run', versions.length >= 2),
      ];
    },
  },
  {
    name: 'batch',
    config: CONFIG,
    start: ingested,
    groups: [
      [
        {
          name: 'batch-score',
          run: (ports) => runBatchScore(ports, CONFIG, { runId: 'batch-1', ...WINDOW }),
        },
      ],
    ],
    async goal(world) {
      const keys = [...world.files.keys()].filter((key) => key.startsWith('batch/'));
      return missing('the delivery', keys.some((key) => key.endsWith('_manifest.json')) && keys.length >= 2);
    },
  },
  {
    name: 'monitor',
    config: CONFIG,
    start: ingested,
    groups: [
      [
        {
          name: 'ground-truth',
          run: (ports) => runGroundTruth(ports, CONFIG, { runId: 'truth-1', ...WINDOW }),
        },
      ],
      [{ name: 'monitor', run: (ports) => runMonitoring(ports, CONFIG, WINDOW) }],
    ],
    async goal(world) {
      const asked = new Set(
        world.published.filter(({ type }) => type === 'retraining.requested').map(({ id }) => id),
      );
      const report = [...world.files.keys()].some((key) => key.startsWith('reports/drift/'));
      return [
        ...missing('the report', report),
        ...(asked.size <= 1 ? [] : [`${asked.size} retrainings were asked for by one window`]),
      ];
    },
  },
];
