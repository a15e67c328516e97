/** The registry over the object store: `models/index.json` owns version numbers and status. */

import { RuntimeFailure } from '../core/errors.ts';
import type { VersionRef } from '../core/release/state.ts';
import type { Ports } from '../ports/index.ts';
import type { Approval } from './approvals.ts';
import { readApproval, writeApproval } from './approvals.ts';
import type { Codec, WritePorts } from './conditional-write.ts';
import { readState, updateOnce } from './conditional-write.ts';
import { unknownOutcome } from './json.ts';
import type {
  IndexEntry,
  ModelIndex,
  RegisteredEntry,
  Registration,
  Rejection,
  RewrittenData,
} from './model-index.ts';
import {
  allocate,
  complete,
  EMPTY_INDEX,
  findEntry,
  markApproved,
  markRejected,
  markRewritten,
  requireDecidable,
} from './model-index.ts';

const BUNDLES = 'models/';
const INDEX = `${BUNDLES}index.json`;

const CODEC: Codec<ModelIndex> = {
  encode: (index) => index,
  decode(json) {
    const index = json as ModelIndex | null;
    if (index?.schemaVersion !== 1) throw new TypeError('not a model index of schema version 1');
    return index;
  },
};

/** The versions so far; an empty index before the first. */
export async function readIndex({ objects }: Pick<Ports, 'objects'>): Promise<ModelIndex> {
  return (await readState(objects, INDEX, CODEC))?.state ?? EMPTY_INDEX;
}

/**
 * Gives a run its version number; the same run gets the same one again.
 *
 * @throws RuntimeFailure `registry/fenced` when another run has registered under this fence or a newer one
 */
export async function allocateVersion(storage: WritePorts, registration: Registration): Promise<IndexEntry> {
  // Also where the index was lost, or an old one was brought back: a number is never given twice.
  const highest = Math.max(0, ...(await unlistedVersions(storage)));
  const index = await change(storage, `allocate:${registration.runId}`, (old) =>
    allocate(old, registration, highest),
  );
  return index.versions.find((entry) => entry.runId === registration.runId) as IndexEntry;
}

/** Numbers of the bundles that the index does not list, in ascending order: none, unless the index was lost. */
export async function unlistedVersions({ objects }: Pick<Ports, 'objects'>): Promise<readonly number[]> {
  const listed = new Set((await readIndex({ objects })).versions.map(({ version }) => version));
  const found = new Set<number>();
  for await (const key of objects.list(BUNDLES)) {
    const version = Number(/^models\/([1-9]\d*)\//.exec(key)?.[1]);
    if (Number.isSafeInteger(version) && !listed.has(version)) found.add(version);
  }
  return [...found].sort((a, b) => a - b);
}

/**
 * Makes a version visible once its bundle is whole: `pending`, or `failed-validation`.
 *
 * @throws RuntimeFailure `registry/not-found`, `registry/fenced` when a newer run registered meanwhile
 */
export async function completeVersion(
  storage: WritePorts,
  version: number,
  digest: string,
): Promise<RegisteredEntry> {
  const index = await change(storage, `complete:${version}`, (old) => complete(old, version, digest));
  return findEntry(index, version) as RegisteredEntry;
}

export interface ApprovalRequest extends Pick<Approval, 'version' | 'by' | 'at' | 'how'> {
  /** Refuse the identity that trained the version, as production should. */
  readonly approverMustDiffer: boolean;
}

/**
 * Approves a version. Twice is once; the first approval stands and is returned.
 *
 * @throws RuntimeFailure `registry/not-found`, `registry/registering`, `registry/failed-validation`,
 *   `registry/rejected`, `registry/same-identity`
 */
export async function approve(storage: WritePorts, request: ApprovalRequest): Promise<Approval> {
  const { version, by, at, how, approverMustDiffer } = request;
  const index = await readIndex(storage);
  const { digest, lineage } = requireDecidable(index, version);
  markApproved(index, version);
  if (approverMustDiffer && by === lineage.trainedBy) {
    throw new RuntimeFailure(
      'registry/same-identity',
      `${by} trained version ${version} and cannot approve it`,
      {
        fix: 'ask another approver',
      },
    );
  }
  // The record first: a version whose status is approved always has one.
  const approval = await writeApproval(storage, { schemaVersion: 1, version, digest, by, at, how });
  await change(storage, `approve:${version}`, (old) => markApproved(old, version));
  return approval;
}

/**
 * Rejects a version, approved or not. Twice is once; the first reason stands. It never comes back.
 *
 * @throws RuntimeFailure `registry/not-found`, `registry/registering`, `registry/failed-validation`
 */
export async function reject(
  storage: WritePorts,
  version: number,
  rejection: Rejection,
): Promise<RegisteredEntry> {
  const index = await change(storage, `reject:${version}`, (old) => markRejected(old, version, rejection));
  return requireDecidable(index, version);
}

/** Refers the versions of a run to the rows that are left of its training. Twice is once. */
export async function rewriteData(
  storage: WritePorts,
  runId: string,
  rewritten: RewrittenData,
): Promise<void> {
  const opId = `rewrite:${runId}:${rewritten.snapshotId}:${rewritten.sha256}`;
  await change(storage, opId, (old) => markRewritten(old, runId, rewritten));
}

/**
 * Returns a version that may be released: it passed its gate, and its approval names the same bundle.
 *
 * @throws RuntimeFailure `registry/not-found`, `registry/not-approved`
 */
export async function requireApproved(
  { objects }: Pick<Ports, 'objects'>,
  version: number,
): Promise<VersionRef> {
  const { status, digest, evaluation } = findEntry(await readIndex({ objects }), version);
  const approval = await readApproval({ objects }, version);
  if (status !== 'approved' || digest === null || !evaluation.passed || approval?.digest !== digest) {
    throw new RuntimeFailure('registry/not-approved', `version ${version} is ${status}`, {
      fix: `mlops approve <model> ${version} --by NAME`,
    });
  }
  return { version, digest };
}

async function change(
  storage: WritePorts,
  opId: string,
  step: (index: ModelIndex) => ModelIndex,
): Promise<ModelIndex> {
  let seen = EMPTY_INDEX;
  const result = await updateOnce<ModelIndex>(
    storage,
    INDEX,
    opId,
    (stored = EMPTY_INDEX) => {
      seen = step(stored);
      return seen === stored ? undefined : seen;
    },
    CODEC,
  );
  if (result.outcome === 'unknown') throw unknownOutcome(INDEX, result.cause);
  return result.outcome === 'written' ? result.state : seen;
}
