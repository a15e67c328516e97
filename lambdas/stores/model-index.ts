/**
 * `models/index.json`: which versions there are, their numbers and their status. Pure steps from one index to
 * the next; `models.ts` applies them with conditional writes.
 */

import { RuntimeFailure } from '../core/errors.ts';
import type { VersionStatus } from '../ports/index.ts';
import type { Origin } from './identity.ts';
import type { Estimate } from './runs.ts';

export interface IndexEntry {
  /** From 1, strictly increasing, never used again. */
  readonly version: number;
  readonly runId: string;
  readonly fence: number;
  /** `registering` until the bundle is whole. */
  readonly status: 'registering' | VersionStatus;
  /** sha256 of the bundle's manifest, hex; null while registering. */
  readonly digest: string | null;
  /** When the number was given, ms since 1970. */
  readonly createdAt: number;
  readonly evaluation: {
    readonly primary: { readonly name: string } & Estimate;
    readonly passed: boolean;
    readonly reasons: readonly string[];
  };
  readonly lineage: {
    readonly trainedBy: string;
    readonly codeVersion: string;
    readonly dataSha256: string;
    /** Digest of all that its run was made of, and the rows among it; absent in entries before 0.2. */
    readonly identity?: string;
    readonly rows?: Origin;
    /** The snapshot as it is since rows of a person were deleted from it; `dataSha256` stays that of the training. */
    readonly rewritten?: RewrittenData;
  };
  /** Only for a rejected version. */
  readonly rejection?: Rejection;
}

/** The rows of a training without those that were deleted since. */
export interface RewrittenData {
  readonly snapshotId: string;
  /** SHA-256 of its manifest, hex; null where the whole snapshot was deleted. */
  readonly sha256: string | null;
}

export interface ModelIndex {
  readonly schemaVersion: 1;
  /** The last number given, even if its entry were removed. */
  readonly lastVersion: number;
  /** The greatest fence that a version was registered under; fences begin at 1. */
  readonly newestFence: number;
  /** In ascending order of version. */
  readonly versions: readonly IndexEntry[];
}

export const EMPTY_INDEX: ModelIndex = { schemaVersion: 1, lastVersion: 0, newestFence: 0, versions: [] };

/** Who said that a version must not serve, and why. */
export interface Rejection {
  readonly by: string;
  /** ms since 1970. */
  readonly at: number;
  readonly reason: string;
}

/** Facts that a run supplies to get a version number. */
export type Registration = Pick<IndexEntry, 'runId' | 'fence' | 'createdAt' | 'evaluation' | 'lineage'>;

/** A version whose bundle is whole. */
export type RegisteredEntry = IndexEntry & { readonly status: VersionStatus; readonly digest: string };

/**
 * Gives the run a number: one more than the last. A run that has one keeps it.
 *
 * @param highest - The greatest number that a bundle has which the index does not list.
 * @throws RuntimeFailure `registry/fenced` when another run has registered under this fence or a newer one
 */
export function allocate(index: ModelIndex, registration: Registration, highest = 0): ModelIndex {
  const own = index.versions.find((entry) => entry.runId === registration.runId);
  if (own) {
    requireNewest(index, own);
    return index;
  }
  if (registration.fence <= index.newestFence) throw fenced(registration, index);
  const version = Math.max(index.lastVersion, highest) + 1;
  const entry: IndexEntry = { ...registration, version, status: 'registering', digest: null };
  return {
    ...index,
    lastVersion: version,
    newestFence: registration.fence,
    versions: [...index.versions, entry],
  };
}

/**
 * The bundle is whole: the version gets its digest and becomes visible.
 *
 * @throws RuntimeFailure `registry/fenced` when a newer run has registered meanwhile
 */
export function complete(index: ModelIndex, version: number, digest: string): ModelIndex {
  const entry = findEntry(index, version);
  if (entry.digest) return index;
  requireNewest(index, entry);
  return replaceEntry(index, {
    ...entry,
    digest,
    status: entry.evaluation.passed ? 'pending' : 'failed-validation',
  });
}

