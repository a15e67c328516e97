/** Encoded rows of a person in the snapshots of trainings, found by the keys beside them. */

import { createLineDropper } from '../core/csv/drop-rows.ts';
import { readGzip, writeGzip } from '../stores/gzip.ts';
import { createFile, encodeJson, sha256 } from '../stores/json.ts';
import { rewriteData } from '../stores/models.ts';
import { readSnapshot, type Snapshot, type SnapshotManifest, snapshotKey } from '../stores/snapshots.ts';
import { type Finding, type ForgetContext, keysOf, type Survey, unlessGone } from './finding.ts';

const HALVES = ['train', 'holdout'] as const;
/** Name of a snapshot: that of its run; after a deletion also the digests of the one before it and of the deleted rows. */
const NAME = /^(.*?)(?:\.f([0-9a-f]{8})[0-9a-f]{8})?$/;
const MANIFEST = '_manifest.json';

/**
 * Finds the snapshots with rows of the person. A snapshot is written anew without them, under a new id and digest, and
 * the index of the versions refers to it.
 *
 * Snapshots of before keys were kept are deleted whole if the person's rows were ingested by the run or before it.
 *
 * @param ingestedBy - Whether a run learnt from a part of the feature store with rows of the person.
 */
export async function surveySnapshots(
  context: ForgetContext,
  ingestedBy: (runId: string) => boolean,
): Promise<Survey> {
  const files = new Map<string, string[]>();
  for (const key of await keysOf(context.ports, 'snapshots')) {
    const [, id = ''] = key.split('/');
    files.set(id, [...(files.get(id) ?? []), key]);
  }
  const snapshots = new Map<string, Snapshot>();
  for (const id of files.keys()) {
    const found = await readSnapshot(context.ports, id);
    if (found !== undefined) snapshots.set(id, found);
  }
  const successors = new Map(
    [...snapshots.values()].flatMap((one) =>
      one.manifest.replaces ? [[one.manifest.replaces.id, one]] : [],
    ),
  );
  const findings: Finding[] = [];
  for (const [id, keys] of files) {
    if (isUnderWay(id, snapshots)) continue;
    const found = await findIn(
      context,
      { id, keys, snapshot: snapshots.get(id), successor: successors.get(id) },
      ingestedBy,
    );
    if (found !== undefined) findings.push(found);
  }
  return { findings, unread: [] };
}

/** Whether a deletion that is not complete, or that runs at the same time, writes this snapshot. */
function isUnderWay(id: string, snapshots: ReadonlyMap<string, Snapshot>): boolean {
  const before = NAME.exec(id)?.[2];
  if (before === undefined || snapshots.has(id)) return false;
  return [...snapshots.values()].some(({ sha256: digest }) => digest.startsWith(before));
}

interface Stored {
  readonly id: string;
  readonly keys: readonly string[];
  /** Undefined where a training stopped before it was whole. */
  readonly snapshot: Snapshot | undefined;
  /** The snapshot that was made of it when a deletion was interrupted. */
  readonly successor: Snapshot | undefined;
}

async function findIn(
  context: ForgetContext,
  { id, keys, snapshot, successor }: Stored,
  ingestedBy: (runId: string) => boolean,
): Promise<Finding | undefined> {
  const runId = NAME.exec(id)?.[1] ?? id;
  const found = { prefix: 'snapshots', object: `snapshots/${id}`, runId } as const;
  const erase = (next: Snapshot | null) => async () => {
    if (snapshot !== undefined)
      await rewriteData(context.ports, runId, {
        snapshotId: next?.manifest.id ?? id,
        sha256: next?.sha256 ?? null,
      });
    // The manifest last, so that an interrupted deletion is found again.
    for (const key of [...keys].sort((a, b) => Number(a.endsWith(MANIFEST)) - Number(b.endsWith(MANIFEST))))
      await context.ports.objects.delete(key);
  };
  if (successor !== undefined) return { ...found, rows: 0, remove: erase(successor) };
  if (snapshot?.manifest.train.keysSha256 === undefined)
    return ingestedBy(runId) ? { ...found, rows: 0, remove: erase(null) } : undefined;
  const own = await ownRows(context, snapshot.manifest);
  const rows = own.train.size + own.holdout.size;
  if (rows === 0) return undefined;
  return {
    ...found,
    rows,
    remove: () => unlessGone(async () => erase(await rewritten(context, snapshot, own))()),
  };
}

type OwnRows = Readonly<Record<(typeof HALVES)[number], ReadonlySet<number>>>;

/** Numbers of the person's rows. */
async function ownRows({ ports, subject }: ForgetContext, manifest: SnapshotManifest): Promise<OwnRows> {
  const wanted = JSON.stringify(subject.key);
  const rowsOf = async (half: (typeof HALVES)[number]) => {
    const own = new Set<number>();
    const lines = createLineDropper((line, index) => {
      if (line === wanted) own.add(index);
      return false;
    });
    const { keysSha256 } = manifest[half];
    for await (const chunk of readGzip(
      ports.objects,
      snapshotKey(manifest.id, `${half}.keys.gz`),
      keysSha256,
    ))
      lines.push(chunk);
    lines.end();
    return own;
  };
  return { train: await rowsOf('train'), holdout: await rowsOf('holdout') };
}

/** Writes the snapshot without some rows; the same again writes the same. */
async function rewritten(
  { ports }: ForgetContext,
  { manifest, sha256: digest }: Snapshot,
  own: OwnRows,
): Promise<Snapshot> {
  const { objects } = ports;
  const deleted = sha256(HALVES.map((half) => [...own[half]].join(' ')).join('\n'));
  const run = NAME.exec(manifest.id)?.[1] ?? manifest.id;
  const id = `${run}.f${digest.slice(0, 8)}${deleted.slice(0, 8)}`;
  const copy = (name: string, hash: string | undefined, rows: ReadonlySet<number>) => {
    async function* kept(): AsyncGenerator<Uint8Array> {
      const lines = createLineDropper((_, index) => rows.has(index));
      for await (const chunk of readGzip(objects, snapshotKey(manifest.id, name), hash))
        yield lines.push(chunk);
      yield lines.end();
    }
    return writeGzip(objects, snapshotKey(id, name), kept());
  };
  const half = async (name: (typeof HALVES)[number]) => {
    const { rows, sha256: hash, keysSha256 } = manifest[name];
    const written = await copy(`${name}.csv.gz`, hash, own[name]);
    const keys = await copy(`${name}.keys.gz`, keysSha256, own[name]);
    return { rows: rows - own[name].size, ...written, keysSha256: keys.sha256 };
  };
  const next: SnapshotManifest = {
    ...manifest,
    id,
    train: await half('train'),
    holdout: await half('holdout'),
    replaces: { id: manifest.id, sha256: digest, rows: own.train.size + own.holdout.size },
  };
  for (const name of ['columns.json', 'features.json']) {
    const stored = await objects.get(snapshotKey(manifest.id, name));
    if (stored !== undefined) await createFile(ports, snapshotKey(id, name), stored.bytes);
  }
  const bytes = encodeJson(next);
  await createFile(ports, snapshotKey(id, MANIFEST), bytes);
  return { manifest: next, sha256: sha256(bytes) };
}
