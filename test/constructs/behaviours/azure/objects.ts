/** Keys of the artifact store that a role may be used on, by its condition. */

import { type Condition, readCondition } from '../../../support/azure/conditions.ts';
import type { Rights } from '../reader.ts';

const BLOBS = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs';
/** Actions behind the calls (learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory#permissions-for-blob-service-operations). */
const ACTIONS = {
  read: `${BLOBS}/read`,
  write: `${BLOBS}/write`,
  add: `${BLOBS}/add/action`,
  remove: `${BLOBS}/delete`,
} as const;
const KNOWN: readonly string[] = Object.values(ACTIONS);
/** A key that no prefix of ours has. */
const ELSEWHERE = 'elsewhere/key';

export type ObjectRights = Pick<Rights, 'reads' | 'writes' | 'lists' | 'deletes' | 'others'>;

/** The rights of a role with these actions on blobs, where its condition holds; on every key without one. */
export function objectRights(actions: readonly string[], condition: unknown): ObjectRights {
  const allows: Condition = condition === undefined ? () => true : readCondition(String(condition));
  const texts = [...String(condition).matchAll(/'([^']*)'/g)].map(([, text = '']) => text);
  const keys = [...new Set(texts)].filter((text) => !/^(Microsoft\.|Blob\.)/.test(text));
  const on = (action: string, path: string) =>
    actions.includes(action) && allows({ action, attributes: { [`@Resource[${BLOBS}:path]`]: path } });
  const lists = (prefix: string) =>
    actions.includes(ACTIONS.read) &&
    allows({
      action: ACTIONS.read,
      subOperation: 'Blob.List',
      attributes: { [`@Request[${BLOBS}:prefix]`]: prefix },
    });
  const prefixes = (action: string) => prefixesOf(keys, (path) => on(action, path));
  const [writes, adds] = [prefixes(ACTIONS.write), prefixes(ACTIONS.add)];
  return {
    reads: prefixes(ACTIONS.read),
    writes,
    lists: prefixesOf(keys, lists),
    deletes: prefixes(ACTIONS.remove),
    others: [
      ...actions.filter((action) => !KNOWN.includes(action)),
      ...adds
        .filter((prefix) => !writes.includes(prefix))
        .map((prefix) => `add to ${prefix || 'everything'}`),
      ...writes.filter((prefix) => !adds.includes(prefix)).map((prefix) => `write ${prefix} and add nothing`),
    ],
  };
}

/** Prefixes, and whole keys, that something is allowed on. */
function prefixesOf(keys: readonly string[], isAllowed: (path: string) => boolean): string[] {
  if (isAllowed(ELSEWHERE)) return [''];
  return keys.flatMap((key) => {
    if (isAllowed(`${key}${key.endsWith('/') ? 'any' : '.any'}`))
      return [key.endsWith('/') ? key : `${key}*`];
    return !key.endsWith('/') && isAllowed(key) ? [key] : [];
  });
}
