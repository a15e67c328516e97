/**
 * A model bundle, `models/<version>/`: all that scoring needs, and a standard MLflow model. The manifest is
 * written last and names each file's sha256; the digest of a version is the sha256 of its manifest.
 */

import type { Profile } from '../core/drift/profile.ts';
import { RuntimeFailure } from '../core/errors.ts';
import type { FittedFeatures } from '../core/features/fitted.ts';
import type { VersionRef } from '../core/release/state.ts';
import { readModel } from '../core/trees/format/model-file.ts';
import type { TreeModel } from '../core/trees/model.ts';
import type { Ports } from '../ports/index.ts';
import type { WritePorts } from './conditional-write.ts';
import type { RunIdentity } from './identity.ts';
import { createFile, decodeJson, encodeJson, sha256 } from './json.ts';
import type { DataFacts, Evaluation, ImportSource, RunRecord, TrainingMetrics } from './runs.ts';

export interface ManifestFile {
  readonly name: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

export interface Manifest {
  readonly schemaVersion: 1;
  readonly version: number;
  /** In ascending order of name. */
  readonly files: readonly ManifestFile[];
}

/** Origin of a version: enough to train it again. */
export interface Lineage {
  readonly schemaVersion: 1;
  readonly model: string;
  readonly version: number;
  readonly runId: string;
  readonly trigger: string;
  readonly trainedBy: string;
  /** ms since 1970. */
  readonly trainedAt: number;
  readonly codeVersion: string;
  readonly configSha256: string;
  readonly data: DataFacts;
  readonly algorithm: string;
  readonly parameters: RunRecord['parameters'];
  readonly seed: number;
  /** Digests of all that the run was made of; absent in lineages before 0.2. */
  readonly identity?: RunIdentity;
  /** The version of another environment that this one was imported from; absent where it was trained here. */
  readonly importedFrom?: ImportSource;
}

/** `metrics.json` of a bundle. */
export interface BundleMetrics {
  readonly schemaVersion: 1;
  readonly training: TrainingMetrics;
  readonly evaluation: Evaluation;
}

export interface Bundle {
  readonly version: number;
  readonly digest: string;
  /** Its files, in ascending order. */
  readonly names: readonly string[];
  readonly model: TreeModel;
  readonly features: FittedFeatures;
  readonly profile: Profile;
  readonly metrics: BundleMetrics;
  readonly lineage: Lineage;
}

/** Object-store prefix of a version's bundle, with the final slash. */
export function bundlePrefix(version: number): string {
  return `models/${version}/`;
}

export const MANIFEST = '_manifest.json';

/**
 * Writes the files, then the manifest. Written again it has the effect of once.
 *
 * @returns the version's digest
 * @throws RuntimeFailure `bundle/changed` when this version already holds other bytes
 */
export async function writeBundle(
  storage: WritePorts,
  version: number,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<string> {
  const names = [...files.keys()].sort();
  const manifest = encodeJson({
    schemaVersion: 1,
    version,
    files: names.map((name) => describeFile(name, files.get(name) as Uint8Array)),
  } satisfies Manifest);
  for (const [name, bytes] of [...files, [MANIFEST, manifest] as const]) {
    const key = bundlePrefix(version) + name;
    if (!(await createFile(storage, key, bytes))) {
      throw new RuntimeFailure('bundle/changed', `${key} already exists with other content`, {
        fix: 'start a new run: the code or the inputs changed while this one was registered',
      });
    }
  }
  return sha256(manifest);
}

/**
 * Reads a bundle. Every file is compared with the manifest, and the manifest with the digest, before anything
 * is parsed.
 *
 * @throws RuntimeFailure `bundle/not-found`, `bundle/digest-mismatch`, and what the readers of its files throw
 */
export async function readBundle(
  { objects }: Pick<Ports, 'objects'>,
  version: number,
  expectedDigest: string,
): Promise<Bundle> {
  const prefix = bundlePrefix(version);
  const fetch = (name: string) => fetchFile(objects, prefix + name);
  const manifestBytes = await fetch(MANIFEST);
  const digest = sha256(manifestBytes);
  if (digest !== expectedDigest) throw mismatch(prefix + MANIFEST);
  const manifest = decodeJson<Manifest>(manifestBytes, prefix + MANIFEST, 1);
  const files = new Map<string, Uint8Array>();
  await Promise.all(
    manifest.files.map(async (expected) => {
      const bytes = await fetch(expected.name);
      if (sha256(bytes) !== expected.sha256) throw mismatch(prefix + expected.name);
      files.set(expected.name, bytes);
    }),
  );
  const named = (name: string) => {
    const bytes = files.get(name);
    if (bytes) return bytes;
    throw new RuntimeFailure('bundle/not-found', `the manifest of ${prefix} names no ${name}`);
  };
  const parse = <T extends { readonly schemaVersion: 1 }>(name: string) =>
    decodeJson<T>(named(name), prefix + name, 1);
  return {
    version,
    digest,
    names: manifest.files.map(({ name }) => name),
    model: readModel(named('model.ubj')),
    features: parse<FittedFeatures>('features.json'),
    profile: parse<Profile>('profile.json'),
    metrics: parse<BundleMetrics>('metrics.json'),
    lineage: parse<Lineage>('lineage.json'),
  };
}

/**
 * Reads one file of a bundle, compared with the manifest, and the manifest with the digest.
 *
 * @returns undefined when the manifest does not name the file
 * @throws RuntimeFailure `bundle/not-found`, `bundle/digest-mismatch`
 */
export async function readBundleFile(
  { objects }: Pick<Ports, 'objects'>,
  { version, digest }: VersionRef,
  name: string,
): Promise<Uint8Array | undefined> {
  const prefix = bundlePrefix(version);
  const manifestBytes = await fetchFile(objects, prefix + MANIFEST);
  if (sha256(manifestBytes) !== digest) throw mismatch(prefix + MANIFEST);
  const { files } = decodeJson<Manifest>(manifestBytes, prefix + MANIFEST, 1);
  const expected = files.find((file) => file.name === name);
  if (expected === undefined) return undefined;
  const bytes = await fetchFile(objects, prefix + name);
  if (sha256(bytes) !== expected.sha256) throw mismatch(prefix + name);
  return bytes;
}

async function fetchFile(objects: Ports['objects'], key: string): Promise<Uint8Array> {
  const stored = await objects.get(key);
  if (stored) return stored.bytes;
  throw new RuntimeFailure('bundle/not-found', `${key} does not exist`);
}

function describeFile(name: string, bytes: Uint8Array): ManifestFile {
  return { name, bytes: bytes.byteLength, sha256: sha256(bytes) };
}

function mismatch(key: string): RuntimeFailure {
  return new RuntimeFailure('bundle/digest-mismatch', `${key} is not what was registered`, {
    fix: 'roll back to another version and find out who wrote to the bucket',
  });
}
