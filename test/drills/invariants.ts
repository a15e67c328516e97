/** What must hold of a folder at every instant, also right after a kill. Each check returns what it found wrong. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createVirtualClock } from '../../lambdas/adapters/local/clock.ts';
import { createObjectStore } from '../../lambdas/adapters/local/object-store.ts';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import type { ObjectStore } from '../../lambdas/ports/index.ts';
import { readApproval } from '../../lambdas/stores/approvals.ts';
import { readBundle } from '../../lambdas/stores/bundle.ts';
import { type ExportManifest, readExport, readPart } from '../../lambdas/stores/exports.ts';
import { readFeatures } from '../../lambdas/stores/features.ts';
import { readGzip } from '../../lambdas/stores/gzip.ts';
import { featureGroupOf } from '../../lambdas/stores/historical.ts';
import { sha256 } from '../../lambdas/stores/json.ts';
import { createLease } from '../../lambdas/stores/lease.ts';
import { isRegistered } from '../../lambdas/stores/model-index.ts';
import { readIndex } from '../../lambdas/stores/models.ts';
import { decodePrediction } from '../../lambdas/stores/predictions.ts';
import { readPrepared } from '../../lambdas/stores/prepared.ts';
import { readRelease } from '../../lambdas/stores/release.ts';
import { readSnapshot } from '../../lambdas/stores/snapshots.ts';
import { diskObjects, filesIn, linesOf, parse } from './disk.ts';
import { CONFIG, rowsIn } from './model.ts';

/** @returns every violation, in words; a reader that throws is one too */
export async function violations(root: string): Promise<readonly string[]> {
  const objects = diskObjects(root);
  const found: string[] = wholeDocuments(root);
  for (const name of Object.keys(CHECKS) as (keyof typeof CHECKS)[])
    found.push(...(await violationsOf(name, objects)));
  return found;
}

/** What one check finds wrong of these objects; a reader that throws is one too. */
export async function violationsOf(
  name: keyof typeof CHECKS,
  objects: ObjectStore,
  config: ModelConfig = CONFIG,
): Promise<readonly string[]> {
  const found: string[] = [];
  try {
    for await (const problem of CHECKS[name].check(objects, config)) found.push(`${name}: ${problem}`);
  } catch (error) {
    found.push(`${name}: ${String(error)}`);
  }
  return found;
}

/** Every document that can be seen is whole; a stream has a torn line only where a process was killed. */
function wholeDocuments(root: string): string[] {
  const torn: string[] = [];
  for (const store of ['objects', 'online', 'mirror']) {
    for (const path of filesIn(join(root, store))) {
      const whole = () => parse(readFileSync(join(root, store, path), 'utf8')) !== undefined;
      if (path.endsWith('.json') && !whole()) torn.push(`${store}/${path} is torn`);
      if (!path.endsWith('.jsonl')) continue;
      const lines = linesOf(join(root, store, path));
      const isWhole = path.startsWith('predictions/') ? decodePrediction : parse;
      const bad = lines.filter((line) => isWhole(line) === undefined).length;
      // Each process appends to a file of its own, so that its death tears one line.
      if (bad > (path.startsWith('predictions/') ? 1 : 0))
        torn.push(`${store}/${path} has ${bad} torn lines`);
    }
  }
  return torn;
}

/** I1, I2: whoever finds a manifest finds its parts, with every row of the source. */
async function* exports(objects: ObjectStore): AsyncGenerator<string> {
  for await (const key of objects.list('exports/')) {
    const [, date, runId] = /^exports\/([\d-]+)\/([^/]+)\/_manifest\.json$/.exec(key) ?? [];
    if (date === undefined || runId === undefined) continue;
    const manifest = (await readExport(objects, { runId, to: date })) as ExportManifest; // it was listed
    for (const part of manifest.parts) await drain(readPart(objects, part));
    const rows = manifest.parts.reduce((sum, part) => sum + part.rows, 0);
    if (rows !== manifest.rows || rows !== rowsIn(manifest.window))
      yield `${runId} has ${rows} rows, its source ${rowsIn(manifest.window)}`;
  }
}

async function* prepared(objects: ObjectStore): AsyncGenerator<string> {
  for await (const key of objects.list('prepared/')) {
    const runId = /^prepared\/([^/]+)\/_manifest\.json$/.exec(key)?.[1];
    const manifest = runId === undefined ? undefined : await readPrepared({ objects }, runId);
    if (manifest === undefined) continue;
    await drain(readGzip(objects, manifest.key, manifest.sha256));
    const bad = Object.values(manifest.quarantined).reduce((sum, count) => sum + count, 0);
    const kept = await objects.get(`quarantine/${runId}/rows.jsonl`);
    const lines = new TextDecoder().decode(kept?.bytes).split('\n').length - 1;
    if (lines !== bad) yield `${runId} put ${bad} rows aside and kept ${lines}`;
  }
}

