/** Connections to a database of Cloud SQL: its address, the certificates of both sides, and the check of the server. */

import { generateKeyPair } from 'node:crypto';
import { checkServerIdentity, connect, type PeerCertificate, type TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { RuntimeFailure } from '../../core/errors.ts';
import { lazy } from '../shared/lazy.ts';
import type { RestClient } from '../shared/rest.ts';
import { JSON_BODY, serviceClient } from '../shared/rest-service.ts';
import type { GoogleService } from './google-service.ts';

export interface CloudSqlOptions extends GoogleService {
  /** `project:region:instance` */
  readonly instance: string;
  /** @default 3307, of the proxy that each instance has */
  readonly port?: number;
}

const SQL_ADMIN = 'https://sqladmin.googleapis.com';
const PROXY_PORT = 3307;
const RSA_BITS = 2_048;
const CONNECT_MS = 10_000;

/** cloud.google.com/sql/docs/postgres/admin-api/rest/v1/connect/get#ConnectSettings */
interface ConnectSettings {
  readonly ipAddresses?: readonly { readonly type?: string; readonly ipAddress?: string }[];
  readonly serverCaCert?: { readonly cert?: string };
  readonly region?: string;
  readonly dnsName?: string;
  readonly dnsNames?: readonly { readonly name?: string }[];
}

/**
 * Connects to an instance over its public address, without an authorized network: both sides show certificates. The own one
 * is made for a key of this process and ends after an hour. The token in it signs the database user in.
 *
 * @throws RuntimeFailure `source/tls`, `source/unreachable` (retryable but for a missing public address), and those of the
 *   admin API: `source/forbidden`, `source/not-found`, `source/busy`, …
 */
export async function connectCloudSql({
  instance,
  port = PROXY_PORT,
  endpoint = SQL_ADMIN,
  ...service
}: CloudSqlOptions): Promise<TLSSocket> {
  const place = placeOf(instance);
  const url = `${endpoint}/v1/projects/${place.project}/instances/${place.name}`;
  const client = serviceClient(service, 'source');
  const { publicKey, privateKey } = await processKeys();
  const [settings, cert] = await Promise.all([
    settingsOf(client, url, place),
    certificateFor(client, url, publicKey, await service.token.get()),
  ]);
  return secured(
    connect({
      host: settings.host,
      port,
      ca: settings.ca,
      cert,
      key: privateKey,
      minVersion: 'TLSv1.3',
      timeout: CONNECT_MS,
      checkServerIdentity: (_, shown) => identityProblem(shown, settings.dnsName, place),
    }),
  );
}

/** Keys of this process, which leave it as a public key only. They take a tenth of a second to make. */
const processKeys = lazy(() =>
  promisify(generateKeyPair)('rsa', {
    modulusLength: RSA_BITS,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }),
);

interface Place {
  readonly project: string;
  readonly region: string;
  readonly name: string;
}

/** A project of a domain has a colon in its own id: `example.com:project:region:instance`. */
function placeOf(instance: string): Place {
  const [, project, region, name] = /^(.+):([^:]+):([^:]+)$/.exec(instance) ?? [];
  if (project !== undefined && region !== undefined && name !== undefined) return { project, region, name };
  throw new RuntimeFailure('source/unreachable', 'database.instance is not project:region:instance', {
    fix: 'copy the connection name of the instance from its page',
  });
}

async function settingsOf(client: RestClient, url: string, { region }: Place) {
  const what = "asking for the database's address";
  const answer = await client.send({ method: 'GET', url: `${url}/connectSettings`, what });
  const settings = answer.json() as ConnectSettings;
  const host = settings.ipAddresses?.find(({ type }) => type === 'PRIMARY')?.ipAddress;
  const ca = settings.serverCaCert?.cert;
  if (host === undefined || ca === undefined)
    throw new RuntimeFailure('source/unreachable', 'the database has no public address', {
      fix: 'give the instance a public address; it needs no authorized network',
    });
  if (settings.region !== region)
    throw new RuntimeFailure('source/unreachable', 'the database is in another region', {
      fix: 'correct the region in database.instance',
    });
  return { host, ca, dnsName: settings.dnsNames?.[0]?.name ?? settings.dnsName ?? '' };
}

async function certificateFor(client: RestClient, url: string, key: string, token: string): Promise<string> {
  const what = 'asking for a certificate of the database';
  const answer = await client.send({
    method: 'POST',
    url: `${url}:generateEphemeralCert`,
    headers: JSON_BODY,
    body: JSON.stringify({ public_key: key, access_token: token }),
    what,
  });
  const { ephemeralCert } = answer.json() as { readonly ephemeralCert?: { readonly cert?: string } };
  if (ephemeralCert?.cert !== undefined) return ephemeralCert.cert;
  throw new RuntimeFailure('source/unavailable', `${what}: none came`, { retryable: true });
}

/**
 * The authority is checked already; each instance has one of its own, or shares one with its region. A shared one names
 * servers by DNS, an own one by `project:instance` in the subject. A DNS name may be missing for a while
 * (github.com/GoogleCloudPlatform/cloud-sql-nodejs-connector, src/socket.ts).
 */
function identityProblem(shown: PeerCertificate, dnsName: string, place: Place): Error | undefined {
  const named = dnsName !== '' && checkServerIdentity(dnsName.replace(/\.$/, ''), shown) === undefined;
  if (named || shown.subject?.CN === `${place.project}:${place.name}`) return undefined;
  const problem: NodeJS.ErrnoException = new Error('the certificate is of another instance');
  problem.code = 'CERT_OTHER_INSTANCE';
  return problem;
}

/** Waits for the handshake. */
async function secured(socket: TLSSocket): Promise<TLSSocket> {
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('secureConnect', resolve);
      socket.once('error', reject);
      socket.once('timeout', () => reject(new Error('no answer')));
    });
    socket.setTimeout(0);
    return socket;
  } catch (cause) {
    socket.destroy();
    const { code = '' } = cause as NodeJS.ErrnoException;
    if (TLS_CODE.test(code))
      throw new RuntimeFailure('source/tls', `no trusted connection to the database (${code})`, {
        cause,
        fix: 'compare database.instance with the connection name of the instance',
      });
    throw new RuntimeFailure('source/unreachable', `the database does not answer (${code})`, {
      retryable: true,
      cause,
      fix: 'check that the instance runs',
    });
  }
}

const TLS_CODE = /^(ERR_TLS|ERR_SSL|ERR_OSSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/;
