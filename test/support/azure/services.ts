/**
 * Azure's services as one server: tokens of identities, fakes in memory, and Blob Storage by its emulator. Each request is held
 * to Microsoft's description, to the resource of its token, and to the rights of the identity that sent it.
 */

import { createServer, type IncomingMessage } from 'node:http';
import { type AzureApi, azureOperation, azureProblems } from '../azure-api.ts';
import { azureApiOf, azureError } from '../azure-fakes.ts';
import type { FakeReply, FakeService } from '../recording-server.ts';

/** A managed identity. */
export interface AzureIdentity {
  readonly name: string;
  readonly clientId: string;
  /** In the directory; role assignments name it. */
  readonly objectId: string;
}

/** Why a request is refused; undefined where it is granted. */
export type Refusal = (request: {
  readonly api: AzureApi;
  readonly method: string;
  /** After the account: `/artifacts/models/1/model.ubj`. */
  readonly path: string;
  readonly identity: AzureIdentity;
}) => string | undefined;

export interface AzureServices {
  /** Without a final slash. */
  readonly url: string;
  /** Address of the container, as MLOPS_CONTAINER has it. */
  readonly container: string;
  /** Variables by which the platform's identity endpoint is reached. */
  readonly environment: Readonly<Record<string, string>>;
  /** How often each operation was called. */
  readonly calls: ReadonlyMap<string, number>;
  /** Requests that are not as Microsoft describes them, or not granted. */
  readonly problems: ReadonlySet<string>;
  close(): Promise<void>;
}

export interface AzureServicesOptions {
  readonly identities: readonly AzureIdentity[];
  /** Endpoint of the emulator of Blob Storage, with its account. */
  readonly blobs: string;
  /** Name of the container of artifacts. */
  readonly container: string;
  /** Asked in their order. */
  readonly fakes: readonly FakeService[];
  /** @default everything is granted */
  readonly refusal?: Refusal;
}

/** The resource that a token must be for, by the service. */
const RESOURCE: Readonly<Record<AzureApi, string>> = {
  blob: 'https://storage.azure.com',
  queue: 'https://storage.azure.com',
  eventgrid: 'https://eventgrid.azure.net',
  keyvault: 'https://vault.azure.net',
  machinelearning: 'https://management.azure.com',
};
const TENANT = 'ab1f708d-50f6-404c-a006-d71b2ac7a606';
/** 2001 and 2096: the same token for the same identity and resource, whenever it is asked for. */
const [FROM, UNTIL] = [1_000_000_000, 4_000_000_000];
const IDENTITY_HEADER = 'known-to-the-app-alone';
const JSON_TYPE = { 'content-type': 'application/json' } as const;

/** A token as Entra issues it, with a signature that nobody checks. */
export function entraTokenOf(objectId: string, audience: string): string {
  const part = (json: unknown) => Buffer.from(JSON.stringify(json)).toString('base64url');
  const claims = {
    aud: audience,
    iss: `https://sts.windows.net/${TENANT}/`,
    iat: FROM,
    nbf: FROM,
    exp: UNTIL,
    oid: objectId,
    sub: objectId,
    tid: TENANT,
    ver: '1.0',
  };
  return `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}.c2ln`;
}

/** Object id and audience of a request's token. */
export function tokenClaims({ authorization = '' }: IncomingMessage['headers']): {
  readonly oid?: string;
  readonly aud?: string;
} {
  const [, claims] = /^Bearer [\w-]+\.([\w-]+)\.[\w-]+$/.exec(authorization) ?? [];
  return claims === undefined ? {} : JSON.parse(Buffer.from(claims, 'base64url').toString('utf8'));
}

/** Starts the server. */
export async function startAzureServices({
  identities,
  blobs,
  container,
  fakes,
  refusal = () => undefined,
}: AzureServicesOptions): Promise<AzureServices> {
  const calls = new Map<string, number>();
  const problems = new Set<string>();
  const account = new URL(blobs).pathname;

  /** learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference */
  function issueToken(path: string, headers: IncomingMessage['headers']): FakeReply {
    const query = new URL(path, 'http://identity').searchParams;
    const identity = identities.find(({ clientId }) => clientId === query.get('client_id'));
    const resource = query.get('resource') ?? '';
    if (headers['x-identity-header'] !== IDENTITY_HEADER) return { status: 401, body: '' };
    if (identity === undefined || query.get('api-version') !== '2019-08-01') return { status: 400, body: '' };
    const body = {
      access_token: entraTokenOf(identity.objectId, resource),
      expires_on: String(UNTIL),
      resource,
    };
    return {
      status: 200,
      body: JSON.stringify({ ...body, token_type: 'Bearer', client_id: identity.clientId }),
    };
  }

  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    const { method = '', url: whole = '', headers } = incoming;
    const send = ({ status, headers: more, body }: FakeReply) =>
      outgoing.writeHead(status, { ...JSON_TYPE, ...more }).end(body);
    if (whole.startsWith('/msi/token')) return send(issueToken(whole, headers));

    const isBlob = whole.startsWith(`${account}/${container}`);
    const path = isBlob ? whole.slice(account.length) : whole;
    const api = isBlob ? 'blob' : azureApiOf({ path });
    const { oid, aud } = tokenClaims(headers);
    const identity = identities.find(({ objectId }) => objectId === oid);
    if (identity === undefined || api === undefined || aud !== RESOURCE[api]) {
      problems.add(`${identity?.name ?? 'nobody'}: ${method} ${path} with a token for ${aud}`);
      return send(azureError(401, 'InvalidAuthenticationToken'));
    }
    const request = {
      method,
      path,
      headers,
      contentType: headers['content-type'],
      bytes,
      body: bytes.toString(),
    };
    const called = azureOperation(api, request) ?? `${api}.unknown`;
    calls.set(called, (calls.get(called) ?? 0) + 1);
    for (const problem of azureProblems(api, request)) problems.add(`${identity.name}: ${problem}`);
    const refused = refusal({ api, method, path, identity });
    if (refused !== undefined) {
      problems.add(`not granted: ${refused}`);
      return send(azureError(403, 'AuthorizationPermissionMismatch'));
    }
    if (isBlob) return send(await forward(`${new URL(blobs).origin}${whole}`, method, headers, bytes));
    for (const fake of fakes) {
      const found = fake(request);
      if (found !== undefined) return send(found);
    }
    return send(azureError(404, 'ResourceNotFound'));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const url = `http://127.0.0.1:${address.port}`;
  return {
    url,
    container: `${url}${account}/${container}`,
    environment: { IDENTITY_ENDPOINT: `${url}/msi/token`, IDENTITY_HEADER, MLOPS_AZURE_ENDPOINT: url },
    calls,
    problems,
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** Headers of one connection, and those of a body that fetch has decoded. */
const DROPPED = new Set(
  'host connection content-length transfer-encoding content-encoding keep-alive'.split(' '),
);

async function forward(
  url: string,
  method: string,
  headers: IncomingMessage['headers'],
  bytes: Buffer,
): Promise<FakeReply> {
  const kept = new Headers();
  for (const [name, value] of Object.entries(headers))
    if (typeof value === 'string' && !DROPPED.has(name)) kept.set(name, value);
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const answer = await fetch(url, { method, headers: kept, ...(hasBody && { body: new Uint8Array(bytes) }) });
  const answered: Record<string, string> = {};
  answer.headers.forEach((value, name) => {
    if (!DROPPED.has(name)) answered[name] = value;
  });
  return { status: answer.status, headers: answered, body: new Uint8Array(await answer.arrayBuffer()) };
}
