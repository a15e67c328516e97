/** Deletes the rows of one person from everything that a model has stored. */

import type { ModelConfig } from '../core/config.ts';
import { RuntimeFailure } from '../core/errors.ts';
import { endRun, takeLease } from '../lease/lease.ts';
import type { Ports } from '../ports/index.ts';
import { featureGroups, readFeatures } from '../stores/features.ts';
import {
  beginForgotten,
  endForgotten,
  type ForgottenRecord,
  forgottenId,
  readForgotten,
} from '../stores/forgotten.ts';
import type { RewrittenData } from '../stores/model-index.ts';
import { readIndex } from '../stores/models.ts';
import { pseudonym } from '../stores/pseudonym.ts';
import { type Finding, type ForgetContext, ROW_PREFIXES, type Survey, type Unread } from './finding.ts';
import { surveyQuarantine, surveyRecords } from './lines.ts';
import { surveySnapshots } from './snapshots.ts';
import { surveyTables } from './tables.ts';

/** Former versions of objects, in a store that keeps some: what was replaced and deleted is in them. */
export interface FormerVersions {
  /** How many there are of objects that hold rows. */
  count(): Promise<number>;
  /** Deletes these for good. @returns how many */
  purge(onDeleted: (count: number) => void): Promise<number>;
}

export interface ForgetOptions {
  readonly ports: Pick<Ports, 'objects' | 'clock' | 'online' | 'logger'>;
  readonly config: ModelConfig;
  /** Value of the key column, exactly. */
  readonly key: string;
  /** The scoring service's, which predictions and outcomes are recorded by. */
  readonly secret: string;
  /** Changes nothing. @default false */
  readonly dryRun?: boolean;
  /** @default - the store keeps none */
  readonly former?: FormerVersions;
  /** Called with the work under way, for a progress line. @default - nobody */
  readonly onStep?: (doing: string) => void;
}

/** A version that learnt from rows of the person. */
export interface LearntVersion {
  readonly version: number;
  /** SHA-256 of its snapshot's manifest when it was trained, hex. */
  readonly dataSha256: string;
  /** Its snapshot without the rows; undefined in a dry run. */
  readonly rewritten?: RewrittenData;
}

export interface ForgetReport {
  readonly model: string;
  /** Id of the record, `forgotten/<id>.json`; the key is nowhere in it. */
  readonly id: string;
  readonly dryRun: boolean;
  /** End of an earlier deletion of the same person, ms since 1970; null without one. */
  readonly forgottenAt: number | null;
  /** Objects with rows of the person that were found, by prefix, and their rows. */
  readonly found: readonly { readonly prefix: string; readonly objects: number; readonly rows: number }[];
  /** Whether the online store had the key. */
  readonly online: boolean;
  readonly versions: readonly LearntVersion[];
  /** Former versions of objects that were deleted, or would be. */
  readonly formerVersions: number;
  /** Rows that stay because nobody can tell whose they are. */
  readonly unread: readonly Unread[];
  /** Predictions that requests with this key made since the last were deleted: 0 where no client asks for the person. */
  readonly arriving: number;
}

/** A second survey verifies the first; another one follows what functions wrote meanwhile. */
const MAX_PASSES = 4;

/**
 * Finds every row of a key, deletes it, and verifies by a second survey that none is left. Other rows stay byte for byte.
 * Runs under the lease of the trainings, so that none writes rows meanwhile. Stopped anywhere and repeated, it comes to
 * the same end; of two at once for one person each finds the other's work done.
 *
 * @throws RuntimeFailure `forget/unknown-key`, `forget/written-meanwhile` (retryable), `pipeline/busy` (retryable) while a
 *   training or the deletion of another person runs, and what the stores throw
 */
