/** Nothing that a registered version refers to changes: its bundle, and all that its run read and made. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ObjectStore } from '../../lambdas/ports/index.ts';
import type { FeatureManifest } from '../../lambdas/stores/features.ts';
import { isRegistered } from '../../lambdas/stores/model-index.ts';
import { readIndex } from '../../lambdas/stores/models.ts';
import { diskObjects, filesIn } from './disk.ts';

/** @returns the first registered version that refers to the object of this key, whether or not it is there */
export async function referenceTo(objects: ObjectStore, key: string): Promise<number | undefined> {
  const { versions } = await readIndex({ objects });
  const parts = await partsBeside(objects, key);
  const at = parts.findIndex((part) => part.key === key);
  return versions.filter(isRegistered).find(({ version, runId }) => {
    if (at >= 0) return at <= parts.findIndex((part) => part.runId === runId);
    const own = `models/${version}/|approvals/${version}\\.json$|runs/${runId}(?:\\.json$|/)`;
    return new RegExp(`^(?:${own}|(?:snapshots|prepared|quarantine|exports/[^/]+)/${runId}/)`).test(key);
  })?.version;
}

/** The parts of the feature group that a part belongs to, in the order of ingestion. */
async function partsBeside(objects: ObjectStore, key: string): Promise<FeatureManifest['parts']> {
  const group = /^features\/.+\/(?=date=)/.exec(key)?.[0];
  const stored = group === undefined ? undefined : await objects.get(`${group}_manifest.json`);
  if (stored === undefined) return [];
  return (JSON.parse(Buffer.from(stored.bytes).toString('utf8')) as { state: FeatureManifest }).state.parts; // our own
}

/** Digests of what the versions of a folder refer to, by key; worked out once for each folder. */
const known = new Map<string, Promise<ReadonlyMap<string, string>>>();

/** What the versions of the first folder refer to and the second one, a later state of it, has otherwise. */
export async function changedReferences(before: string, after: string): Promise<readonly string[]> {
  const references = known.get(before) ?? digestsOf(before);
  known.set(before, references);
  const there = new Set(filesIn(join(after, 'objects')));
  return [...(await references)].flatMap(([key, digest]) => {
    if (!there.has(key)) return [`${key}, which a version refers to, is gone`];
    return digestOf(after, key) === digest ? [] : [`${key}, which a version refers to, was changed`];
  });
}

async function digestsOf(root: string): Promise<ReadonlyMap<string, string>> {
  const objects = diskObjects(root);
  const digests = new Map<string, string>();
  for (const key of filesIn(join(root, 'objects')))
    if ((await referenceTo(objects, key)) !== undefined) digests.set(key, digestOf(root, key));
  return digests;
}

const digestOf = (root: string, key: string): string =>
  createHash('sha256')
    .update(readFileSync(join(root, 'objects', key)))
    .digest('hex');
