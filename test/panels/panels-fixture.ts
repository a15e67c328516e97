/** Runs a test's own blueprint on rows in memory: one training from a file, or the whole loop. */

import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Blueprint, loadBlueprint } from '../../blueprints/index.ts';
import { resolveConfig } from '../../constructs/config/resolve.ts';
import { createObjectStore } from '../../lambdas/adapters/local/object-store.ts';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import { parseTimestampText } from '../../lambdas/core/csv/timestamp.ts';
import type { Feed } from '../../lambdas/demo/replay-data.ts';
import { runDemo } from '../../lambdas/demo/run-demo.ts';
import { type Progress, SILENT } from '../../lambdas/local/progress.ts';
import { trainFile } from '../../lambdas/local/train-file.ts';
import type { Summary } from '../../lambdas/report/summary.ts';
import { type Evaluation, type RunRecord, readEvaluation, readRun } from '../../lambdas/stores/runs.ts';
import { parseEnvironment } from '../../stacks/config/environments.ts';
import { csvOf, type PanelRows } from '../support/panel-rows.ts';
import { tempDir } from '../support/temp-dir.ts';

/** A blueprint of this folder as it runs on one machine. */
export async function panelConfig(name: string, change = (same: Blueprint) => same): Promise<ModelConfig> {
  const { blueprint } = await loadBlueprint(join(import.meta.dirname, name, 'blueprint.ts'));
  return resolveConfig(change(blueprint), parseEnvironment('local'), 'local').model;
}

export interface Trained {
  readonly run: RunRecord;
  readonly evaluation: Evaluation;
  /** Encoded rows of a part, label first, as the snapshot has them. */
  readonly part: (name: 'train' | 'holdout') => Promise<string>;
}

export async function trainOn(config: ModelConfig, rows: PanelRows): Promise<Trained> {
  const root = tempDir();
  const bytes = Buffer.from(csvOf(rows));
  const { entry } = await trainFile({
    root,
    config,
    open: async () => chunksOf(bytes),
    identity: { trainedBy: 'test', codeVersion: 'test' },
    progress: SILENT,
  });
  const { runId } = entry;
  const objects = createObjectStore(join(root, 'store', 'objects'));
  const run = (await readRun({ objects }, runId)) as RunRecord; // trained just now
  const evaluation = (await readEvaluation({ objects }, runId)) as Evaluation; // as above
  const part = async (name: string) => {
    const stored = await objects.get(`snapshots/${run.data.snapshotId}/${name}.csv.gz`);
    return gunzipSync(stored?.bytes ?? new Uint8Array()).toString('utf8');
  };
  return { run, evaluation, part };
}

async function* chunksOf(bytes: Uint8Array) {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}

/** Plays the loop: rows before `historyEnd` are what the first version learns from. */
export function playLoop(
  config: ModelConfig,
  { header, rows }: PanelRows,
  { ddl, historyEnd, progress = SILENT }: { ddl: string; historyEnd: number; progress?: Progress },
): Promise<Summary> {
  const at = header.indexOf(config.source.eventTime);
  const feed: Feed = {
    table: { name: /CREATE TABLE (\w+)/.exec(ddl)?.[1] ?? '', ddl, columns: header },
    rows,
    origin: 'file',
    times: Float64Array.from(rows, (row) => parseTimestampText(row[at] ?? '')),
    historyEnd,
  };
  return runDemo({
    root: tempDir(),
    config,
    feed,
    progress,
    scenario: 'drift',
    seed: 1,
    codeVersion: 'test',
    steady: () => performance.now(),
  });
}