export async function runForget(options: ForgetOptions): Promise<ForgetReport> {
  const { ports, config, key, secret, dryRun = false, onStep = () => {} } = options;
  const id = forgottenId(key, secret);
  const context: ForgetContext = { ports, config, subject: { key, pseudonym: pseudonym(key, secret) } };
  if (dryRun) {
    const found = await surveyAll(context, onStep);
    const record = await readForgotten(ports, id);
    requireKnown(found, record, config);
    return report(options, id, { found, record, formerVersions: (await options.former?.count()) ?? 0 });
  }
  const owner = `forget-${id}`;
  const fence = await takeLease(ports, owner);
  try {
    return await forget(options, context, id);
  } finally {
    await endRun(ports, { runId: owner, fence });
  }
}

async function forget(options: ForgetOptions, context: ForgetContext, id: string): Promise<ForgetReport> {
  const { ports, config, former, onStep = () => {} } = options;
  const first = await surveyAll(context, onStep);
  const before = await readForgotten(ports, id);
  requireKnown(first, before, config);
  if (isEmpty(first) && before !== undefined && before.endedAt !== null)
    return report(options, id, { found: first, record: before, formerVersions: 0 });
  const versions = (await learntVersions(ports, first.findings)).map(({ version }) => version);
  const startedAt = ports.clock.now();
  await beginForgotten(ports, { id, startedAt, rows: rowsByPrefix(first.findings), versions });
  let left = first;
  for (let pass = 0; !isEmpty(left) && !(pass > 1 && isArriving(left)); pass += 1) {
    if (pass === MAX_PASSES) throw writtenMeanwhile(left);
    await clear(context, left, onStep);
    left = await surveyAll(context, onStep);
  }
  onStep('deletes former versions of objects');
  const formerVersions =
    (await former?.purge((count) => onStep(`deleted ${count} former versions of objects`))) ?? 0;
  const record = await endForgotten(ports, id, ports.clock.now());
  ports.logger.info('forget.done', { id, rows: sum(Object.values(record.rows)) });
  const found = { ...first, unread: left.unread };
  const arriving = sum(left.findings.map(({ rows }) => rows));
  return {
    ...(await report(options, id, { found, record: before, ended: record, formerVersions })),
    arriving,
  };
}

/** Everything of the person. */
interface Found extends Survey {
  readonly online: boolean;
}

/** Whether only predictions are left: a client still asks for the person, and each answer is recorded. */
const isArriving = ({ findings, online }: Found): boolean =>
  !online && findings.every(({ prefix }) => prefix === 'predictions');

const isEmpty = ({ findings, online }: Found): boolean => findings.length === 0 && !online;

async function surveyAll(context: ForgetContext, onStep: (doing: string) => void): Promise<Found> {
  const { ports, config, subject } = context;
  const surveys: Survey[] = [];
  const look = async (prefix: string, survey: Promise<Survey>) => {
    onStep(`reads ${prefix}/`);
    const found = await survey;
    surveys.push(found);
    return found;
  };
  const features = await look('features', surveyTables(context, 'features'));
  await look('snapshots', surveySnapshots(context, await ingestedBy(context, features.findings)));
  for (const prefix of ['batch', 'prepared', 'exports'] as const)
    await look(prefix, surveyTables(context, prefix));
  for (const prefix of ['truth', 'predictions'] as const) await look(prefix, surveyRecords(context, prefix));
  await look('quarantine', surveyQuarantine(context));
  const online = config.serving.online?.byKey === true && (await ports.online.get(subject.key)) !== undefined;
  return {
    findings: surveys.flatMap(({ findings }) => findings),
    unread: [...surveys.flatMap(({ unread }) => unread), ...(await undelivered(ports))],
    online,
  };
}

/** Records that a cloud's stream could not deliver, in a form of its own. */
async function undelivered({ objects }: ForgetContext['ports']): Promise<readonly Unread[]> {
  const found: Unread[] = [];
  for await (const object of objects.list('undelivered/'))
    found.push({ prefix: 'undelivered', object, rows: 0, why: 'records that the stream could not deliver' });
  return found;
}

