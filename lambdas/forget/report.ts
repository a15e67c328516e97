/** The result of a deletion, for the person who asked for it. */

import type { ModelConfig } from '../core/config.ts';
import type { Ports } from '../ports/index.ts';
import type { ForgottenRecord } from '../stores/forgotten.ts';
import type { RewrittenData } from '../stores/model-index.ts';
import { readIndex } from '../stores/models.ts';
import { type Finding, ROW_PREFIXES, type Unread } from './finding.ts';
import type { Found } from './survey.ts';

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

interface ReportOptions {
  readonly ports: Pick<Ports, 'objects'>;
  readonly config: Pick<ModelConfig, 'name'>;
  readonly dryRun?: boolean;
}

export const totalOf = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** Rows that were found, by prefix. */
export const rowsByPrefix = (findings: readonly Finding[]): Readonly<Record<string, number>> =>
  Object.fromEntries([...countByPrefix(findings)].map(({ prefix, rows }) => [prefix, rows]));

function countByPrefix(findings: readonly Finding[]): ForgetReport['found'] {
  return ROW_PREFIXES.flatMap((prefix) => {
    const own = findings.filter((one) => one.prefix === prefix);
    return own.length === 0
      ? []
      : [{ prefix, objects: own.length, rows: totalOf(own.map(({ rows }) => rows)) }];
  });
}

/** Registered versions whose runs learnt from the person. */
export async function learntVersions(ports: Pick<Ports, 'objects'>, findings: readonly Finding[]) {
  const runs = new Set(findings.flatMap(({ runId }) => (runId === undefined ? [] : [runId])));
  return (await readIndex(ports)).versions.filter(({ runId }) => runs.has(runId));
}

/** The report of a deletion, or of a dry run. */
export async function report(
  { ports, config, dryRun = false }: ReportOptions,
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
