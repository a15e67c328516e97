/** Rights on keys of the artifact store: one role with all calls, and a condition for each app that narrows it to its prefixes. */

import type { ObjectCall, PortCall } from '../../../lambdas/functions.ts';

const BLOBS = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs';
const READ = `${BLOBS}/read`;
const WRITE = `${BLOBS}/write`;
const ADD = `${BLOBS}/add/action`;

/**
 * Actions behind each call (learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory#permissions-for-blob-service-operations).
 * Azure has no right to create without replacing: blocks are written before a blob is made of them.
 */
export const OBJECT_ACTIONS = {
  'objects.read': [READ],
  'objects.list': [READ],
  'objects.create': [WRITE, ADD],
  'objects.write': [WRITE, ADD],
  'objects.delete': [`${BLOBS}/delete`],
} as const satisfies Readonly<Record<PortCall<'objects'>, readonly string[]>>;

/** Actions of the role that every app gets on the container. No function deletes, and none reads keys or makes signatures. */
export const ARTIFACT_ACTIONS = [READ, WRITE, ADD] as const;

/** Keys by the call that an app makes on them: prefixes end in a slash, anything else is one key. */
export type ObjectUses = Readonly<Partial<Record<ObjectCall, readonly string[]>>>;

/** Returns the uses of several functions as one. */
export function mergedUses(all: readonly ObjectUses[]): ObjectUses {
  const calls = [...new Set(all.flatMap((uses) => Object.keys(uses) as ObjectCall[]))].sort(); // of typed records
  return Object.fromEntries(
    calls.map((call) => [call, [...new Set(all.flatMap((uses) => uses[call] ?? []))].sort()]),
  );
}

const PATH = `@Resource[${BLOBS}:path]`;
const PREFIX = `@Request[${BLOBS}:prefix]`;
const LISTS = "SubOperationMatches{'Blob.List'}";

/**
 * The condition of an app's assignment, version 2.0
 * (learn.microsoft.com/azure/storage/blobs/storage-auth-abac-attributes). A call without keys is refused.
 *
 * @throws RangeError for a call that the role does not have
 */
export function objectCondition(uses: ObjectUses): string {
  const { read = [], list = [], write = [], create = [], delete: removed = [] } = uses;
  if (removed.length > 0) throw new RangeError('no app deletes objects: the role has no such action');
  const written = [...new Set([...write, ...create])].sort();
  // A conditional write that got no answer is judged by reading the key.
  const readable = [...new Set([...read, ...create])].sort();
  return [
    onlyFor(`ActionMatches{'${READ}'} AND NOT ${LISTS}`, readable.map(keyMatch(PATH))),
    onlyFor(`ActionMatches{'${READ}'} AND ${LISTS}`, list.map(keyMatch(PREFIX))),
    onlyFor(`ActionMatches{'${WRITE}'}`, written.map(keyMatch(PATH))),
    onlyFor(`ActionMatches{'${ADD}'}`, written.map(keyMatch(PATH))),
  ].join(' AND ');
}

/** True for every other action; for these where one of the matches holds. */
const onlyFor = (actions: string, matches: readonly string[]): string =>
  matches.length === 0 ? `(!(${actions}))` : `(!(${actions}) OR (${matches.join(' OR ')}))`;

const keyMatch =
  (attribute: string) =>
  (key: string): string =>
    `${attribute} ${key.endsWith('/') ? 'StringStartsWith' : 'StringEquals'} '${key}'`;
