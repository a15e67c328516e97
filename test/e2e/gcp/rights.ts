/** Rights of the stack's accounts, as far as the functions' requests need them: what is not granted is refused. */

import { type AppliedStack, stringOf } from './stack.ts';

/** A request to a service of Google. */
export interface Asked {
  readonly method: string;
  /** Path with its query. */
  readonly path: string;
  /** E-mail address of the account that asks. */
  readonly account: string;
}

const READ = ['roles/storage.objectViewer', 'roles/storage.objectUser'];
const CREATE = ['roles/storage.objectCreator', 'roles/storage.objectUser'];
/** To replace an object takes the right to delete it (cloud.google.com/storage/docs/access-control/iam-roles). */
const CHANGE = ['roles/storage.objectUser'];

/** Returns what is refused about a request, if anything. */
export type Refusal = (asked: Asked) => Promise<string | undefined>;

/**
 * Makes what decides about requests.
 *
 * @param exists - Whether the bucket has an object.
 */
export function rightsOf(stack: AppliedStack, exists: (object: string) => Promise<boolean>): Refusal {
  const grantsOn = (type: string, on: string) =>
    stack.all(type).map((body) => ({
      on: stringOf(body[on]),
      role: stringOf(body.role),
      member: stringOf(body.member),
    }));
  const folders = grantsOn('google_storage_managed_folder_iam_member', 'managed_folder');
  const topics = grantsOn('google_pubsub_topic_iam_member', 'topic');
  const secrets = grantsOn('google_secret_manager_secret_iam_member', 'secret_id');

  return async ({ method, path, account }) => {
    const url = new URL(path, 'http://google');
    const has = (of: typeof folders, roles: readonly string[], covers: (on: string) => boolean): boolean =>
      of.some(
        (one) => one.member === `serviceAccount:${account}` && roles.includes(one.role) && covers(one.on),
      );
    const [, topic] = /\/topics\/([^/:]+):publish$/.exec(url.pathname) ?? [];
    if (topic !== undefined)
      return refused(
        has(topics, ['roles/pubsub.publisher'], (on) => on === topic),
        account,
        topic,
      );
    const [, secret = ''] = /\/(projects\/[^/]+\/secrets\/[^/]+)\/versions\//.exec(url.pathname) ?? [];
    if (secret !== '')
      return refused(
        has(secrets, ['roles/secretmanager.secretAccessor'], (on) => on === secret),
        account,
        secret,
      );
    // A session of an upload was allowed as it began.
    if (!url.pathname.includes('/storage/v1/') || url.searchParams.has('upload_id')) return undefined;
    const [, named] = /\/o\/(.+)$/.exec(url.pathname) ?? [];
    const { searchParams: query } = url;
    const object = decodeURIComponent(named ?? query.get('name') ?? query.get('prefix') ?? '');
    const mayReplace = method === 'POST' && query.get('ifGenerationMatch') !== '0' && (await exists(object));
    const roles = method === 'GET' ? READ : method === 'POST' && !mayReplace ? CREATE : CHANGE;
    return refused(
      has(folders, roles, (folder) => object.startsWith(folder)),
      account,
      `${method} ${object}`,
    );
  };
}

const refused = (granted: boolean, account: string, what: string): string | undefined =>
  granted ? undefined : `${account}: ${what}`;