async function* features(objects: ObjectStore, config: ModelConfig): AsyncGenerator<string> {
  const manifest = await readFeatures({ objects }, featureGroupOf(config));
  const runs = manifest?.parts.map(({ runId }) => runId) ?? [];
  if (new Set(runs).size !== runs.length) yield `a run was ingested twice: ${runs.join(', ')}`;
  for (const { key, sha256 } of manifest?.parts ?? []) await drain(readGzip(objects, key, sha256));
}

async function* snapshots(objects: ObjectStore): AsyncGenerator<string> {
  for await (const key of objects.list('snapshots/')) {
    const id = /^snapshots\/([^/]+)\/_manifest\.json$/.exec(key)?.[1];
    const snapshot = id === undefined ? undefined : await readSnapshot({ objects }, id);
    if (snapshot === undefined) continue;
    const { train, holdout, columnsSha256, featuresSha256 } = snapshot.manifest;
    await drain(readGzip(objects, `snapshots/${id}/train.csv.gz`, train.sha256));
    await drain(readGzip(objects, `snapshots/${id}/holdout.csv.gz`, holdout.sha256));
    for (const [name, digest] of Object.entries({ columns: columnsSha256, features: featuresSha256 })) {
      const stored = await objects.get(`snapshots/${id}/${name}.json`);
      if (stored === undefined || sha256(stored.bytes) !== digest) yield `${name} of ${id} is another`;
    }
  }
}

/** I10 to I12: one version per run, in ascending order; what is whole loads; what is approved passed its gate. */
async function* registry(objects: ObjectStore): AsyncGenerator<string> {
  const { versions, lastVersion, newestFence } = await readIndex({ objects });
  const numbers = versions.map(({ version }) => version);
  if (numbers.some((version, at) => version <= (numbers[at - 1] ?? 0) || version > lastVersion))
    yield `versions are ${numbers.join(', ')}, the last one ${lastVersion}`;
  const runs = versions.map(({ runId }) => runId);
  if (new Set(runs).size !== runs.length) yield `a run has two versions: ${runs.join(', ')}`;
  for (const entry of versions) {
    const { version, status, evaluation, fence } = entry;
    if (fence > newestFence) yield `version ${version} has fence ${fence}, the newest is ${newestFence}`;
    if (isRegistered(entry)) await readBundle({ objects }, version, entry.digest);
    else if (status !== 'registering') yield `version ${version} is ${status} and has no bundle`;
    if (status !== 'approved') continue;
    const approval = await readApproval({ objects }, version);
    if (approval?.digest !== entry.digest || !evaluation.passed)
      yield `version ${version} is approved, and its approval names another bundle`;
  }
}

/** I13, I14: who serves loads, and so does who would serve after a rollback. */
async function* pointer(objects: ObjectStore): AsyncGenerator<string> {
  const { champion, previous, challenger, rejected } = (await readRelease(objects)).state;
  if (champion === null) return;
  await readBundle({ objects }, champion.version, champion.digest);
  if (rejected.includes(champion.version)) yield `version ${champion.version} serves and was rejected`;
  if (previous?.version === champion.version) yield 'a rollback would go to the champion';
  if (previous !== null) await readBundle({ objects }, previous.version, previous.digest);
  if (challenger?.version === champion.version) yield 'the champion is its own challenger';
}

/** By name: the keys that a check reads, and the check. */
export const CHECKS = {
  exports: { prefixes: ['exports/'], check: exports },
  prepared: { prefixes: ['prepared/', 'quarantine/'], check: prepared },
  features: { prefixes: ['features/'], check: features },
  snapshots: { prefixes: ['snapshots/'], check: snapshots },
  registry: { prefixes: ['models/', 'approvals/'], check: registry },
  pointer: { prefixes: ['release/', 'models/'], check: pointer },
} as const;

async function drain(chunks: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of chunks);
}

/** Long after every lease of the drills has run out. */
const LATER = Date.UTC(2027, 0, 1);

/** Whoever takes the lease when it has run out gets a greater number than any before. Changes the folder. */
export async function nextHolder(root: string): Promise<readonly string[]> {
  const objects = createObjectStore(join(root, 'objects'));
  const { newestFence } = await readIndex({ objects });
  const lease = createLease({ objects, clock: createVirtualClock(LATER) }, 'locks/train.json');
  const taken = await lease.acquire('checker', 1_000);
  if (taken.outcome !== 'acquired') return [`lease: ${taken.outcome} after it ran out`];
  return taken.fence > newestFence ? [] : [`lease: fence ${taken.fence} after ${newestFence}`];
}
