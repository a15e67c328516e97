/** A version from rows in a file: the pipeline of every run, with the file in place of the database. */

import type { ModelConfig } from '../core/config.ts';
import { createCsvParser } from '../core/csv/parse.ts';
import { RuntimeFailure } from '../core/errors.ts';
import { modelColumns } from '../core/model-table.ts';
import { numbersOf } from '../core/rows.ts';
import { runIdOf } from '../lease/lease.ts';
import { writeParts } from '../stores/export-parts.ts';
import { partKey, writeManifest } from '../stores/exports.ts';
import { sha256 } from '../stores/json.ts';
import type { IndexEntry } from '../stores/model-index.ts';
import { readIndex } from '../stores/models.ts';
import type { TrainIdentity } from '../train/train.ts';
import { openStore } from './open-store.ts';
import { alone } from './run-folder.ts';
import { runPipeline } from './run-pipeline.ts';
import { pipelineSteps } from './steps.ts';
import type { Story } from './story.ts';
import { count } from './words.ts';

export interface TrainFileOptions {
  readonly root: string;
  readonly config: ModelConfig;
  /** CSV with a header; as one stream of bytes, uncompressed. */
  readonly open: () => Promise<AsyncIterable<Uint8Array>>;
  readonly identity: TrainIdentity;
  readonly story: Story;
}

const EPOCH = '1970-01-01T00:00:00.000Z';
const PART_BYTES = 256 * 1024 * 1024;

/** ms since 1970; undefined without a row. What cannot be read is put aside by `prepare`, with its reason. */
async function lastEvent(
  bytes: AsyncIterable<Uint8Array>,
  { source }: ModelConfig,
): Promise<number | undefined> {
  const parser = createCsvParser({ columns: [{ name: source.eventTime, type: 'timestamp' }] });
  let last = Number.NEGATIVE_INFINITY;
  const look = () => {
    if (parser.rows === 0) return;
    for (const at of numbersOf(parser.take(), source.eventTime)) if (at > last) last = at;
  };
  for await (const chunk of bytes) {
    parser.push(chunk);
    look();
  }
  parser.end();
  look();
  return Number.isFinite(last) ? last : undefined;
}

/**
 * Trains on the rows of a file, beside those that the feature store has, and registers what came of it.
 *
 * @returns the version's entry in the registry
 * @throws RuntimeFailure `local/busy`, and what the steps throw
 */
export async function trainFile({
  root,
  config,
  open,
  identity,
  story,
}: TrainFileOptions): Promise<IndexEntry> {
  const ports = openStore(root, config.name, { create: true });
  // Right after the last event, so that a window of days is counted back from it, whenever the file is from.
  const last = await lastEvent(await open(), config);
  const to = new Date((last ?? ports.clock.now()) + 1).toISOString();
  const runId = runIdOf('demand', to);
  await alone(root, async () => {
    const steps = {
      ...pipelineSteps(ports, config, identity),
      export: async () => {
        const snapshot = sha256(runId).slice(0, 16);
        const parts = await writeParts(ports.objects, await open(), {
          keyOf: (index) => partKey({ runId, to, snapshot }, index),
          partBytes: PART_BYTES,
        });
        const rows = parts.reduce((sum, part) => sum + part.rows, 0);
        await writeManifest(ports, {
          schemaVersion: 1,
          runId,
          snapshot,
          queryHash: sha256('file'),
          window: { from: EPOCH, to },
          columns: modelColumns(config),
          parts,
          rows,
        });
        return `${count(rows)} rows of the file`;
      },
    };
    await runPipeline({ ports, steps, story }, { runId, to, trigger: 'demand' });
  });
  await ports.settled();
  const entry = (await readIndex(ports)).versions.find((one) => one.runId === runId);
  if (entry === undefined) throw new RuntimeFailure('run/incomplete', `run ${runId} registered nothing`);
  return entry;
}
