import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Connection, createConnection } from 'mysql2/promise';
import type { MysqlOptions } from '../../lambdas/adapters/shared/mysql.ts';
import { freePort } from './postgres-server.ts';
import { mariadb } from './tools.ts';

export interface MariadbServer {
  readonly port: number;
  /** The server's own certificate, for `localhost` and 127.0.0.1. */
  readonly certificateFile: string;
  /** A user that may SELECT from every table of the database `test`, over TLS with a password. */
  readonly reader: MysqlOptions;
  /** A connection as the owner; the caller ends it. */
  connect(): Promise<Connection>;
  stop(): Promise<void>;
}

export const READER_PASSWORD = 'S3cret-of-the-reader';
/** The variable that `reader.password` refers to. */
const READER_VARIABLE = 'MLOPS_TEST_MARIADB_PASSWORD';

/** A new MariaDB in a temporary folder, on a free port of 127.0.0.1, with TLS; root starts it as the user `mysql`. */
export async function startMariadb(settings: readonly string[] = []): Promise<MariadbServer> {
  if (!mariadb.present) throw new Error(`${mariadb.name} is not installed`);
  const folder = mkdtempSync(join(tmpdir(), 'my-'));
  const port = await freePort();
  const identity = systemUser();
  if (identity !== undefined) chownSync(folder, identity.uid, identity.gid);
  const run = (program: string, ...args: string[]): void => {
    execFileSync(program, args, { ...identity, cwd: folder, stdio: 'ignore' });
  };
  const data = join(folder, 'data');
  const plain = ['--auth-root-authentication-method=normal', '--skip-test-db', '--skip-name-resolve'];
  run('mariadb-install-db', '--no-defaults', `--datadir=${data}`, ...plain);
  const certificate = join(folder, 'cert.pem');
  const key = join(folder, 'key.pem');
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  run('openssl', 'req', '-new', '-x509', ...ec, ...names, '-keyout', key, '-out', certificate);
  const socket = join(folder, 's.sock');
  const server = spawn(
    mariadb.path,
    [
      '--no-defaults',
      `--datadir=${data}`,
      '--bind-address=127.0.0.1',
      `--port=${port}`,
      `--socket=${socket}`,
      `--pid-file=${join(folder, 'pid')}`,
      `--ssl-cert=${certificate}`,
      `--ssl-key=${key}`,
      `--ssl-ca=${certificate}`,
      '--innodb-flush-log-at-trx-commit=0',
      '--innodb-buffer-pool-size=64M',
      '--skip-log-bin',
      '--skip-name-resolve',
      ...settings,
    ],
    { ...identity, cwd: folder, stdio: 'ignore' },
  );
  const connect = () =>
    createConnection({ socketPath: socket, user: 'root', database: 'test', multipleStatements: true });
  await ready(socket, server);
  const owner = await createConnection({ socketPath: socket, user: 'root', multipleStatements: true });
  await owner.query(`create database test character set utf8mb4;
    create user reader@'%' identified by '${READER_PASSWORD}' require ssl; grant select on test.* to reader@'%'`);
  await owner.end();
  process.env[READER_VARIABLE] = READER_PASSWORD;
  return {
    port,
    certificateFile: certificate,
    reader: {
      host: '127.0.0.1',
      port,
      database: 'test',
      user: 'reader',
      password: { env: READER_VARIABLE },
      tls: { ca: { file: certificate } },
    },
    connect,
    async stop() {
      server.kill('SIGKILL');
      if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Waits until the server takes connections. */
async function ready(socket: string, server: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (server.exitCode !== null) throw new Error(`MariaDB ended with ${server.exitCode}`);
    if (existsSync(socket)) {
      const connection = await createConnection({ socketPath: socket, user: 'root' }).catch(() => undefined);
      await connection?.end();
      if (connection !== undefined) return;
    }
    await sleep(100);
  }
  throw new Error('MariaDB does not answer');
}

function systemUser(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(spawnSync('id', [flag, 'mysql'], { encoding: 'utf8' }).stdout);
  return { uid: id('-u'), gid: id('-g') };
}
