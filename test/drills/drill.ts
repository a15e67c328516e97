/**
 * kill -9 drills: every use case, killed at many moments and started again.
 *
 * - `npm run drill`: 25 kills per use case, then processes at the same time
 * - `npm run drill -- --seed 7 --kills 200`: other moments, and more
 * - `npm run drill -- --only release --kills 1000`: every moment of one use case
 * - `npm run drill -- --replay register objects.tryPut#2:after`: one kill, whose folder is kept when it fails
 * - `npm run drill -- --store gcs` or `blob`: releases on a cloud's store instead, see store-release.ts
 */

import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { STORES } from '../support/store-dialects.ts';
import {
  type Campaign,
  type Drill,
  drillOnce,
  inParallel,
  momentsOf,
  openCampaign,
  scratchFolder,
} from './campaign.ts';
import { CASE_NAMES, type CaseName } from './cases.ts';
import type { Moment } from './process.ts';
import { RACES } from './races.ts';
import { drillStore } from './store-release.ts';

const { values, positionals } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string', default: '50' },
    store: { type: 'string' },
    kills: { type: 'string', default: '25' },
    only: { type: 'string' },
    replay: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const began = performance.now();
const failures = values.store === undefined ? await kills() : await releases(values.store);
process.exitCode = failures === 0 ? 0 : 1;

function releases(name: string): Promise<number> {
  const store = STORES.find((one) => one === name);
  if (store === undefined) throw new Error(`--store: one of ${STORES.join(', ')}`);
  const all = Array.from({ length: Number(values.seeds) }, (_, seed) => seed);
  return drillStore(store, values.seed === undefined ? all : [Number(values.seed)]);
}

async function kills(): Promise<number> {
  const folder = scratchFolder();
  const campaign = await openCampaign(folder);
  const found = values.replay ? await replay(campaign, positionals) : await drillAll(campaign);
  campaign.close();
  if (found === 0) rmSync(folder, { recursive: true });
  return found;
}

async function drillAll(opened: Campaign): Promise<number> {
  const { only, seed = '1' } = values;
  const drills = [...opened.drills.values()].filter(({ name }) => only === undefined || name === only);
  let [kills, found] = [0, 0];
  for (const drill of drills) {
    const moments = momentsOf(drill, Number(values.kills), Number(seed));
    const tasks = moments.map((moment) => () => drillAt(opened, drill, moment));
    const outcomes = await inParallel(tasks, availableParallelism());
    const killed = outcomes.reduce((sum, outcome) => sum + outcome.kills, 0);
    const violated = outcomes.filter(({ violations }) => violations > 0).length;
    kills += killed;
    found += violated;
    console.log(`${drill.name.padEnd(14)}${String(killed).padStart(4)} kills, ${violated} violations`);
  }
  for (const [name, race] of Object.entries(only === undefined ? RACES : {})) {
    const problems = await race(opened);
    for (const problem of problems) console.log(`  ${problem}`);
    found += problems.length > 0 ? 1 : 0;
    console.log(`${name}: ${problems.length} violations`);
  }
  const seconds = Math.round((performance.now() - began) / 1_000);
  console.log(`${drills.length} use cases, ${kills} kills, ${found} violations (${seconds} s)`);
  return found;
}

/** A victim that ended before its time to die came is tried again, earlier. */
async function drillAt(opened: Campaign, drill: Drill, moment: Moment) {
  let at = moment;
  let outcome = await drillOnce(opened, drill, at);
  while (outcome.result === 'spared' && outcome.violations.length === 0 && typeof at === 'number' && at > 0) {
    at = Math.floor(at / 2);
    outcome = await drillOnce(opened, drill, at);
  }
  if (outcome.result === 'spared') console.log(`  ${drill.name}: ${at} did not come`);
  report(drill.name, at, outcome.violations);
  return { kills: outcome.result === 'killed' ? 1 : 0, violations: outcome.violations.length };
}

async function replay(opened: Campaign, [name, moment = '']: readonly string[]): Promise<number> {
  const drill = opened.drills.get(name as CaseName); // an unknown name is not found
  if (drill === undefined) throw new Error(`unknown case ${name}: one of ${CASE_NAMES.join(', ')}`);
  const { result, violations } = await drillOnce(
    opened,
    drill,
    /^\d+$/.test(moment) ? Number(moment) : moment,
  );
  console.log(`${name} at ${moment}: ${result}, ${violations.length} violations`);
  report(drill.name, moment, violations);
  return violations.length;
}

function report(name: string, moment: Moment, violations: readonly string[]): void {
  if (violations.length === 0) return;
  console.log(`  npm run drill -- --replay ${name} '${moment}'`);
  for (const violation of violations) console.log(`    ${violation}`);
}
