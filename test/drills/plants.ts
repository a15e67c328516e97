/** Object stores with a fault that the checks must find; a drill that finds nothing in them proves nothing. */

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ObjectStore } from '../../lambdas/ports/index.ts';
import type { Faults } from './faults.ts';

export const PLANTS = ['manifest-first', 'torn-writes', 'no-condition'] as const;
export type Plant = (typeof PLANTS)[number];

interface Soil {
  readonly objects: ObjectStore;
  /** Folder of the objects. */
  readonly folder: string;
  readonly faults: Faults;
}

export const plants: Readonly<Record<Plant, (soil: Soil) => ObjectStore>> = {
  /** Parts of an export become visible after its manifest. */
  'manifest-first': ({ objects, faults }) => {
    const held = new Map<string, Uint8Array>();
    return {
      ...objects,
      async write(key, chunks) {
        const bytes = await collect(chunks);
        if (key.startsWith('exports/')) held.set(key, bytes);
        else await objects.write(key, [bytes]);
      },
      async tryPut(key, bytes, condition) {
        const result = await objects.tryPut(key, bytes, condition);
        if (key.startsWith('exports/')) {
          for (const [part, content] of held) {
            await faults.around('plant.part', () => objects.write(part, [content]));
          }
        }
        return result;
      },
    };
  },

  /** A file is written where readers look for it, not aside. */
  'torn-writes': ({ objects, folder, faults }) => ({
    ...objects,
    async write(key, chunks) {
      const bytes = await collect(chunks);
      const path = join(folder, key);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, bytes.subarray(0, bytes.byteLength / 2));
      await faults.around('plant.rest', () => writeFile(path, bytes));
    },
  }),

  /** A conditional write that does not look at its condition, with the time that a network takes. */
  'no-condition': ({ objects }) => ({
    ...objects,
    async tryPut(key, bytes, condition) {
      if (condition.kind === 'absent') return objects.tryPut(key, bytes, condition);
      await wait(100);
      await objects.write(key, [bytes]);
      return { outcome: 'written', version: 'any' };
    },
  }),
};

async function collect(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}
