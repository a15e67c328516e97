/**
 * The feature store's offline half, in Feast's terms: `ingest` appends a part, `getHistorical` reads rows as of a
 * time. `features/<group>/v<N>/date=<ingested>/part-<runId>.csv.gz`, listed by `features/<group>/v<N>/_manifest.json`.
 */

import type { Ports } from '../ports/index.ts';
import { type Codec, readState, updateOnce, type WritePorts } from './conditional-write.ts';
import type { Origin } from './identity.ts';
import { unknownOutcome } from './json.ts';

/** A feature group: the model's name and the version of its features. */
export interface FeatureGroup {
  readonly name: string;
  readonly version: number;
}

export interface FeaturePart {
  readonly runId: string;
  readonly key: string;
  readonly rows: number;
  /** That the part has: a feature added later has no values in it. */
  readonly columns: readonly string[];
  /** SHA-256 of the uncompressed bytes, hex. */
  readonly sha256: string;
  /** Event times of the part's rows, ms since 1970, both inclusive. */
  readonly from: number;
  readonly to: number;
  /** Origin of its rows; absent in parts before 0.2. */
  readonly origin?: Origin;
  /** Rows of its export that were quarantined, by reason; absent in parts before 0.2. */
  readonly quarantined?: Readonly<Record<string, number>>;
  /** Rows that were deleted since, because a person was forgotten; absent where none were. */
  readonly forgotten?: number;
}

export interface FeatureManifest {
  readonly schemaVersion: 1;
  /** In the order of ingestion: of two rows of one key and time, the later part's counts. */
  readonly parts: readonly FeaturePart[];
  /** Every row of the source with an event time before this has been exported; ISO 8601, UTC. */
  readonly coveredTo: string;
}

const manifestKey = ({ name, version }: FeatureGroup) => `features/${name}/v${version}/_manifest.json`;

const CODEC: Codec<FeatureManifest> = {
  encode: (manifest) => manifest,
  decode(json) {
    const manifest = json as FeatureManifest | null;
    if (manifest?.schemaVersion !== 1) throw new TypeError('not a feature manifest of schema version 1');
    return manifest;
  },
};

/** Returns the key of the part of a run; `at` is when it was ingested, ms since 1970. */
export function featurePartKey({ name, version }: FeatureGroup, at: number, runId: string): string {
  return `features/${name}/v${version}/date=${new Date(at).toISOString().slice(0, 10)}/part-${runId}.csv.gz`;
}

/** Returns the manifest of the group, or undefined before the first ingestion. */
export async function readFeatures(
  { objects }: Pick<Ports, 'objects'>,
  group: FeatureGroup,
): Promise<FeatureManifest | undefined> {
  return (await readState(objects, manifestKey(group), CODEC))?.state;
}

/** The groups of a store: a model has one for each version of its features. */
export async function featureGroups({ objects }: Pick<Ports, 'objects'>): Promise<readonly FeatureGroup[]> {
  const groups: FeatureGroup[] = [];
  for await (const key of objects.list('features/')) {
    const [, name, version] = /^features\/([^/]+)\/v(\d+)\/_manifest\.json$/.exec(key) ?? [];
    if (name !== undefined) groups.push({ name, version: Number(version) });
  }
  return groups;
}

/** Lists a part that has been written. The same run twice has the effect of once. */
export async function addFeaturePart(
  storage: WritePorts,
  group: FeatureGroup,
  part: FeaturePart,
  coveredTo: string,
): Promise<FeatureManifest> {
  const result = await updateOnce<FeatureManifest>(
    storage,
    manifestKey(group),
    `ingest:${part.runId}`,
    (current) => {
      if (current?.parts.some((known) => known.runId === part.runId)) return undefined;
      return {
        schemaVersion: 1,
        parts: [...(current?.parts ?? []), part],
        coveredTo: current === undefined ? coveredTo : later(current.coveredTo, coveredTo),
      };
    },
    CODEC,
  );
  if (result.outcome === 'unknown') throw unknownOutcome(manifestKey(group), result.cause);
  return result.state as FeatureManifest; // a part was added by this call or an earlier one
}

/** Replaces the object of a part whose rows were partly deleted. Twice is once. */
export async function replaceFeaturePart(
  storage: WritePorts,
  group: FeatureGroup,
  key: string,
  replacement: Pick<FeaturePart, 'key' | 'rows' | 'sha256'>,
): Promise<void> {
  const result = await updateOnce<FeatureManifest>(
    storage,
    manifestKey(group),
    `forget:${key}:${replacement.key}`,
    (current) => {
      if (!current?.parts.some((part) => part.key === key)) return undefined;
      const parts = current.parts.map((part) =>
        part.key === key
          ? { ...part, ...replacement, forgotten: (part.forgotten ?? 0) + part.rows - replacement.rows }
          : part,
      );
      return { ...current, parts };
    },
    CODEC,
  );
  if (result.outcome === 'unknown') throw unknownOutcome(manifestKey(group), result.cause);
}

/** As times, for texts with and without fractions of a second do not sort. */
const later = (a: string, b: string): string => (Date.parse(a) > Date.parse(b) ? a : b);
