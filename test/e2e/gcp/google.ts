/**
 * Google's services as one server: tokens by function, fakes in memory, and Cloud Storage by its emulator. Each request is
 * held to Google's description and to the rights of the function that sent it.
 */

import { createServer } from 'node:http';
import { googleMethod, googleProblems } from '../../support/google-api.ts';
import { apiOf, type GoogleFake, googleError, reply } from '../../support/google-server.ts';
import type { FakeReply } from '../../support/recording-server.ts';
import { identityToken } from './cloud-run.ts';
import type { Refusal } from './rights.ts';
import type { AppliedFunction } from './stack.ts';

export interface GoogleCloud {
  /** Without a final slash. */
  readonly url: string;
  /** Variables by which a function reaches it. */
  environmentOf(one: AppliedFunction): Readonly<Record<string, string>>;
  /** How often each method was called. */
  readonly calls: ReadonlyMap<string, number>;
  /** Requests that are not as Google describes them, or not granted. */
  readonly problems: ReadonlySet<string>;
  close(): Promise<void>;
}

/** The access token of a function; the database takes it for a password. */
export const accessTokenOf = (unit: string): string => `access-of-${unit}`;

const JSON_TYPE = { 'content-type': 'application/json' } as const;

/**
 * Starts the server.
 *
 * @param storage - URL of the emulator of Cloud Storage.
 * @param fakes - Asked in their order, before Cloud Storage.
 */
export async function startGoogleCloud(
  functions: readonly AppliedFunction[],
  storage: string,
  fakes: readonly GoogleFake[],
  refusal: Refusal,
): Promise<GoogleCloud> {
  const calls = new Map<string, number>();
  const problems = new Set<string>();
  const unitOf = new Map(functions.map((one) => [accessTokenOf(one.unit), one]));
  let own = '';

  /** Tokens of the function whose name the path begins with. */
  function metadata(path: string): FakeReply {
    const [, unit, rest = ''] =
      /^\/([\w-]+)\/computeMetadata\/v1\/instance\/service-accounts\/default(\/.*)$/.exec(path) ?? [];
    const one = functions.find((each) => each.unit === unit);
    if (one === undefined) return googleError(404, 'NOT_FOUND');
    if (rest === '/token')
      return reply({ access_token: accessTokenOf(one.unit), expires_in: 3_599, token_type: 'Bearer' });
    const audience = new URL(rest, own).searchParams.get('audience') ?? '';
    return { status: 200, body: identityToken(one.account, audience) };
  }

  async function emulated(method: string, path: string, headers: Headers, body: Uint8Array<ArrayBuffer>) {
    const answer = await fetch(`${storage}${path}`, {
      method,
      headers,
      ...(method !== 'GET' && { body }),
      redirect: 'manual',
    });
    const kept: Record<string, string> = {};
    answer.headers.forEach((value, name) => {
      if (!DROPPED.has(name)) kept[name] = value.replace(storage, own);
    });
    return { status: answer.status, headers: kept, body: new Uint8Array(await answer.arrayBuffer()) };
  }

  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    const { method = '', url: path = '', headers } = incoming;
    const send = ({ status, headers: more, body }: FakeReply) =>
      outgoing.writeHead(status, { ...JSON_TYPE, ...more }).end(body);
    if (path.includes('/computeMetadata/'))
      return send(headers['metadata-flavor'] === 'Google' ? metadata(path) : googleError(403, 'FORBIDDEN'));

    const sender = unitOf.get(headers.authorization?.replace(/^Bearer /, '') ?? '');
    if (sender === undefined) return send(googleError(401, 'UNAUTHENTICATED'));
    const contentType = headers['content-type'];
    const sent = { method, path, headers, contentType, bytes, body: bytes.toString('utf8') };
    const api = apiOf(sent);
    const called = api && googleMethod(api, sent);
    calls.set(called ?? 'unknown', (calls.get(called ?? 'unknown') ?? 0) + 1);
    if (api === undefined) problems.add(`${sender.unit}: nothing describes ${method} ${path}`);
    else for (const problem of googleProblems(api, sent)) problems.add(`${sender.unit}: ${problem}`);
    const refused = await refusal({ method, path, account: sender.account });
    if (refused !== undefined) {
      problems.add(`not granted: ${refused}`);
      return send(googleError(403, 'PERMISSION_DENIED'));
    }
    for (const fake of fakes) {
      const found = fake(sent);
      if (found !== undefined) return send(found);
    }
    const kept = new Headers();
    for (const [name, value] of Object.entries(headers))
      if (typeof value === 'string' && !DROPPED.has(name)) kept.set(name, value);
    return send(await emulated(method, path, kept, new Uint8Array(bytes)));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const host = `127.0.0.1:${address.port}`;
  own = `http://${host}`;
  return {
    url: own,
    calls,
    problems,
    environmentOf: ({ unit, service, environment }) => ({
      ...environment,
      K_SERVICE: service,
      LOG_EXECUTION_ID: 'true', // as on Cloud Run
      GCE_METADATA_HOST: `${host}/${unit}`, // so that a function has its own identity
      MLOPS_GOOGLE_ENDPOINT: own,
    }),
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** Headers of one connection, and those of a body that fetch has decoded. */
const DROPPED = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'content-encoding',
  'keep-alive',
]);
