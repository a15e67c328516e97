import { join } from 'node:path';
import { findBlueprint } from '../../bin/arguments/model.ts';
import { openFeed } from '../../bin/arguments/sample-rows.ts';
import { sample } from '../../blueprints/bank-marketing/generate.ts';
import { loadBlueprint } from '../../blueprints/index.ts';
import { resolveConfig } from '../../constructs/config/resolve.ts';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import { runDemo } from '../../lambdas/demo/run-demo.ts';
import { type Progress, SILENT } from '../../lambdas/local/progress.ts';
import type { Summary } from '../../lambdas/report/summary.ts';
import { parseEnvironment } from '../../stacks/config/environments.ts';

export const MODEL = 'bank-marketing';

/** The default blueprint as it runs on one machine. */
export async function localConfig(): Promise<ModelConfig> {
  const { blueprint } = await loadBlueprint(findBlueprint(MODEL, '.'));
  return resolveConfig(blueprint, parseEnvironment('local'), 'local').model;
}

export interface ShortRun {
  /** The first six are history. */
  readonly months: number;
  readonly seed?: number;
  readonly scenario?: 'drift' | 'stable';
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
  readonly change?: (config: ModelConfig) => ModelConfig;
}

/** Runs the whole loop over the first months of the sample rows, into `<folder>/.mlops/demo/bank-marketing`. */
export async function shortRun(folder: string, options: ShortRun): Promise<Summary> {
  const {
    months,
    seed = 1,
    scenario = 'drift',
    progress = SILENT,
    signal,
    change = (same) => same,
  } = options;
  const config = change(await localConfig());
  const short = {
    ...sample,
    rows: (how: Parameters<typeof sample.rows>[0]) => sample.rows({ ...how, months }),
  };
  const feed = await openFeed(short, config, { seed, scenario, data: undefined, cwd: folder });
  return runDemo({
    root: rootOf(folder),
    config: { ...config, training: { ...config.training, seed } },
    feed,
    progress,
    scenario,
    seed,
    codeVersion: 'test',
    steady: () => performance.now(),
    ...(signal !== undefined && { signal }),
  });
}

export const rootOf = (folder: string): string => join(folder, '.mlops', 'demo', MODEL);

/** A story that keeps every line. */
export function recordingStory(): Progress & { readonly lines: string[] } {
  const lines: string[] = [];
  return {
    lines,
    section: (title) => lines.push(title),
    note: (text) => lines.push(text),
    task: (title) => ({ progress: () => {}, done: (summary) => lines.push(`${title}: ${summary}`) }),
  };
}
