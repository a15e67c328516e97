/**
 * Cloud services as processes on this machine: here moto and ministack, which are AWS's. Each is started on a free port,
 * by a test that needs it, and is stopped by its process.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ministack, moto } from './tools.ts';

const PROGRAMS = { moto, ministack };
export type EmulatorName = keyof typeof PROGRAMS;

export interface Emulator {
  readonly name: EmulatorName;
  readonly endpoint: string;
  readonly port: number;
  /** Options of an SDK client that talks to it. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  /** Forgets everything. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

const REGION = 'us-east-1';
const READY_MS = 60_000;

/**
 * Starts an emulator and waits until it is the one that answers.
 *
 * @param env - Beside this process's own.
 */
export async function startEmulator(
  name: EmulatorName,
  env: Readonly<Record<string, string>> = {},
): Promise<Emulator> {
  const program = PROGRAMS[name];
  if (!program.present) throw new Error(`${program.name} is not installed`);
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), `mlops-${name}-`));
  const endpoint = `http://127.0.0.1:${port}`;
  const stop = await startServer(
    program.path,
    name === 'moto' ? ['-H', '127.0.0.1', '-p', String(port)] : [],
    {
      port,
      folder,
      env: {
        PATH: [process.env.PATH, dirname(program.path)].join(delimiter),
        TMPDIR: folder,
        BIND_HOST: '127.0.0.1',
        GATEWAY_PORT: String(port),
        STATE_DIR: folder,
        S3_DATA_DIR: join(folder, 's3'),
        ...env,
      },
    },
  );
  return {
    name,
    endpoint,
    port,
    client: { endpoint, region: REGION, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } },
    async reset() {
      await fetch(`${endpoint}/${name === 'moto' ? 'moto-api' : '_ministack'}/reset`, { method: 'POST' });
    },
    stop,
  };
}

export interface ServerOptions {
  readonly port: number;
  /** Removed when it stops. */
  readonly folder: string;
  /** Beside this process's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether it answers. @default any answer to plain HTTP */
  readonly answers?: () => Promise<boolean>;
}

/** Ends a server. */
export interface ServerEnd {
  (): Promise<void>;
  readonly pid: number;
}

/** Starts a program that serves a port, and waits until it is the one that answers. Returns what ends it. */
export async function startServer(
  path: string,
  args: readonly string[],
  { port, folder, env, answers = () => reached(`http://127.0.0.1:${port}`) }: ServerOptions,
): Promise<ServerEnd> {
  const child = spawn(path, args, { stdio: 'ignore', env: { ...process.env, ...env } });
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    if (child.exitCode === null)
      await Promise.race([new Promise((done) => child.once('exit', done)), wait(3_000)]);
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  await ready(child, port, answers).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return Object.assign(stop, { pid: child.pid ?? 0 });
}

const reached = (endpoint: string): Promise<boolean> =>
  fetch(endpoint).then(
    () => true,
    () => false,
  );

/** A port that the system gives, and takes back at once. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function ready(child: ChildProcess, port: number, answers: () => Promise<boolean>): Promise<void> {
  const until = Date.now() + READY_MS;
  while (Date.now() < until) {
    if (child.exitCode !== null) throw new Error(`the emulator ended with ${child.exitCode}`);
    if ((await answers()) && listens(child.pid, port)) return;
    await wait(50);
  }
  throw new Error(`no answer at port ${port} in ${READY_MS} ms`);
}

/** Whether the socket that listens on the port is the process's own, and not an older one's. */
function listens(pid: number | undefined, port: number): boolean {
  if (pid === undefined || process.platform !== 'linux') return pid !== undefined;
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const line = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .find((one) => one.includes(`0100007F:${hex} `) && / 0A /.test(one));
  const inode = line?.trim().split(/\s+/)[9];
  return readdirSync(`/proc/${pid}/fd`).some((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`) === `socket:[${inode}]`;
    } catch {
      return false; // closed since it was listed
    }
  });
}
