/**
 * Records of deletions: `forgotten/<id>.json`, one for each person. The id is a pseudonym of the key that nothing else is
 * recorded under, so that a deletion which stopped is found again and a repeated one is known.
 */

import type { Ports } from '../ports/index.ts';
import { type Codec, readState, updateOnce, type WritePorts } from './conditional-write.ts';
import { unknownOutcome } from './json.ts';
import { pseudonym } from './pseudonym.ts';

export interface ForgottenRecord {
  readonly schemaVersion: 1;
  readonly id: string;
  /** ms since 1970; null while a deletion is not complete. */
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** Rows that were found, by prefix of their objects. */
  readonly rows: Readonly<Record<string, number>>;
  /** Versions that had learnt from rows of the person. */
  readonly versions: readonly number[];
}

/** Id of the record of a key. */
export const forgottenId = (key: string, secret: string): string => pseudonym(`forgotten\n${key}`, secret);

const recordKey = (id: string) => `forgotten/${id}.json`;

const CODEC: Codec<ForgottenRecord> = {
  encode: (record) => record,
  decode(json) {
    const record = json as ForgottenRecord | null;
    if (record?.schemaVersion !== 1) throw new TypeError('not a record of a deletion of schema version 1');
    return record;
  },
};

/** The record of a person; undefined where none was forgotten under this id. */
export async function readForgotten(
  { objects }: Pick<Ports, 'objects'>,
  id: string,
): Promise<ForgottenRecord | undefined> {
  return (await readState(objects, recordKey(id), CODEC))?.state;
}

/** Begins a deletion. One that is not complete stays, with what it found first: what is left then is less. */
export function beginForgotten(
  storage: WritePorts,
  found: Pick<ForgottenRecord, 'id' | 'startedAt' | 'rows' | 'versions'>,
): Promise<ForgottenRecord> {
  return change(storage, found.id, `begin:${found.startedAt}`, (current) => {
    if (current?.endedAt === null) return undefined;
    const versions = [...new Set([...(current?.versions ?? []), ...found.versions])].sort((a, b) => a - b);
    return { schemaVersion: 1, ...found, endedAt: null, versions };
  });
}

/** Ends a deletion; twice is once. */
export function endForgotten(storage: WritePorts, id: string, endedAt: number): Promise<ForgottenRecord> {
  return change(storage, id, `end:${endedAt}`, (current) =>
    current?.endedAt === null ? { ...current, endedAt } : undefined,
  );
}

async function change(
  storage: WritePorts,
  id: string,
  opId: string,
  step: (current: ForgottenRecord | undefined) => ForgottenRecord | undefined,
): Promise<ForgottenRecord> {
  const result = await updateOnce<ForgottenRecord>(storage, recordKey(id), opId, step, CODEC);
  if (result.outcome === 'unknown') throw unknownOutcome(recordKey(id), result.cause);
  return result.state as ForgottenRecord; // it was begun by this call or an earlier one
}
