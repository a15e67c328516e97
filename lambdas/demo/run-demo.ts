import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelConfig } from '../core/config.ts';
import { RuntimeFailure } from '../core/errors.ts';
import type { Progress } from '../local/progress.ts';
import { startFolderRun, withFolderLock } from '../local/run-folder.ts';
import { renderReport } from '../report/render-report.ts';
import type { Summary } from '../report/summary.ts';
import { runLoop } from './loop.ts';
import type { Feed } from './replay-data.ts';
import { openWorld } from './setup.ts';
import { type RunFacts, summarise } from './summarise.ts';

export interface DemoOptions extends RunFacts {
  /** `.mlops/demo/<model>`; what an earlier run left in it is removed. */
  readonly root: string;
  readonly config: ModelConfig;
  readonly feed: Feed;
  readonly progress: Progress;
  readonly codeVersion: string;
  /** A steady clock of the real world, ms: durations are told, and kept beside the summary. */
  readonly steady: () => number;
  /** Asks the run to stop at the next day or step. @default - the run goes to its end */
  readonly signal?: AbortSignal;
}

/**
 * Runs the whole loop and writes `summary.json`, `report.html` and `timings.json` into its folder; `run.json` says
 * how far it came.
 *
 * @throws RuntimeFailure `local/busy`, `local/not-ours`, `local/interrupted`, and what the use cases throw
 *
 * @example
 * import { type Feed, runDemo } from 'mlops-blueprint/demo';
 * import { modelFolder, SILENT } from 'mlops-blueprint/local';
 *
 * export const play = (feed: Feed) => {
 *   const root = modelFolder(process.cwd(), config.model.name, true);
 *   const facts = { scenario: 'drift', seed: 1, codeVersion: '1.0.0', steady: () => performance.now() };
 *   return runDemo({ root, config: config.model, feed, progress: SILENT, ...facts });
 * };
 */
export function runDemo(options: DemoOptions): Promise<Summary> {
  const { root, config, scenario, seed, signal } = options;
  return withFolderLock(root, async () => {
    const note = startFolderRun(root, { model: config.name, scenario, seed });
    let last = 'the beginning';
    const checkpoint = (reached = last) => {
      if (signal?.aborted) throw interrupted(last, root, config.name);
      if (reached !== last) note(reached);
      last = reached;
    };
    try {
      const summary = await runIn(options, checkpoint);
      const { stopped } = summary.requests;
      if (stopped === null) note('the end', 'done');
      else note(`window ${stopped.window}: ${stopped.refused} of ${stopped.of} requests refused`, 'failed');
      return summary;
    } catch (error) {
      const stopped = error instanceof RuntimeFailure && error.code === 'local/interrupted';
      note(last, stopped ? 'interrupted' : 'failed');
      throw error;
    }
  });
}

async function runIn(options: DemoOptions, checkpoint: (reached?: string) => void): Promise<Summary> {
  const { root, config, feed, progress, codeVersion, scenario, seed, steady } = options;
  const started = steady();
  const identity = { trainedBy: 'local', codeVersion };
  const world = await openWorld({ root, config, feed, progress, identity, checkpoint });
  try {
    const opened = steady();
    const result = await runLoop(world);
    const looped = steady();
    const summary = await summarise(world, result, { scenario, seed });
    write(root, 'summary.json', summary);
    writeFileSync(join(root, 'report.html'), renderReport(summary));
    const timings = { openMs: opened - started, loopMs: looped - opened, totalMs: steady() - started };
    write(root, 'timings.json', timings);
    return summary;
  } finally {
    await world.close();
  }
}

const interrupted = (reached: string, root: string, model: string) =>
  new RuntimeFailure('local/interrupted', `stopped at ${reached}; what was done so far is in ${root}`, {
    fix: `mlops status ${model} --demo shows it; mlops demo ${model} begins again`,
  });

function write(root: string, name: string, document: unknown): void {
  writeFileSync(join(root, name), `${JSON.stringify(document, null, 2)}\n`);
}
