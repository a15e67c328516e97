import type { ObjectCall, PortCall } from '../../../lambdas/functions.ts';
import { CONDITIONAL_PREFIXES } from '../../../lambdas/stores/conditional-prefixes.ts';
import type { GcpRight } from './right.ts';

const ROLES = 'cloud.google.com/storage/docs/access-control/iam-roles';
const ON = 'the managed folder of the prefix';

const VIEWER: GcpRight = { role: 'roles/storage.objectViewer', on: ON, source: ROLES };
/** It cannot replace an object, which would take the permission to delete. */
const CREATOR: GcpRight = { role: 'roles/storage.objectCreator', on: ON, source: ROLES };
const USER: GcpRight = { role: 'roles/storage.objectUser', on: ON, source: ROLES };

/** `ObjectStore` on Cloud Storage. A missing object is 404 only to who may list the folder, as a viewer may. */
export const OBJECT_RIGHTS = {
  'objects.read': [VIEWER],
  'objects.list': [VIEWER],
  'objects.create': [CREATOR, VIEWER],
  'objects.write': [USER],
  'objects.delete': [USER],
} as const satisfies Readonly<Record<PortCall<'objects'>, readonly GcpRight[]>>;

/** The folder of a key or a prefix: `release/` for `release/state.json`. */
export const folderOf = (prefix: string): string => prefix.slice(0, prefix.lastIndexOf('/') + 1);

/** Rights of a function on one folder. */
export interface FolderRight {
  readonly folder: string;
  readonly right: GcpRight;
}

/** The rights for a function's calls of the object store, by folder. A role that replaces objects includes the others. */
export function folderRights(
  uses: Readonly<Partial<Record<ObjectCall, readonly string[]>>>,
): readonly FolderRight[] {
  const found = new Map<string, Set<GcpRight>>();
  for (const [call, prefixes] of Object.entries(uses) as [ObjectCall, readonly string[]][]) // of a typed record
    for (const prefix of prefixes) {
      const folder = folderOf(prefix);
      const rights = found.get(folder) ?? new Set();
      for (const right of rightsOf(call, prefix)) rights.add(right);
      found.set(folder, rights);
    }
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([folder, rights]) =>
      (rights.has(USER) ? [USER] : [...rights]).map((right) => ({ folder, right })),
    );
}

/** An object that changes by conditional writes is replaced. */
const rightsOf = (call: ObjectCall, prefix: string): readonly GcpRight[] =>
  call === 'create' && CONDITIONAL_PREFIXES.some((one) => one === prefix)
    ? [USER]
    : OBJECT_RIGHTS[`objects.${call}`];
