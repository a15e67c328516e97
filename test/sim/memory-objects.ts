/** Objects in memory, with digests as versions, as on S3. */

import { createHash } from 'node:crypto';
import type { ConditionalWrite, ObjectStore } from '../../lambdas/ports/index.ts';
import type { Entry, World } from './sim-world.ts';

/** An entry for bytes; the digest is its version. */
export function entryOf(bytes: Uint8Array, before?: Entry): Entry {
  return { bytes, version: createHash('sha1').update(bytes).digest('hex'), before };
}

/** The objects of a world that has them in memory. */
export function memoryOf({ files, effect }: Pick<World, 'files' | 'effect'>): ObjectStore {
  const put = (key: string, bytes: Uint8Array): string => {
    const entry = entryOf(Uint8Array.from(bytes), files.get(key));
    files.set(key, entry);
    effect(key);
    return entry.version;
  };
  return {
    async get(key) {
      const entry = files.get(key);
      return entry && { bytes: Uint8Array.from(entry.bytes), version: entry.version };
    },
    async read(key) {
      const entry = files.get(key);
      return entry && oneChunk(entry.bytes);
    },
    async write(key, chunks) {
      put(key, await collect(chunks));
    },
    async create(key, chunks) {
      const bytes = await collect(chunks);
      if (files.has(key)) return false;
      put(key, bytes);
      return true;
    },
    async tryPut(key, bytes, condition): Promise<ConditionalWrite> {
      const version = files.get(key)?.version;
      const holds = condition.kind === 'absent' ? version === undefined : version === condition.version;
      return holds ? { outcome: 'written', version: put(key, bytes) } : { outcome: 'conflict' };
    },
    async *list(prefix) {
      yield* [...files.keys()].filter((key) => key.startsWith(prefix)).sort();
    },
    async delete(key) {
      files.delete(key);
      effect(key);
    },
  };
}

export async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

export async function collect(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}
