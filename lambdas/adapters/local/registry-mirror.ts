import type { ObjectStore } from '../../ports/object-store.ts';
import type { MirroredVersion, RegistryMirror } from '../../ports/registry-mirror.ts';
import { mergeObject } from './merge-object.ts';

const KEY = 'registry.json';

/** Shows the registry as `registry.json`, for people: every version, by model and number. */
export function createRegistryMirror(objects: Pick<ObjectStore, 'get' | 'tryPut'>): RegistryMirror {
  return {
    async show(version) {
      await mergeObject(objects, KEY, (current) => {
        // Only this function writes the object.
        const shown =
          current === undefined ? [] : (JSON.parse(current) as { versions: MirroredVersion[] }).versions;
        const versions = [...shown.filter((other) => !isSame(other, version)), version].sort(
          byModelAndVersion,
        );
        const next = `${JSON.stringify({ schemaVersion: 1, versions }, null, 2)}\n`;
        return next === current ? undefined : next;
      });
    },
  };
}

function isSame(a: MirroredVersion, b: MirroredVersion): boolean {
  return a.model === b.model && a.version === b.version;
}

function byModelAndVersion(a: MirroredVersion, b: MirroredVersion): number {
  if (a.model === b.model) return a.version - b.version;
  return a.model < b.model ? -1 : 1;
}
