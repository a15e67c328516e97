import { createHash } from 'node:crypto';
import { RuntimeFailure } from '../../lambdas/core/errors.ts';
import type { Clock } from '../../lambdas/ports/clock.ts';
import { checkKey, checkPrefix } from '../../lambdas/ports/object-key.ts';
import type {
  Condition,
  ConditionalWrite,
  ObjectStore,
  StoredObject,
} from '../../lambdas/ports/object-store.ts';

/**
 * In-memory object storage that answers a conditional write with the status and code of each cloud, and loses
 * answers on request. `conditionalWrite` is the specification of how a status is understood; the adapters of the
 * clouds are tested against the same table.
 *
 * Sources: S3 "Conditional requests" and "Error responses"; Cloud Storage "Request preconditions" and "Quotas"
 * (one write per second to the same object name); Blob Storage "Specifying conditional headers" and error codes.
 */
export type Cloud = 's3' | 'gcs' | 'azure';

/** What came back over HTTP, or that nothing did. */
export type Answer =
  | { readonly status: number; readonly code?: string; readonly version?: string }
  | { readonly lost: Error };

/** How an answer to a conditional PUT is understood. */
export function conditionalWrite(cloud: Cloud, condition: Condition, answer: Answer): ConditionalWrite {
  if ('lost' in answer) return { outcome: 'unknown', cause: answer.lost };
  const { status, code, version } = answer;
  if (version !== undefined && status >= 200 && status < 300) return { outcome: 'written', version };
  if (status === 412) return { outcome: 'conflict' };
  // If-Match on an object that is gone.
  if (status === 404 && cloud === 's3' && condition.kind === 'version') return { outcome: 'conflict' };
  if (status === 409 && cloud === 'azure' && code === 'BlobAlreadyExists') return { outcome: 'conflict' };
  const cause = new Error(`${status} ${code ?? ''}`);
  // 409 on S3 (ConditionalRequestConflict, OperationAborted): not judged, nothing was written.
  if (status === 409 || status === 429) {
    throw new RuntimeFailure('objects/busy', `${cloud} answered ${cause.message}`, {
      retryable: true,
      cause,
    });
  }
  if (status >= 500) return { outcome: 'unknown', cause };
  const what = status === 401 || status === 403 ? 'objects/forbidden' : 'objects/refused';
  throw new RuntimeFailure(what, `${cloud} answered ${cause.message}`, { cause });
}

/** What the network does to one conditional write. */
export type Fault =
  | 'none'
  /** The request never arrives; the caller sees a reset connection. */
  | 'lost-request'
  /** Performed; the answer never arrives. */
  | 'lost-answer'
  /** The caller sees a reset connection now, and the request is performed later. */
  | 'late'
  /** Delivered twice; the caller sees the second answer, as behind a client that retries by itself. */
  | 'twice'
  /** 503 with nothing written. */
  | 'unavailable'
  /** 409 ConditionalRequestConflict on S3, 429 elsewhere, with nothing written. */
  | 'throttle';

export interface FakeOptions {
  readonly cloud: Cloud;
  readonly clock: Clock;
  /** Asked before each conditional write, and once more for each lost answer of a read. @default no faults */
  readonly faults?: () => Fault;
  /** ms that a request takes, asked on the way there and on the way back; no waiting at all when missing. */
  readonly latency?: () => number;
  /** S3 answers 403 instead of 404 to a reader who may not list. @default true */
  readonly mayList?: boolean;
}

export interface FakeObjects extends ObjectStore {
  /** Every body ever stored, in order, without network. */
  readonly history: readonly { readonly key: string; readonly bytes: Uint8Array }[];
}

interface Held extends StoredObject {
  readonly writtenAt: number;
}

/** Cloud Storage takes one write per second of the same object. */
const GCS_REWRITE_MS = 1_000;
/** How much later a `late` request is performed. */
const LATE_MS = 2_500;

