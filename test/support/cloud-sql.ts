/** A Cloud SQL instance on this machine: its admin API, and the proxy beside the database that both sides show certificates to. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type TlsOptions } from 'node:tls';
import { type GoogleFake, type GoogleServer, reply, startGoogle } from './google-server.ts';
import { openssl, run } from './tools.ts';

export interface CloudSqlSettings {
  /** Common name of the server's certificate. @default project:instance */
  readonly commonName?: string;
  /** Name in the server's certificate and in the admin API's answer. */
  readonly dnsName?: string;
  /** Name in the admin API's answer alone. */
  readonly reportedDnsName?: string;
  /** Whether the admin API reports an authority that did not sign. */
  readonly otherAuthority?: boolean;
  /** @default one of a domain, whose id has a colon */
  readonly project?: string;
  readonly region?: string;
  readonly addressType?: string;
  readonly tls?: TlsOptions;
  /** Where the proxy listens; all of 127.0.0.0/8 is this machine on Linux. @default 127.0.0.1, a free port */
  readonly listen?: { readonly host: string; readonly port: number };
}

export interface CloudSql {
  readonly google: GoogleServer;
  /** The admin API, for another server. */
  readonly admin: GoogleFake;
  /** Of the proxy. */
  readonly port: number;
  readonly instance: string;
  close(): Promise<void>;
}

const PROJECT = 'example.com:bank';
const INSTANCE = 'source';
const REGION = 'europe-west3';

/**
 * Starts an instance.
 *
 * @param database - Port of the database behind the proxy; without one the proxy sends back what it gets.
 */
export async function startCloudSql(settings: CloudSqlSettings = {}, database?: number): Promise<CloudSql> {
  const folder = mkdtempSync(join(tmpdir(), 'mlops-cloud-sql-'));
  const file = (name: string) => join(folder, name);
  const certify = (...args: string[]) => run(openssl, args);
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const authority = (name: string) => {
    const out = ['-keyout', file(`${name}.key`), '-out', file(`${name}.crt`)];
    certify('req', '-x509', '-new', ...ec, '-days', '2', '-subj', `/CN=${name}`, ...out);
  };
  const sign = (by: string, out: string, ...more: string[]) => {
    const authorities = ['-CA', file(`${by}.crt`), '-CAkey', file(`${by}.key`)];
    certify(
      'x509',
      '-req',
      '-in',
      file('server.csr'),
      ...authorities,
      '-days',
      '1',
      '-out',
      file(out),
      ...more,
    );
  };

  for (const name of ['server-authority', 'client-authority', 'other-authority']) authority(name);
  const { project = PROJECT, dnsName, listen = { host: '127.0.0.1', port: 0 } } = settings;
  const { commonName = `${project}:${INSTANCE}` } = settings;
  const request = ['-keyout', file('server.key'), '-out', file('server.csr')];
  certify('req', '-new', ...ec, '-subj', `/CN=${commonName}`, ...request);
  writeFileSync(file('names'), dnsName === undefined ? '' : `subjectAltName=DNS:${dnsName}\n`);
  sign('server-authority', 'server.crt', '-extfile', file('names'));
  const textOf = (name: string) => readFileSync(file(name), 'utf8');

  const proxy = createServer(
    {
      key: textOf('server.key'),
      cert: textOf('server.crt'),
      ca: textOf('client-authority.crt'),
      requestCert: true,
      rejectUnauthorized: true,
      ...settings.tls,
    },
    (socket) => {
      socket.on('error', () => {});
      if (database === undefined) return socket.pipe(socket);
      const behind = connect(database, '127.0.0.1');
      behind.on('error', () => socket.destroy());
      socket.on('close', () => behind.destroy());
      return socket.pipe(behind).pipe(socket);
    },
  );
  await new Promise<void>((listening) => proxy.listen(listen.port, listen.host, listening));
  const address = proxy.address();

  const reported = settings.reportedDnsName ?? dnsName;
  const admin: GoogleFake = ({ path, body }) => {
    if (!path.startsWith(`/v1/projects/${project}/instances/${INSTANCE}`)) return undefined;
    if (path.endsWith('/connectSettings'))
      return reply({
        region: settings.region ?? REGION,
        ipAddresses: [
          { type: 'OUTGOING', ipAddress: '192.0.2.1' },
          { type: settings.addressType ?? 'PRIMARY', ipAddress: listen.host },
        ],
        serverCaCert: {
          cert: textOf(settings.otherAuthority ? 'other-authority.crt' : 'server-authority.crt'),
        },
        ...(reported !== undefined && { dnsName: reported, dnsNames: [{ name: `${reported}.` }] }),
      });
    writeFileSync(file('public.pem'), (JSON.parse(body) as { readonly public_key: string }).public_key);
    sign('client-authority', 'client.crt', '-force_pubkey', file('public.pem'));
    return reply({ ephemeralCert: { cert: textOf('client.crt') } });
  };
  const google = await startGoogle([admin]);
  return {
    google,
    admin,
    port: typeof address === 'object' && address !== null ? address.port : 0,
    instance: `${project}:${REGION}:${INSTANCE}`,
    async close() {
      await google.close();
      await new Promise((closed) => proxy.close(closed));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
