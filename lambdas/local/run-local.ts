import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelConfig } from '../core/config.ts';
import type { Feed } from './feed.ts';
import { runLoop } from './loop.ts';
import { renderReport } from './report/render-report.ts';
import type { Story } from './story.ts';
import { type RunFacts, summarise } from './summarise.ts';
import type { Summary } from './summary.ts';
import { openWorld } from './world.ts';

export interface LocalRunOptions extends RunFacts {
  /** `.mlops/local/<model>`; emptied first. */
  readonly root: string;
  readonly config: ModelConfig;
  readonly feed: Feed;
  readonly story: Story;
  readonly codeVersion: string;
  /** A steady clock of the real world, ms: durations are told, and kept beside the summary. */
  readonly steady: () => number;
}

/**
 * Runs the whole loop and writes `summary.json`, `report.html` and `timings.json` into its folder.
 *
 * @throws what the use cases throw; the folder then shows how far the run came
 */
export async function runLocal(options: LocalRunOptions): Promise<Summary> {
  const { root, config, feed, story, codeVersion, scenario, seed, steady } = options;
  const started = steady();
  const identity = { trainedBy: 'local', codeVersion };
  const world = await openWorld({ root, config, feed, story, identity });
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

function write(root: string, name: string, document: unknown): void {
  writeFileSync(join(root, name), `${JSON.stringify(document, null, 2)}\n`);
}