/** @throws RuntimeFailure as `requireDecidable` does, and `registry/rejected` */
export function markApproved(index: ModelIndex, version: number): ModelIndex {
  const entry = requireDecidable(index, version);
  if (entry.status === 'rejected') {
    throw new RuntimeFailure('registry/rejected', `version ${version} was rejected`, {
      fix: 'train again: a rejected version does not come back',
    });
  }
  return entry.status === 'approved' ? index : replaceEntry(index, { ...entry, status: 'approved' });
}

/** Refers the versions of a run to the rows that are left of its training. */
export function markRewritten(index: ModelIndex, runId: string, rewritten: RewrittenData): ModelIndex {
  const isOld = ({ lineage }: IndexEntry) =>
    lineage.rewritten?.snapshotId !== rewritten.snapshotId || lineage.rewritten.sha256 !== rewritten.sha256;
  if (!index.versions.some((entry) => entry.runId === runId && isOld(entry))) return index;
  const versions = index.versions.map((entry) =>
    entry.runId === runId ? { ...entry, lineage: { ...entry.lineage, rewritten } } : entry,
  );
  return { ...index, versions };
}

/** @throws RuntimeFailure as `requireDecidable` does */
export function markRejected(index: ModelIndex, version: number, rejection: Rejection): ModelIndex {
  const entry = requireDecidable(index, version);
  return entry.status === 'rejected'
    ? index
    : replaceEntry(index, { ...entry, status: 'rejected', rejection });
}

/**
 * The entry of a version that a person may decide on.
 *
 * @throws RuntimeFailure `registry/not-found`, `registry/registering`, `registry/failed-validation`
 */
export function requireDecidable(index: ModelIndex, version: number): RegisteredEntry {
  const entry = findEntry(index, version);
  if (!isRegistered(entry)) {
    throw new RuntimeFailure('registry/registering', `version ${version} is not whole yet`, {
      fix: 'wait for the end of its training run, or start it again',
    });
  }
  if (entry.status === 'failed-validation') {
    const reasons = entry.evaluation.reasons.join('; ');
    throw new RuntimeFailure(
      'registry/failed-validation',
      `version ${version} failed validation: ${reasons}`,
    );
  }
  return entry;
}

/** @throws RuntimeFailure `registry/not-found` */
export function findEntry(index: ModelIndex, version: number): IndexEntry {
  const entry = index.versions.find((candidate) => candidate.version === version);
  if (entry) return entry;
  throw new RuntimeFailure('registry/not-found', `version ${version} does not exist`, {
    fix: `versions so far: ${index.versions.map((candidate) => candidate.version).join(', ') || 'none'}`,
  });
}

export function isRegistered(entry: IndexEntry): entry is RegisteredEntry {
  return entry.digest !== null;
}

/**
 * Whether a version will never be whole: its run ended before its bundle was written, and a newer run has registered
 * since. Its number stays taken, and nothing refers to it.
 */
export function isGivenUp({ newestFence }: ModelIndex, entry: IndexEntry): boolean {
  return !isRegistered(entry) && entry.fence < newestFence;
}

function replaceEntry(index: ModelIndex, entry: IndexEntry): ModelIndex {
  const versions = index.versions.map((old) => (old.version === entry.version ? entry : old));
  return { ...index, versions };
}

function requireNewest(index: ModelIndex, entry: IndexEntry): void {
  if (isGivenUp(index, entry)) throw fenced(entry, index);
}

function fenced({ runId, fence }: Registration, { newestFence }: ModelIndex): RuntimeFailure {
  return new RuntimeFailure(
    'registry/fenced',
    `run ${runId} holds fence ${fence}; ${newestFence} has registered`,
    {
      fix: 'nothing: a newer run took over, and its version counts',
    },
  );
}
