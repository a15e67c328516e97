/** What the functions use of Pub/Sub, Secret Manager, Vertex and the metadata server, in memory. */

import { crc32c } from '../../lambdas/adapters/gcp/crc32c.ts';
import { type GoogleFake, googleError, reply } from './google-server.ts';

/** A message as a subscriber gets it. */
export interface Published {
  readonly topic: string;
  readonly text: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Topics that take every message. */
export function fakePubsub(): { readonly fake: GoogleFake; readonly published: Published[] } {
  const published: Published[] = [];
  return {
    published,
    fake({ method, path, body }) {
      const [, topic] = /^\/v1\/(projects\/[^/]+\/topics\/[^/:]+):publish$/.exec(path) ?? [];
      if (method !== 'POST' || topic === undefined) return undefined;
      const { messages } = JSON.parse(body) as {
        readonly messages: readonly { readonly data: string; readonly attributes?: Record<string, string> }[];
      };
      for (const { data, attributes = {} } of messages)
        published.push({ topic, text: Buffer.from(data, 'base64').toString('utf8'), attributes });
      return reply({
        messageIds: messages.map((_, index) => String(published.length - messages.length + index)),
      });
    },
  };
}

/** A secret; the checksum of another text when `spoilt`. */
export function fakeSecret(text: string, spoilt = false): GoogleFake {
  return ({ method, path }) => {
    if (method !== 'GET' || !path.endsWith('/versions/latest:access')) return undefined;
    const data = Buffer.from(text).toString('base64');
    const dataCrc32c = String(crc32c(Buffer.from(spoilt ? `${text}!` : text)));
    return reply({ name: path.slice('/v1/'.length).replace(':access', ''), payload: { data, dataCrc32c } });
  };
}

/** Tokens of a function's account. */
export function fakeMetadata(): GoogleFake {
  const claims = (audience: string) =>
    Buffer.from(JSON.stringify({ aud: audience, exp: 4_000_000_000 })).toString('base64url');
  return ({ path, headers }) => {
    if (!path.startsWith('/computeMetadata/') || headers['metadata-flavor'] !== 'Google') return undefined;
    if (path.endsWith('/token'))
      return reply({ access_token: 'token-1', expires_in: 3_599, token_type: 'Bearer' });
    const audience = new URL(path, 'http://metadata').searchParams.get('audience') ?? '';
    return { status: 200, body: `e30.${claims(audience)}.signature` };
  };
}

/** A version in the memory of the fake registry. */
export interface FakeVersion {
  readonly versionId: string;
  readonly versionDescription: string;
  labels: Readonly<Record<string, string>>;
}

/** The versions of Vertex models. Pages are small, and an upload takes a poll. */
export function fakeVertex(page = 5): { readonly fake: GoogleFake; readonly versions: FakeVersion[] } {
  const versions: FakeVersion[] = [];
  let polled = 0;
  return {
    versions,
    fake({ method, path, body }) {
      const url = new URL(path, 'http://vertex');
      if (method === 'GET' && url.pathname.endsWith(':listVersions')) {
        if (versions.length === 0) return googleError(404, 'NOT_FOUND');
        const first = Number(url.searchParams.get('pageToken') ?? 0);
        const more = first + page < versions.length;
        return reply({
          models: versions.slice(first, first + page),
          ...(more && { nextPageToken: String(first + page) }),
        });
      }
      if (method === 'POST' && url.pathname.endsWith('/models:upload')) return upload(versions, body);
      if (method === 'GET' && url.pathname.includes('/operations/')) {
        polled += 1;
        const done = polled % 2 === 0;
        const versionId = url.pathname.split('/').at(-1);
        return reply(done ? { done, response: { modelVersionId: versionId } } : operation(versionId ?? ''));
      }
      const [, id] = /\/models\/[^/@]+@(\d+)$/.exec(url.pathname) ?? [];
      const found = versions.find(({ versionId }) => versionId === id);
      if (method !== 'PATCH' || found === undefined) return undefined;
      if (url.searchParams.get('updateMask') !== 'labels') return googleError(400, 'INVALID_ARGUMENT');
      found.labels = (JSON.parse(body) as FakeVersion).labels;
      return reply(found);
    },
  };
}

const operation = (id: string) => ({ name: `projects/p/locations/r/models/m/operations/${id}` });

function upload(versions: FakeVersion[], body: string) {
  const sent = JSON.parse(body) as {
    readonly parentModel?: string;
    readonly modelId?: string;
    readonly model: { readonly versionDescription: string };
  };
  // The first version makes the model, and no other one may.
  if ((versions.length === 0) !== (sent.parentModel === undefined)) return googleError(409, 'ALREADY_EXISTS');
  const versionId = String(versions.length + 1);
  versions.push({ versionId, versionDescription: sent.model.versionDescription, labels: {} });
  return reply(operation(versionId));
}
