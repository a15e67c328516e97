/** Cloud Storage and Blob Storage as processes on this machine. */

import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startServer } from './emulators.ts';
import { azurite, fakeGcs, openssl, run } from './tools.ts';

export interface StorageEmulator {
  readonly endpoint: string;
  readonly port: number;
  readonly pid: number;
  /** What a request must bear. */
  readonly token: string;
  /** File of the certificate by which the port itself is served; absent where it has no TLS. */
  readonly certificate?: string;
  /** Makes a bucket, a container or a queue. */
  createBucket(name: string): Promise<void>;
  stop(): Promise<void>;
}

/** fake-gcs-server, which keeps objects in memory and looks at no token. */
export async function startFakeGcs(): Promise<StorageEmulator> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const flags = {
    scheme: 'http',
    host: '127.0.0.1',
    port: String(port),
    backend: 'memory',
    'public-host': `127.0.0.1:${port}`,
    'external-url': endpoint,
    'log-level': 'error',
  };
  const folder = mkdtempSync(join(tmpdir(), 'mlops-gcs-'));
  const args = Object.entries(flags).flatMap(([name, value]) => [`-${name}`, value]);
  const stop = await startServer(fakeGcs.path, args, { port, folder });
  return {
    endpoint,
    port,
    pid: stop.pid,
    token: 'any',
    async createBucket(name) {
      const answer = await fetch(`${endpoint}/storage/v1/b?project=p`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name }),
      });
      if (!answer.ok) throw new Error(`bucket ${name}: ${answer.status}`);
    },
    stop,
  };
}

const ACCOUNT = 'devstoreaccount1';
/** A shared key, which nothing here uses. */
const KEY = Buffer.from('key').toString('base64');
const TENANT = 'ab1f708d-50f6-404c-a006-d71b2ac7a606';

/**
 * Azurite, which looks at the audience, the issuer and the times of a token, and takes one by TLS only. fetch knows no
 * certificate but the system's, so requests go through a server of this process that knows Azurite's.
 *
 * @param service - The one of its services that is started.
 * @param accounts - Names; the endpoint is that of the first.
 */
export async function startAzurite(
  service: 'blob' | 'queue' = 'blob',
  accounts: readonly string[] = [ACCOUNT],
): Promise<StorageEmulator> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'mlops-azurite-'));
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const kind = [
    '-new',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '2',
  ];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  run(openssl, ['req', ...kind, ...names, '-keyout', key, '-out', certificate]);
  const ca = readFileSync(certificate);
  const answers = () =>
    new Promise<boolean>((resolve) => {
      request({ host: '127.0.0.1', port, ca, path: '/' }, (answer) => {
        answer.resume();
        resolve(true);
      })
        .once('error', () => resolve(false))
        .end();
    });
  const address = [`--${service}Host`, '127.0.0.1', `--${service}Port`, String(port)];
  const flags = [...address, '--cert', certificate, '--key', key];
  const modes = [
    '--silent',
    '--inMemoryPersistence',
    '--disableTelemetry',
    '--skipApiVersionCheck',
    '--oauth',
    'basic',
  ];
  const stop = await startServer(
    process.execPath,
    [azurite.path.replace('/blob/', `/${service}/`), ...flags, ...modes],
    {
      port,
      folder,
      env: { AZURITE_ACCOUNTS: accounts.map((name) => `${name}:${KEY}`).join(';') },
      answers,
    },
  );
  const proxy = await startProxy((incoming, outgoing) => forward(incoming, outgoing, { port, ca }));
  const token = entraToken();
  const endpoint = `${proxy.endpoint}/${accounts[0]}`;
  return {
    endpoint,
    port,
    pid: stop.pid,
    token,
    certificate,
    async createBucket(name) {
      const kind = service === 'blob' ? '?restype=container' : '';
      const answer = await fetch(`${endpoint}/${name}${kind}`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${token}`, 'x-ms-version': '2025-05-05' },
      });
      if (!answer.ok) throw new Error(`${service} ${name}: ${answer.status}`);
    },
    async stop() {
      await proxy.stop();
      await stop();
    },
  };
}

/** A token as Entra issues it, with a signature that nobody checks. */
function entraToken(): string {
  const part = (json: unknown) => Buffer.from(JSON.stringify(json)).toString('base64url');
  const now = Math.floor(Date.now() / 1_000);
  const claims = {
    aud: 'https://storage.azure.com',
    iss: `https://sts.windows.net/${TENANT}/`,
    iat: now - 60,
    nbf: now - 60,
    exp: now + 3_600,
    oid: 'x',
    sub: 'x',
    tid: TENANT,
    ver: '1.0',
  };
  return `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}.${Buffer.from('sig').toString('base64url')}`;
}

async function startProxy(
  handle: (incoming: IncomingMessage, outgoing: ServerResponse) => void,
): Promise<{ readonly endpoint: string; stop(): Promise<void> }> {
  const server = createServer(handle);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { port, ca }: { readonly port: number; readonly ca: Buffer },
): void {
  const { method, url: path, headers } = incoming;
  const call = request({ host: '127.0.0.1', port, ca, method, path, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  call.once('error', () => incoming.socket.destroy());
  incoming.pipe(call);
}
