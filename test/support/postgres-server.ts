import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import type { DatabaseOptions } from '../../lambdas/adapters/shared/database-options.ts';
import { postgres } from './tools.ts';

export interface PostgresServer {
  readonly port: number;
  /** The server's own certificate, for `localhost` and 127.0.0.1. */
  readonly certificateFile: string;
  /** A role that may SELECT from every table of the schema public, over TLS with a password. */
  readonly reader: DatabaseOptions;
  /** A connection as the owner; the caller ends it. */
  connect(): Promise<Client>;
  stop(): void;
}

const OWNER = 'owner';
const READER_PASSWORD = 'S3cret-of-the-reader';
/** The variable that `reader.password` refers to. */
export const READER_VARIABLE = 'MLOPS_TEST_READER_PASSWORD';

/**
 * A new PostgreSQL in a temporary folder, on a free port of 127.0.0.1, with TLS. It refuses to run as root, so root
 * starts it as the system's user `postgres`.
 *
 * @param settings - Server settings, `shared_buffers=1GB`.
 * @param trusting - Name of a role whose password is not looked at, as RDS looks at a token and not at a password.
 */
export async function startPostgres(
  settings: readonly string[] = [],
  { trusting }: { readonly trusting?: string } = {},
): Promise<PostgresServer> {
  if (!postgres.present) throw new Error(`${postgres.name} is not installed`);
  const folder = mkdtempSync(join(tmpdir(), 'pg-'));
  const data = join(folder, 'data');
  const port = await freePort();
  const identity = systemUser();
  if (identity !== undefined) chownSync(folder, identity.uid, identity.gid);
  const run = (program: string, ...args: string[]): void => {
    execFileSync(program, args, { ...identity, cwd: folder, stdio: 'ignore' });
  };
  const server = (program: string, ...args: string[]) => run(join(dirname(postgres.path), program), ...args);

  server('initdb', '-D', data, '-U', OWNER, '-A', 'trust', '--no-sync', '-E', 'UTF8', '--locale=C');
  const certificate = join(data, 'server.crt');
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  run(
    'openssl',
    'req',
    '-new',
    '-x509',
    ...ec,
    ...names,
    '-keyout',
    join(data, 'server.key'),
    '-out',
    certificate,
  );
  const trusted = trusting === undefined ? '' : `hostssl all ${trusting} 127.0.0.1/32 trust\n`;
  writeFileSync(
    join(data, 'pg_hba.conf'),
    `local all all trust\n${trusted}host all all 127.0.0.1/32 scram-sha-256\n`,
  );
  const options = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${folder}`,
    'ssl=on',
    'fsync=off',
    'synchronous_commit=off',
    'full_page_writes=off',
    ...settings,
  ];
  const flags = options.map((option) => `-c ${option}`).join(' ');
  server('pg_ctl', '-D', data, '-l', join(folder, 'log'), '-w', '-o', flags, 'start');

  const connect = async (): Promise<Client> => {
    const client = new Client({ host: folder, port, user: OWNER, database: 'postgres' });
    await client.connect();
    return client;
  };
  const owner = await connect();
  await owner.query(`create role reader login password '${READER_PASSWORD}';
    alter default privileges in schema public grant select on tables to reader`);
  await owner.end();
  process.env[READER_VARIABLE] = READER_PASSWORD;
  return {
    port,
    certificateFile: certificate,
    reader: {
      host: '127.0.0.1',
      port,
      database: 'postgres',
      user: 'reader',
      password: { env: READER_VARIABLE },
      tls: { ca: { file: certificate } },
    },
    connect,
    stop() {
      server('pg_ctl', '-D', data, '-w', '-m', 'immediate', 'stop');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function systemUser(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
  return { uid: id('-u'), gid: id('-g') };
}

/** A port that nobody listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address !== null
          ? resolve(address.port)
          : reject(new Error('no port')),
      );
    });
  });
}
