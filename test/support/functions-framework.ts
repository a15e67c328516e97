/** Google's functions framework as a process, which starts a function as Cloud Run does. */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { bundlesOf } from '../../constructs/shared/bundle.ts';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import type { FunctionName } from '../../lambdas/functions.ts';
import { freePort } from './emulators.ts';
import { environment, type Program, program } from './tools.ts';

const MAIN = 'functions-framework';

/** The version that package.json names. */
export const framework: Program = program(MAIN, join(import.meta.dirname, '../../node_modules/.bin'));
/**
 * The version that Google's build installs beside a function without dependencies
 * (GoogleCloudPlatform/buildpacks, cmd/nodejs/functions_framework/converter/without-framework/package-lock.json).
 */
export const builtFramework: Program = {
  ...program(MAIN, join(environment('functions-framework'), '../node_modules/.bin')),
  name: 'functions framework 3.5.1',
};

/** A function that runs. */
export interface RunningFunction {
  /** Without a final slash. */
  readonly url: string;
  readonly child: ChildProcess;
  /** Everything that it has printed. */
  log(): string;
  /** The code that it ends with. */
  readonly ended: Promise<number | null>;
  /** Ends it, and waits until it has. */
  stop(): Promise<void>;
}

/** Unpacks the archive of a function; returns its folder, in the given one. */
export function unpackFunction(root: string, name: FunctionName, model: ModelConfig): string {
  const folder = mkdtempSync(join(root, `${name}-`));
  for (const file of bundlesOf('gcp').get(name) ?? []) {
    const path = join(folder, file.name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, file.bytes);
  }
  writeFileSync(
    join(folder, 'config.json'),
    JSON.stringify({ schemaVersion: 1, codeVersion: 'test', model }),
  );
  return folder;
}

const READY_MS = 20_000;

/**
 * Starts the program in a function's folder, and waits until it listens.
 *
 * @param env - The function's own; nothing else is handed on but the path.
 * @param node - Node that runs it. @default this process's
 */
export async function startFunction(
  { path }: Program,
  folder: string,
  env: Readonly<Record<string, string>>,
  node = process.execPath,
): Promise<RunningFunction> {
  const port = await freePort();
  const printed: string[] = [];
  const child = spawn(node, [path, '--target=handler', `--source=${folder}`], {
    cwd: folder,
    env: { PATH: process.env.PATH, PORT: String(port), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => void printed.push(chunk.toString()));
  const until = Date.now() + READY_MS;
  while (!(await listens(port))) {
    if (child.exitCode !== null || Date.now() > until)
      throw new Error(`the function did not start: ${printed.join('')}`);
    await wait(50);
  }
  return {
    url: `http://127.0.0.1:${port}`,
    child,
    log: () => printed.join(''),
    ended,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
