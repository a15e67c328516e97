/** Object stores with a fault that the checks must find; a drill that finds nothing in them proves nothing. */

import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ObjectStore } from '../../lambdas/ports/index.ts';
import { exportFolder } from '../../lambdas/stores/exports.ts';
import type { Faults } from './faults.ts';
import { WINDOWS } from './model.ts';

export const PLANTS = ['manifest-first', 'torn-writes', 'no-condition', 'shared-name'] as const;
export type Plant = (typeof PLANTS)[number];

/** Folders of the exports of the first run and the second. */
const NAMES = [
  exportFolder({ runId: 'run-1', to: WINDOWS.first }),
  exportFolder({ runId: 'run-2', to: WINDOWS.second }),
] as const;

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
      async create(key, chunks) {
        if (!key.startsWith('exports/')) return objects.create(key, chunks);
        held.set(key, await collect(chunks));
        return true;
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

  /** The second run has the name of the first, and writes over its rows. */
  'shared-name': ({ objects }) => ({
    ...objects,
    async create(key, chunks) {
      const [first, second] = NAMES;
      if (!key.startsWith(second)) return objects.create(key, chunks);
      await objects.write(key.replace(second, first), chunks);
      return true;
    },
  }),

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

  /** A conditional write that does not look at its condition. Two writers have both read before either writes. */
  'no-condition': ({ objects, folder }) => ({
    ...objects,
    async tryPut(key, bytes, condition) {
      if (condition.kind === 'absent') return objects.tryPut(key, bytes, condition);
      await meet(`${folder}-writers`);
      await wait(100);
      await objects.write(key, [bytes]);
      return { outcome: 'written', version: 'any' };
    },
  }),
};

const MEET_MS = 20_000;

/** Waits until another process has come to this folder too, however busy the machine is. */
async function meet(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, String(process.pid)), '');
  const end = Date.now() + MEET_MS;
  while ((await readdir(folder)).length < 2 && Date.now() < end) await wait(10);
}

async function collect(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}
