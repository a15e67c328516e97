/** The identity of a run: digests of all that it is made of. The same identity gives the same model, byte for byte. */

import { encodeJson, sha256 } from './json.ts';

/** A part of the feature store. */
interface Part {
  readonly sha256: string;
  readonly origin?: Origin;
  /** Rows that were deleted since it was ingested. */
  readonly forgotten?: number;
}

/** The rows of one delivery, before anything read them. */
export interface Origin {
  /** A file as one stream of uncompressed bytes, or the export of a database. */
  readonly kind: 'file' | 'export';
  /** SHA-256 of the file's uncompressed bytes, or of the export's manifest; hex. */
  readonly sha256: string;
}

/** The rows that a run learns from. */
export interface RowsIdentity extends Origin {
  /** The parts of the feature store that it reads beside its own; absent where there are none. */
  readonly earlier?: {
    readonly parts: number;
    /** SHA-256 of the digests of their origins, one a line, in the order of ingestion; hex. */
    readonly sha256: string;
  };
}

export interface RunIdentity {
  /** SHA-256 of the members below, hex. */
  readonly sha256: string;
  readonly rows: RowsIdentity;
  /** SHA-256 of the resolved configuration, hex. */
  readonly configSha256: string;
  /** Commit or package version of the functions. */
  readonly codeVersion: string;
}

/** Seals what a run is made of with the digest of it all. */
export function runIdentity(madeOf: Omit<RunIdentity, 'sha256'>): RunIdentity {
  const { rows, configSha256, codeVersion } = madeOf;
  const members = { rows, configSha256, codeVersion };
  return { sha256: sha256(encodeJson(members)), ...members };
}

/** Digest of a resolved configuration, hex. */
export const configDigest = (config: object): string => sha256(encodeJson(config));

/**
 * The identity of the rows that a run reads.
 *
 * The same rows ingested twice are the same rows: of two events of one key and time the later part's counts, so that
 * a part changes nothing when its rows come again after it.
 *
 * @param earlier - The parts that the run reads beside its own, in the order of ingestion.
 */
export function rowsIdentity(own: Origin, earlier: readonly Part[]): RowsIdentity {
  const digests = [...earlier.map((part) => originOf(part).sha256), own.sha256];
  const last = digests.filter((digest, at) => digests.lastIndexOf(digest) === at).slice(0, -1);
  const rows: Origin = { kind: own.kind, sha256: own.sha256 };
  return last.length === 0
    ? rows
    : { ...rows, earlier: { parts: last.length, sha256: sha256(`${last.join('\n')}\n`) } };
}

/**
 * The origin of a part; of one that was ingested before origins were kept, the part itself. A part that lost rows since is
 * of other rows than its origin, so that its digest counts too.
 */
export function originOf({ origin, sha256: digest, forgotten = 0 }: Part): Origin {
  if (origin === undefined) return { kind: 'export', sha256: digest };
  return forgotten === 0 ? origin : { kind: origin.kind, sha256: sha256(`${origin.sha256}\n${digest}`) };
}
