import { createHash } from 'node:crypto';
import { RuntimeFailure } from '../core/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Condition, ObjectStore } from '../ports/object-store.ts';

/**
 * Conditional writes that are safe to repeat.
 *
 * A conditional write whose answer is lost looks like a lost race: the retry meets its own first write. So a
 * state object carries the ids of its last operations, and every round reads them before it writes. `seq` and
 * the id make every body different from all earlier ones, without which S3's ETag (a digest of the content)
 * could come back and let a stale writer win.
 */

/** Turns a state into JSON and back. `decode` throws when the JSON is not such a state. */
export interface Codec<T> {
  encode(state: T): unknown;
  decode(json: unknown): T;
}

export interface WritePorts {
  readonly objects: ObjectStore;
  readonly clock: Clock;
  /** Share of the longest delay to wait, 0 to 1. A pure function, so that a run can be replayed. @default fullJitter */
  readonly jitter?: (opId: string, round: number) => number;
}

/**
 * `unknown`: the rounds ran out, and the operation may or may not have happened, now or a little later. Repeat
 * it with the same id to find out; never undo or delete what it may have written.
 */
export type Unknown = { readonly outcome: 'unknown'; readonly cause: unknown };

/** `written` holds the newest state, which may include later operations of others. `unchanged`: nothing to do. */
export type Update<T> =
  | { readonly outcome: 'written'; readonly state: T }
  | { readonly outcome: 'unchanged'; readonly state: T | undefined }
  | Unknown;

/** `conflict`: another object has this key. */
export type Creation = { readonly outcome: 'written' } | { readonly outcome: 'conflict' } | Unknown;

/** A state object as it lies in the store. */
export interface Versioned<T> {
  /** 1 for the first state, one more with each change. */
  readonly seq: number;
  /** Ids of the last operations, oldest first. */
  readonly ops: readonly string[];
  readonly state: T;
  readonly version: string;
}

const SCHEMA_VERSION = 1;
/** An id is forgotten after this many later operations; more than this many writers at once must not be. */
const REMEMBERED_OPERATIONS = 16;
const MAX_ROUNDS = 8;
const MAX_DURATION_MS = 30_000;
const BASE_DELAY_MS = 200;
const MAX_DELAY_MS = 5_000;
const ABSENT = '';

/** A number in [0, 1) from a hash of the operation and the round: spreads writers without any randomness. */
export function fullJitter(opId: string, round: number): number {
  return createHash('sha256').update(`${round}\n${opId}`).digest().readUInt32BE(0) / 2 ** 32;
}

/**
 * Applies `change` to a state object exactly once per `opId`, whatever answers are lost.
 *
 * @param opId - Names the operation, not the attempt: a second delivery brings the same one.
 * @param change - Pure; gets the newest state (undefined when there is none) and returns the next one, or
 *   undefined when there is nothing to do. May be called once per round.
 * @throws RuntimeFailure `state/corrupt`, or a failure of the store that a retry cannot resolve
 */
export async function updateOnce<T>(
  ports: WritePorts,
  key: string,
  opId: string,
  change: (current: T | undefined) => T | undefined,
  codec: Codec<T>,
): Promise<Update<T>> {
  return inRounds<Update<T>>(ports, opId, async (round) => {
    const found = await readState(ports.objects, key, codec);
    if (found?.ops.includes(opId)) return { outcome: 'written', state: found.state };
    if (round.last) return undefined;
    const version = found?.version ?? ABSENT;
    const next = change(found?.state);
    if (next === undefined) {
      // An unanswered write against this very version may still arrive, so nothing can be promised yet.
      return round.unanswered.has(version) ? undefined : { outcome: 'unchanged', state: found?.state };
    }
    const body = encodeState(found, opId, codec.encode(next));
    const condition: Condition = version === ABSENT ? { kind: 'absent' } : { kind: 'version', version };
    const attempt = await ports.objects.tryPut(key, body, condition);
    if (attempt.outcome === 'written') return { outcome: 'written', state: next };
    if (attempt.outcome === 'unknown') round.leftUnanswered(version, attempt.cause);
    return undefined;
  });
}

/**
 * Creates an object that never changes. The same bytes already there count as written, so that a repeated step
 * succeeds; other bytes are a conflict.
 *
 * @param opId - Spreads the waits of different writers.
 */