export function createFakeObjects(options: FakeOptions): FakeObjects {
  const { cloud, clock, faults = () => 'none', latency, mayList = true } = options;
  const held = new Map<string, Held>();
  const history: { key: string; bytes: Uint8Array }[] = [];
  let generation = 1_000;

  const travel = async () => {
    if (latency !== undefined) await clock.sleep(latency());
  };

  const store = (key: string, bytes: Uint8Array): string => {
    generation += 1;
    // S3's ETag of a plain upload is a digest of the content: the same bytes bring the same version back.
    const version =
      cloud === 's3' ? `"${createHash('md5').update(bytes).digest('hex')}"` : `${cloud}-${generation}`;
    held.set(key, { bytes: Uint8Array.from(bytes), version, writtenAt: clock.now() });
    history.push({ key, bytes: Uint8Array.from(bytes) });
    return version;
  };

  /** The service itself. */
  const perform = (key: string, bytes: Uint8Array, condition: Condition): Answer => {
    const current = held.get(key);
    if (condition.kind === 'absent' && current !== undefined) {
      return cloud === 'azure' ? { status: 409, code: 'BlobAlreadyExists' } : { status: 412 };
    }
    if (condition.kind === 'version' && current?.version !== condition.version) {
      if (current === undefined && cloud === 's3') return { status: 404, code: 'NoSuchKey' };
      return { status: 412 };
    }
    if (cloud === 'gcs' && current !== undefined && clock.now() - current.writtenAt < GCS_REWRITE_MS) {
      return { status: 429, code: 'rateLimitExceeded' };
    }
    return { status: cloud === 'azure' ? 201 : 200, version: store(key, bytes) };
  };

  const overNetwork = (fault: Fault, request: () => Answer): Answer => {
    const lost = { lost: new Error('ECONNRESET') };
    switch (fault) {
      case 'none':
        return request();
      case 'twice':
        request();
        return request();
      case 'lost-request':
        return lost;
      case 'lost-answer':
        request();
        return lost;
      case 'late':
        void clock.sleep(LATE_MS).then(request);
        return lost;
      case 'unavailable':
        return { status: 503, code: 'SlowDown' };
      case 'throttle':
        return cloud === 's3' ? { status: 409, code: 'ConditionalRequestConflict' } : { status: 429 };
    }
  };

  const look = (key: string): Held | undefined => {
    checkKey(key);
    const found = held.get(key);
    if (found === undefined && cloud === 's3' && !mayList) {
      throw new RuntimeFailure('objects/forbidden', `403 for ${key}`, {
        fix: 'allow s3:ListBucket, without which an object that is absent looks forbidden',
      });
    }
    return found;
  };

  return {
    history,
    ...(cloud === 'gcs' ? { minRewriteMs: 1_100 } : {}),

    async get(key) {
      await travel();
      const found = look(key);
      await travel();
      return found && { bytes: Uint8Array.from(found.bytes), version: found.version };
    },

    async read(key) {
      const found = look(key);
      return found && chunksOf(found.bytes);
    },

    async write(key, chunks) {
      checkKey(key);
      const parts: Uint8Array[] = [];
      for await (const chunk of chunks) parts.push(chunk);
      store(key, Buffer.concat(parts));
    },

    async create(key, chunks) {
      checkKey(key);
      const parts: Uint8Array[] = [];
      for await (const chunk of chunks) parts.push(chunk);
      if (held.has(key)) return false;
      store(key, Buffer.concat(parts));
      return true;
    },

    async tryPut(key, bytes, condition) {
      checkKey(key);
      await travel();
      const answer = overNetwork(faults(), () => perform(key, bytes, condition));
      await travel();
      return conditionalWrite(cloud, condition, answer);
    },

    async *list(prefix) {
      checkPrefix(prefix);
      yield* [...held.keys()].filter((key) => key.startsWith(prefix)).sort();
    },

    async delete(key) {
      checkKey(key);
      held.delete(key);
    },
  };
}

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += 7) yield bytes.slice(start, start + 7);
}
