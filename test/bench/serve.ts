/**
 * One-row scoring over HTTP, in one run: bare Node (parse and print, no model), our service with everything on
 * (checks, pointer, recording), and FastAPI with XGBoost and the same model file. Server and client are separate
 * processes on the same machine.
 */

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';

const CONNECTIONS = 32;
const WARM_UP_SEC = 2;
const ROUND_SEC = 3;
const ROUNDS = 3;

/** Smallest accepted ratios of our requests per second. */
export const GOALS = { ofBare: 0.4, ofFastApi: 5 } as const;

interface Server {
  readonly name: string;
  readonly url: string;
  stop(): Promise<void>;
}

interface Round {
  readonly requestsPerSec: number;
  readonly p99Ms: number;
}

/**
 * Measures, prints, and returns the ratios of our requests per second to the others'. The servers take turns, and
 * a ratio is the median over the rounds, so that what else the machine does falls on all of them.
 */
export async function run(): Promise<{ readonly ofBare: number; readonly ofFastApi: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'mlops-bench-'));
  const servers: Server[] = [];
  try {
    const model = join(folder, 'model.ubj');
    execFileSync('python3', [here('serve-model.py'), model]);
    const node = (...args: string[]) => ['node', '--import', 'tsx', here('serve-server.ts'), ...args];
    servers.push(await start('bare node', node('bare')));
    servers.push(await start('ours', node('ours', model, join(folder, 'ours'))));
    servers.push(await start('fastapi', ['python3', here('fastapi_app.py'), model, '0'.repeat(64)]));
    for (const { url } of servers) await load(url, WARM_UP_SEC);
    const rounds: Round[][] = servers.map(() => []);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [index, { url }] of servers.entries()) rounds[index]?.push(await load(url, ROUND_SEC));
    }
    const [bare = [], ours = [], fastApi = []] = rounds;
    servers.forEach(({ name }, index) => {
      const its = rounds[index] ?? [];
      const rate = median(its.map(({ requestsPerSec }) => requestsPerSec)).toFixed(0);
      const p99 = median(its.map(({ p99Ms }) => p99Ms));
      console.log(`${name.padEnd(10)} ${rate.padStart(7)} req/s   p99 ${p99} ms`);
    });
    const ofBare = medianRatio(ours, bare);
    const ofFastApi = medianRatio(ours, fastApi);
    console.log(`ours / bare node ${ofBare.toFixed(2)} (goal ${GOALS.ofBare})`);
    console.log(`ours / fastapi   ${ofFastApi.toFixed(1)} (goal ${GOALS.ofFastApi})`);
    return { ofBare, ofFastApi };
  } finally {
    for (const server of servers) await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function start(name: string, [program = '', ...args]: readonly string[]): Promise<Server> {
  const server = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(server, 'exit');
  const died = ended.then(() => Promise.reject(new Error(`${name} ended before it listened`)));
  const [port] = await Promise.race([once(server.stdout, 'data') as Promise<[Buffer]>, died]);
  died.catch(() => {}); // from here on it is meant to end
  return {
    name,
    url: `http://127.0.0.1:${String(port).trim()}/score`,
    async stop() {
      server.kill();
      await ended;
    },
  };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function medianRatio(a: readonly Round[], b: readonly Round[]): number {
  return median(
    a.map(({ requestsPerSec }, round) => requestsPerSec / (b[round]?.requestsPerSec ?? Number.NaN)),
  );
}

async function load(url: string, seconds: number): Promise<Round> {
  const features = Object.fromEntries(Array.from({ length: 14 }, (_, i) => [`f${i}`, i / 7 - 1]));
  const result = await autocannon({
    url,
    method: 'POST',
    connections: CONNECTIONS,
    duration: seconds,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ features }),
  });
  if (result.non2xx + result.errors > 0)
    throw new Error(`${url}: ${result.non2xx} refused, ${result.errors} failed`);
  return { requestsPerSec: result.requests.average, p99Ms: result.latency.p99 };
}

function here(name: string): string {
  return new URL(name, import.meta.url).pathname;
}
