/** `npm run sim -- --store gcs` or `blob`: the scenarios of a store, through its cloud's adapter, on its emulator. */

import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { DIALECTS, type StoreName } from '../support/store-dialects.ts';
import { NETWORK_FAULTS } from '../support/store-network.ts';
import { type NamedPlan, seeded } from './campaign.ts';
import { FAULTS, storeFaultsOf } from './faults.ts';
import { NO_FAULTS, type Scenario, simulate } from './simulate.ts';
import { SPAN, STORE_SCENARIOS, type StoreTally, storeCampaign, storeFaults } from './store-campaign.ts';
import { openSlot, type RunningStore, type Slot } from './store-slot.ts';

export interface StoreOptions {
  readonly store: StoreName;
  readonly seeds: number;
  /** @default all of {@link STORE_SCENARIOS} */
  readonly scenario?: string | undefined;
  /** One run: `--seed 7`, `--fault 12:torn`, `--delivery 'tick at 60:again'`. @default the campaign */
  readonly words?: string | undefined;
}

interface Work extends StoreOptions {
  readonly emulator: RunningStore;
}

/** Runs that are made at once: while one waits for an answer that does not come, the others go on. */
const SLOTS = 12;
const BUCKETS = Array.from({ length: SLOTS }, (_, i) => `slot-${i}`);
/** More than that, and something is kept that should not be. */
const MAX_MIB = 1_024;

/** Makes the runs in a process that trusts the emulator's certificate: fetch reads certificates when it starts only. */
export async function simulateStore(options: StoreOptions): Promise<number> {
  const { createBucket, stop, ...emulator } = await DIALECTS[options.store].start();
  try {
    await Promise.all(BUCKETS.map(createBucket));
    const { certificate } = emulator;
    const child = fork(import.meta.filename, [JSON.stringify({ ...options, emulator } satisfies Work)], {
      execArgv: process.execArgv,
      env: { ...process.env, ...(certificate !== undefined && { NODE_EXTRA_CA_CERTS: certificate }) },
    });
    return await new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
  } finally {
    await stop();
  }
}

async function work({ store, seeds, scenario, words, emulator }: Work): Promise<number> {
  const chosen = STORE_SCENARIOS.filter(({ name }) => scenario === undefined || name === scenario);
  const [one] = chosen;
  if (one === undefined || (words !== undefined && scenario === undefined))
    throw new Error(`--scenario: one of ${STORE_SCENARIOS.map(({ name }) => name).join(', ')}`);
  // Most errors here are faults that were asked for.
  Error.stackTraceLimit = 0;
  // The delays between the attempts of a request are drawn: a run would be another one when it is repeated.
  Math.random = () => 0.5;
  const protocol = emulator.certificate === undefined ? 'http' : 'https';
  const endpoint = `${protocol}://127.0.0.1:${emulator.port}${new URL(emulator.endpoint).pathname.replace(/\/$/, '')}`;
  const slots = await Promise.all(
    BUCKETS.slice(0, words === undefined ? SLOTS : 1).map((bucket) =>
      openSlot(DIALECTS[store], emulator, bucket, endpoint),
    ),
  );
  try {
    return await (words === undefined
      ? all(chosen, slots, { store, seeds, emulator })
      : replay(one, words, slots[0] as Slot)); // one was opened
  } finally {
    await Promise.all(slots.map((slot) => slot.stop()));
  }
}

async function all(chosen: readonly Scenario[], slots: readonly Slot[], { store, seeds, emulator }: Work) {
  const began = performance.now();
  const tallies: StoreTally[] = [];
  const memory: string[] = [];
  console.log('scenario        calls  single faults  seeds   seconds  violations');
  for (const scenario of chosen) {
    const tally = await storeCampaign(scenario, slots, { seeds });
    tallies.push(tally);
    report(store, tally);
    memory.push(`${mibOf(process.pid)} and ${mibOf(emulator.pid)}`);
  }
  const sum = (of: (tally: StoreTally) => number) => tallies.reduce((total, tally) => total + of(tally), 0);
  const happened = NETWORK_FAULTS.map((fault) => {
    const times = slots.reduce((total, { network }) => total + network.happened[fault], 0);
    return `${times} ${fault}`;
  });
  console.log(`faults of the network: ${happened.join(', ')}`);
  console.log(`MiB of the runs and of the emulator after each scenario: ${memory.join(', ')}`);
  console.log(`processor seconds: ${secondsOf(process.pid)} and ${secondsOf(emulator.pid)}`);
  const isBounded = mibOf(process.pid) < MAX_MIB && mibOf(emulator.pid) < MAX_MIB;
  if (!isBounded) console.log(`  more than ${MAX_MIB} MiB`);
  const violations = sum(({ found }) => found.length);
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  console.log(
    `${store}: ${tallies.length} scenarios, ${sum(({ single }) => single)} single faults, ${sum((one) => one.seeds)} seeded runs, ${violations} violations (${seconds} s)`,
  );
  return violations === 0 && isBounded ? 0 : 1;
}

/** Memory that a process holds, of Linux's /proc; 0 elsewhere. */
function mibOf(pid: number): number {
  if (process.platform !== 'linux') return 0;
  const [, kib = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kib) / 1_024);
}

const TICKS_PER_SECOND = 100;

/** Processor time of a process, of Linux's /proc; 0 elsewhere. */
function secondsOf(pid: number): number {
  if (process.platform !== 'linux') return 0;
  // utime and stime, after the name, which may have spaces.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return Math.round((Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND);
}

function report(store: StoreName, { scenario, calls, single, seeds, ms, found }: StoreTally): void {
  const cells = [calls, single, seeds, (ms / 1_000).toFixed(1), found.length];
  const widths = [6, 14, 6, 9, 11];
  console.log(
    [scenario.padEnd(14), ...cells.map((cell, i) => String(cell).padStart(widths[i] ?? 0))].join(' '),
  );
  for (const { words, violations } of found) {
    console.log(`  npm run sim -- --store ${store} --scenario ${scenario} ${words}`);
    for (const violation of violations) console.log(`    ${violation}`);
  }
}

async function replay(scenario: Scenario, words: string, slot: Slot): Promise<number> {
  const clean = await simulate(scenario, NO_FAULTS, undefined, slot);
  const [, seed] = /^--seed (\d+)$/.exec(words) ?? [];
  const named: NamedPlan | undefined =
    seed === undefined
      ? storeFaults(scenario, clean.calls, SPAN).find((one) => one.words === words)
      : seeded(Number(seed), storeFaultsOf);
  if (named === undefined)
    throw new Error(`${words}: no call with this fault among the ${clean.calls.length} of ${scenario.name}`);
  const happened: string[] = [];
  const { violations } = await simulate(
    scenario,
    {
      ...named.plan,
      fault(index, call) {
        const fault = named.plan.fault(index, call);
        if (fault !== undefined) happened.push(`call ${index}, ${call.name} ${call.key}: ${FAULTS[fault]}`);
        return fault;
      },
    },
    undefined,
    slot,
  );
  console.log([`${scenario.name} ${words}`, ...happened.map((line) => `  ${line}`)].join('\n'));
  console.log(violations.length === 0 ? 'no violation' : violations.join('\n'));
  return violations.length === 0 ? 0 : 1;
}

const [, , sent] = process.argv;
if (process.send !== undefined && process.argv[1] === import.meta.filename && sent !== undefined)
  process.exit(await work(JSON.parse(sent) as Work)); // of simulateStore