/** Whether a run learnt from a part of the feature store that has rows of the person. */
async function ingestedBy(
  { ports }: ForgetContext,
  findings: readonly Finding[],
): Promise<(runId: string) => boolean> {
  const own = new Set(findings.map(({ object }) => object));
  const known = new Map<string, boolean>();
  for (const group of await featureGroups(ports)) {
    let seen = false;
    for (const { key, runId } of (await readFeatures(ports, group))?.parts ?? []) {
      seen ||= own.has(key);
      known.set(runId, seen);
    }
  }
  return (runId) => known.get(runId) ?? own.size > 0;
}

/** Deletes what was found: snapshots first, because the feature store tells which runs learnt from the person. */
async function clear(
  { ports, config, subject }: ForgetContext,
  found: Found,
  onStep: (doing: string) => void,
) {
  if (found.online && config.serving.online?.byKey === true) await ports.online.delete(subject.key);
  const ordered = ROW_PREFIXES.flatMap((prefix) => found.findings.filter((one) => one.prefix === prefix));
  for (const [index, { object, remove }] of ordered.entries()) {
    onStep(`deletes rows, object ${index + 1} of ${ordered.length}: ${object}`);
    await remove();
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

const rowsByPrefix = (findings: readonly Finding[]): Readonly<Record<string, number>> =>
  Object.fromEntries([...countByPrefix(findings)].map(({ prefix, rows }) => [prefix, rows]));

function countByPrefix(findings: readonly Finding[]): ForgetReport['found'] {
  return ROW_PREFIXES.flatMap((prefix) => {
    const own = findings.filter((one) => one.prefix === prefix);
    return own.length === 0 ? [] : [{ prefix, objects: own.length, rows: sum(own.map(({ rows }) => rows)) }];
  });
}

async function learntVersions(ports: ForgetOptions['ports'], findings: readonly Finding[]) {
  const runs = new Set(findings.flatMap(({ runId }) => (runId === undefined ? [] : [runId])));
  return (await readIndex(ports)).versions.filter(({ runId }) => runs.has(runId));
}

async function report(
  { ports, config, dryRun = false }: ForgetOptions,
  id: string,
  {
    found,
    record,
    ended,
    formerVersions,
  }: {
    readonly found: Found;
    readonly record: ForgottenRecord | undefined;
    readonly ended?: ForgottenRecord;
    readonly formerVersions: number;
  },
): Promise<ForgetReport> {
  const numbers = new Set([
    ...(await learntVersions(ports, found.findings)).map(({ version }) => version),
    ...((ended ?? record)?.versions ?? []),
  ]);
  const versions = (await readIndex(ports)).versions
    .filter(({ version }) => numbers.has(version))
    .map(({ version, lineage: { dataSha256, rewritten } }) => ({
      version,
      dataSha256,
      ...(rewritten && { rewritten }),
    }));
  return {
    model: config.name,
    id,
    dryRun,
    forgottenAt: record?.endedAt ?? null,
    found: countByPrefix(found.findings),
    online: found.online,
    versions,
    formerVersions,
    unread: found.unread,
    arriving: 0,
  };
}

function requireKnown(
  found: Found,
  record: ForgottenRecord | undefined,
  { source, name }: ModelConfig,
): void {
  if (!isEmpty(found) || record !== undefined) return;
  // Without the key: this message may be logged.
  throw new RuntimeFailure(
    'forget/unknown-key',
    `no stored row of ${name} has this value in '${source.key}'`,
    {
      fix: `give the value of '${source.key}' exactly as the rows have it: case, spaces and leading zeros count`,
    },
  );
}

const writtenMeanwhile = ({ findings }: Found): RuntimeFailure =>
  new RuntimeFailure(
    'forget/written-meanwhile',
    `${findings.length} objects with rows of the person were written while others were deleted`,
    { retryable: true, fix: 'run it again when no batch and no collection of outcomes runs' },
  );