export async function createOnce(
  ports: WritePorts,
  key: string,
  bytes: Uint8Array,
  opId: string,
): Promise<Creation> {
  return inRounds<Creation>(ports, opId, async (round) => {
    if (!round.last) {
      const attempt = await ports.objects.tryPut(key, bytes, { kind: 'absent' });
      if (attempt.outcome === 'written') return { outcome: 'written' };
      if (attempt.outcome === 'unknown') round.leftUnanswered(ABSENT, attempt.cause);
    }
    const found = await ports.objects.get(key);
    if (found === undefined) return undefined;
    return { outcome: Buffer.compare(found.bytes, bytes) === 0 ? 'written' : 'conflict' };
  });
}

/**
 * Reads a state object that `updateOnce` wrote, or undefined when there is none.
 *
 * @throws RuntimeFailure `state/corrupt`, also when it is not what was written
 */
export async function readState<T>(
  objects: Pick<ObjectStore, 'get'>,
  key: string,
  codec: Codec<T>,
): Promise<Versioned<T> | undefined> {
  const stored = await objects.get(key);
  if (stored === undefined) return undefined;
  try {
    const envelope: unknown = JSON.parse(Buffer.from(stored.bytes).toString('utf8'));
    if (!isEnvelope(envelope)) throw new TypeError('not a state object of schema version 1');
    const { seq, ops, state } = envelope;
    return { seq, ops, state: codec.decode(state), version: stored.version };
  } catch (cause) {
    throw new RuntimeFailure('state/corrupt', `${key} is not a readable state object`, {
      cause,
      fix: 'restore an earlier version of this object; after an edit by hand, remove its sha256',
    });
  }
}

interface Envelope {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly seq: number;
  readonly ops: readonly string[];
  readonly state: unknown;
  /** SHA-256 of the three above, hex; absent in objects before 0.2. */
  readonly sha256?: string;
}

function isEnvelope(json: unknown): json is Envelope {
  if (typeof json !== 'object' || json === null) return false;
  const { schemaVersion, seq, ops, state, sha256 } = json as Partial<Record<keyof Envelope, unknown>>;
  return (
    schemaVersion === SCHEMA_VERSION &&
    (sha256 === undefined || sha256 === digestOf({ seq, ops, state })) &&
    Number.isSafeInteger(seq) &&
    Array.isArray(ops) &&
    ops.every((op) => typeof op === 'string')
  );
}

function encodeState(previous: Versioned<unknown> | undefined, opId: string, state: unknown): Uint8Array {
  const { seq, ops } = previous ?? { seq: 0, ops: [] };
  const next = { seq: seq + 1, ops: [...ops, opId].slice(-REMEMBERED_OPERATIONS), state };
  const envelope: Envelope = { schemaVersion: SCHEMA_VERSION, ...next, sha256: digestOf(next) };
  return Buffer.from(`${JSON.stringify(envelope, null, 2)}\n`);
}

/** A state that was read with a bit of it changed would otherwise be written back for good. */
function digestOf({ seq, ops, state }: Readonly<Record<'seq' | 'ops' | 'state', unknown>>): string {
  return createHash('sha256')
    .update(JSON.stringify([seq, ops, state]))
    .digest('hex');
}

interface Round {
  /** Only look: the writing rounds are used up. */
  readonly last: boolean;
  /** Versions that a write of this operation was conditioned on and whose answer never came. */
  readonly unanswered: ReadonlySet<string>;
  leftUnanswered(version: string, cause: unknown): void;
}

/** Repeats `attempt` until it returns a result, with full-jitter backoff; `unknown` when rounds or time run out. */
export async function inRounds<R>(
  { objects, clock, jitter = fullJitter }: WritePorts,
  opId: string,
  attempt: (round: Round) => Promise<R | undefined>,
): Promise<R | Unknown> {
  const deadline = clock.steady() + MAX_DURATION_MS;
  const unanswered = new Set<string>();
  let cause: unknown = new RuntimeFailure('state/contended', 'other writers won every round', {
    retryable: true,
  });
  for (let round = 0; ; round++) {
    const last = round >= MAX_ROUNDS || clock.steady() >= deadline;
    try {
      const result = await attempt({
        last,
        unanswered,
        leftUnanswered(version, reason) {
          unanswered.add(version);
          cause = reason;
        },
      });
      if (result !== undefined) return result;
    } catch (error) {
      const passing = error instanceof RuntimeFailure && error.retryable;
      // A failure that a retry cannot resolve is thrown, unless an earlier write is still in doubt.
      if (!passing && unanswered.size === 0) throw error;
      cause = error;
      if (!passing) return { outcome: 'unknown', cause };
    }
    if (last) return { outcome: 'unknown', cause };
    const longest = Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** round);
    await clock.sleep((objects.minRewriteMs ?? 0) + jitter(opId, round) * longest);
  }
}
