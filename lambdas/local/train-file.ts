/** A version from rows in a file: the pipeline of every run, with the file in place of the database. */

import type { LocalPorts } from '../adapters/local/create-ports.ts';
import type { ModelConfig } from '../core/config.ts';
import { RuntimeFailure } from '../core/errors.ts';
import { count } from '../core/format.ts';
import { modelColumns } from '../core/model-table.ts';
import { runIdOf } from '../lease/lease.ts';
import { writeParts } from '../stores/export-parts.ts';
import { exportRunIds, partKey, writeManifest } from '../stores/exports.ts';
import { readFeatures } from '../stores/features.ts';
import { featureGroupOf } from '../stores/historical.ts';
import { configDigest, rowsIdentity, runIdentity } from '../stores/identity.ts';
import { sha256 } from '../stores/json.ts';
import { type IndexEntry, isRegistered } from '../stores/model-index.ts';
import { readIndex } from '../stores/models.ts';
import { readRelease } from '../stores/release.ts';
import { type DataFacts, readEvaluation, readRun } from '../stores/runs.ts';
import type { TrainIdentity } from '../train/train.ts';
import { type Expiry, expireObjects } from './expire.ts';
import { type FileDigest, measured, readFile } from './file-digest.ts';
import { openStore } from './open-store.ts';
import { pipelineSteps } from './pipeline-steps.ts';
import type { Progress } from './progress.ts';
import { withFolderLock } from './run-folder.ts';
import { runPipeline } from './run-pipeline.ts';

export interface TrainFileOptions {
  readonly root: string;
  readonly config: ModelConfig;
  /** CSV with a header; as one stream of bytes, uncompressed. Called twice: it must open the same bytes again. */
  readonly open: () => Promise<AsyncIterable<Uint8Array>>;
  /** Learns also from the rows that are in the feature store already. @default false */
  readonly withEarlier?: boolean;
  readonly identity: TrainIdentity;
  readonly progress: Progress;
  /** Objects that are deleted when they are too old. @default - none */
  readonly expiries?: readonly Expiry[];
}

export interface TrainedVersion {
  readonly entry: IndexEntry;
  /** False where a version is made of the same file, configuration and code: nothing was written. */
  readonly changed: boolean;
  /** Undefined for a version whose run record is gone. */
  readonly data: DataFacts | undefined;
}

const EPOCH = '1970-01-01T00:00:00.000Z';
const PART_BYTES = 256 * 1024 * 1024;

/**
 * Trains a version on the rows of a file and registers it, unless a version is made of the same file, configuration and
 * code already. The rows are added to the feature store; those that it has from before teach this version only on
 * demand.
 *
 * @throws RuntimeFailure `local/busy`, `train/file-changed`, and what the steps throw
 *
 * @example
 * import { createReadStream } from 'node:fs';
 * import { modelFolder, SILENT, trainFile } from 'mlops-blueprint/local';
 *
 * const root = modelFolder(process.cwd(), 'churn', false);
 * const identity = { trainedBy: 'ada', codeVersion: '1.0.0' };
 * const open = async () => createReadStream('churn.csv');
 * const { entry } = await trainFile({ root, config: config.model, open, identity, progress: SILENT });
 * console.log(`version ${entry.version}`);
 */
export function trainFile(options: TrainFileOptions): Promise<TrainedVersion> {
  const { root, config } = options;
  const ports = openStore(root, config.name, { create: true });
  return withFolderLock(root, async () => {
    const file = await readFile(await options.open(), config);
    const known = await versionOf(ports, options, file);
    const runId = known?.runId ?? (await run(ports, options, file));
    await ports.settled();
    await expireObjects(ports, options.expiries ?? [], ports.clock.now());
    const entry = (await readIndex(ports)).versions.find((one) => one.runId === runId);
    if (entry === undefined) throw new RuntimeFailure('run/incomplete', `run ${runId} registered nothing`);
    return { entry, changed: known === undefined, data: (await readRun(ports, runId))?.data };
  });
}

/**
 * The newest version that is made of the same. One that was rejected does not count, nor one that failed beside a
 * champion which does not serve any more: the same rows may pass now.
 */
async function versionOf(
  ports: LocalPorts,
  { config, identity, withEarlier = false }: TrainFileOptions,
  file: FileDigest,
): Promise<IndexEntry | undefined> {
  const earlier = withEarlier ? ((await readFeatures(ports, featureGroupOf(config)))?.parts ?? []) : [];
  const { sha256: own } = runIdentity({
    rows: rowsIdentity({ kind: 'file', sha256: file.sha256 }, earlier),
    configSha256: configDigest(config),
    codeVersion: identity.codeVersion,
  });
  const { champion, rejected } = (await readRelease(ports.objects)).state;
  for (const entry of (await readIndex(ports)).versions.toReversed()) {
    if (entry.lineage.identity !== own || !isRegistered(entry)) continue;
    if (entry.status === 'rejected' || rejected.includes(entry.version)) continue;
    if (entry.evaluation.passed) return entry;
    const beside = (await readEvaluation(ports, entry.runId))?.champion;
    if ((beside?.version ?? null) === (champion?.version ?? null)) return entry;
  }
  return undefined;
}

/** @returns the id of the run */
async function run(
  ports: LocalPorts,
  { config, open, identity, progress, withEarlier = false }: TrainFileOptions,
  file: FileDigest,
): Promise<string> {
  // Right after the last event, so that a window of days is counted back from it, whenever the file is from. A file that
  // corrects old rows ends before the newest of the earlier ones.
  const earlier = withEarlier ? ((await readFeatures(ports, featureGroupOf(config)))?.parts ?? []) : [];
  const last = earlier.reduce(
    (latest, part) => Math.max(latest, part.to),
    file.lastEvent ?? Number.NEGATIVE_INFINITY,
  );
  const to = new Date((Number.isFinite(last) ? last : ports.clock.now()) + 1).toISOString();
  const runId = await newRunId(ports);
  const steps = {
    ...pipelineSteps(ports, config, identity),
    export: async () => {
      const snapshot = file.sha256.slice(0, 16);
      const copied = measured(await open());
      const parts = await writeParts(ports.objects, copied.chunks, {
        keyOf: (index) => partKey({ runId, to, snapshot }, index),
        partBytes: PART_BYTES,
      });
      const { bytes, sha256: digest } = copied.digest();
      if (digest !== file.sha256)
        throw new RuntimeFailure('train/file-changed', 'the file changed while it was read', {
          fix: 'train again when nothing writes to it',
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
        file: { bytes, sha256: digest },
      });
      return `${count(rows)} rows of the file`;
    },
  };
  await runPipeline({ ports, steps, progress }, { runId, to, trigger: 'demand', ownRowsOnly: !withEarlier });
  return runId;
}

/** A name that no run has had, also where the clock went back or two runs begin within one millisecond. */
async function newRunId({ objects, clock }: LocalPorts): Promise<string> {
  const taken = await exportRunIds(objects);
  for (let at = clock.now(); ; at += 1) {
    const runId = runIdOf('demand', new Date(at).toISOString());
    if (!taken.has(runId)) return runId;
  }
}
