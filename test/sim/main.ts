/**
 * - `npm run sim`: every scenario with every single fault and 500 seeds, on two processes
 * - `npm run sim -- --scenario canary --seed 7` (or `--fault 12:answer-lost`, `--delivery 'tick 1:again'`): one run again
 * - `npm run sim -- --store gcs` or `blob`: three scenarios through the cloud's adapter on its emulator, with every
 *   single fault of a call of objects and 50 seeds; one run again with the same words
 */

import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { STORES } from '../support/store-dialects.ts';
import { campaign, oneDelivery, oneFault, SCENARIOS, seeded, type Tally } from './campaign.ts';
import { type DeliveryFault, FAULTS, type Fault } from './faults.ts';
import { simulate } from './simulate.ts';
import { simulateStore } from './store-main.ts';

const { values } = parseArgs({
  options: {
    scenario: { type: 'string' },
    seed: { type: 'string' },
    fault: { type: 'string' },
    delivery: { type: 'string' },
    seeds: { type: 'string' },
    store: { type: 'string' },
  },
});
const seeds = Number(values.seeds ?? (values.store === undefined ? 500 : 50));

if (process.send !== undefined) serve();
else if (values.store !== undefined) process.exitCode = await withStore(values.store);
else if (values.seed ?? values.fault ?? values.delivery) process.exitCode = await replay();
else process.exitCode = await all();

/** A child process: campaigns of the scenarios that it is given. */
function serve(): void {
  process.on('message', async (name: string) => {
    const scenario = SCENARIOS.find((one) => one.name === name);
    if (scenario !== undefined) process.send?.(await campaign(scenario, seeds));
  });
}

function withStore(name: string): Promise<number> {
  const store = STORES.find((one) => one === name);
  if (store === undefined) throw new Error(`--store: one of ${STORES.join(', ')}`);
  const [words] = (['seed', 'fault', 'delivery'] as const).flatMap((option) => {
    const value = values[option];
    if (value === undefined) return [];
    return option === 'delivery' ? `--delivery '${value}'` : `--${option} ${value}`;
  });
  return simulateStore({ store, seeds, scenario: values.scenario, words });
}

async function all(): Promise<number> {
  const began = performance.now();
  const chosen = SCENARIOS.filter(({ name }) => values.scenario === undefined || name === values.scenario);
  if (chosen.length === 0)
    throw new Error(`--scenario: one of ${SCENARIOS.map(({ name }) => name).join(', ')}`);
  // The longest first, so that both processes end at about the same time.
  const waiting = chosen.map(({ name }) => name).sort((a, b) => costOf(b) - costOf(a));
  const tallies: Tally[] = [];
  console.log('scenario        calls  single faults  seeds   seconds  violations');
  await Promise.all(
    Array.from({ length: Math.min(chosen.length, Math.max(2, availableParallelism())) }, async () => {
      const child = fork(import.meta.filename, ['--seeds', String(seeds)], { execArgv: process.execArgv });
      for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
        const tally = new Promise<Tally>((resolve, reject) => {
          child.once('message', resolve);
          child.once('exit', (code) => reject(new Error(`a process ended with ${code}`)));
        });
        child.send(name);
        tallies.push(await tally);
        report(tallies.at(-1) as Tally); // just pushed
        child.removeAllListeners('exit');
      }
      child.kill();
    }),
  );
  const sum = (of: (tally: Tally) => number) => tallies.reduce((total, tally) => total + of(tally), 0);
  const violations = sum(({ found }) => found.length);
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  console.log(
    `${tallies.length} scenarios, ${sum(({ single }) => single)} single faults, ${sum((one) => one.seeds)} seeded runs, ${violations} violations (${seconds} s)`,
  );
  return violations === 0 ? 0 : 1;
}

/** By what was measured: a run of these trains, or reads many answers. */
function costOf(name: string): number {
  return ['canary', 'train', 'replacement', 'two-runs', 'rollback', 'bad-canary', 'monitor'].indexOf(name) < 0
    ? 0
    : 1;
}

function report({ scenario, calls, single, seeds: tried, ms, found }: Tally): void {
  const cells = [scenario.padEnd(14), calls, single, tried, (ms / 1_000).toFixed(1), found.length];
  const widths = [14, 6, 14, 6, 9, 11];
  console.log(
    cells.map((cell, i) => (i === 0 ? String(cell) : String(cell).padStart(widths[i] as number))).join(' '),
  ); // as many widths
  for (const { words, violations } of found) {
    console.log(`  npm run sim -- --scenario ${scenario} ${words}`);
    for (const violation of violations) console.log(`    ${violation}`);
  }
}

async function replay(): Promise<number> {
  const scenario = SCENARIOS.find(({ name }) => name === values.scenario);
  if (scenario === undefined)
    throw new Error(`--scenario: one of ${SCENARIOS.map(({ name }) => name).join(', ')}`);
  const [first = '', second = ''] = (values.fault ?? values.delivery ?? '').split(/:(?=[a-z-]+$)/);
  if (values.fault !== undefined && !Object.hasOwn(FAULTS, second))
    throw new Error(`--fault: a call and one of ${Object.keys(FAULTS).join(', ')}`);
  const { plan, words } =
    values.seed !== undefined
      ? seeded(Number(values.seed))
      : values.fault !== undefined
        ? oneFault(Number(first), second as Fault) // checked above
        : oneDelivery(first, second as DeliveryFault); // another word delivers as usual
  const happened: string[] = [];
  const { violations } = await simulate(scenario, {
    ...plan,
    fault(index, call) {
      const fault = plan.fault(index, call);
      if (fault !== undefined) happened.push(`call ${index}, ${call.name} ${call.key}: ${FAULTS[fault]}`);
      return fault;
    },
  });
  console.log([`${scenario.name} ${words}`, ...happened.map((line) => `  ${line}`)].join('\n'));
  console.log(violations.length === 0 ? 'no violation' : violations.join('\n'));
  return violations.length === 0 ? 0 : 1;
}
