/** Kills a use case at a moment, starts it again, and compares what it leaves with a run that nobody killed. */

import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CASE_NAMES, type CaseName } from './cases.ts';
import { contentOf, differences, leftovers } from './disk.ts';
import { nextHolder, violations } from './invariants.ts';
import type { Plant } from './plants.ts';
import { bundleVictim, type Ending, type Moment, runVictim } from './process.ts';
import { changedReferences } from './references.ts';

export interface Drill {
  readonly name: CaseName;
  /** The folder before the case, and after it. */
  readonly start: string;
  readonly clean: string;
  /** Every moment of a run that nobody kills, in order. */
  readonly moments: readonly string[];
  /** How long it took, from its first line to its end. */
  readonly ms: number;
}

export interface Campaign {
  readonly folder: string;
  readonly bundle: string;
  readonly drills: ReadonlyMap<CaseName, Drill>;
  close(): void;
}

/** Restarts until a run is let live. */
const MAX_ATTEMPTS = 3;

/** In memory where the machine has such a place: a killed process loses no page, so a disk would only be slower. */
const MEMORY = '/dev/shm';

/** A new empty folder for a campaign. */
export function scratchFolder(): string {
  return realpathSync(mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'drills-')));
}

/** Runs every case once, each from what the one before left. */
export async function openCampaign(folder: string): Promise<Campaign> {
  const bundle = await bundleVictim();
  let start = join(folder, 'start');
  mkdirSync(start, { recursive: true });
  const drills = new Map<CaseName, Drill>();
  requireDone('first-loop', await runVictim(bundle, 'first-loop', start));
  for (const name of CASE_NAMES) {
    const clean = join(folder, `${name}-clean`);
    const trace = join(folder, `${name}-trace`);
    copy(start, clean);
    const ending = await runVictim(bundle, name, clean, { trace });
    requireDone(name, ending);
    const found = await violations(clean);
    if (found.length > 0) throw new Error(`${name} without a kill: ${found.join('; ')}`);
    const moments = readFileSync(trace, 'utf8').split('\n');
    drills.set(name, { name, start, clean, moments, ms: ending.ms });
    start = clean;
  }
  return { folder, bundle, drills, close: () => rmSync(bundle, { force: true }) };
}

/** `spared`: the victim ended before the moment came. */
export interface Outcome {
  readonly result: 'killed' | 'spared';
  readonly violations: readonly string[];
}

let folders = 0;

/** One kill: the state right after it, the restart, and the end. */
export async function drillOnce(
  { folder, bundle }: Campaign,
  { name, start, clean }: Drill,
  killAt: Moment,
  plant?: Plant,
): Promise<Outcome> {
  folders += 1;
  const root = join(folder, `${name}-${folders}`);
  copy(start, root);
  const first = await runVictim(bundle, name, root, { killAt, plant });
  if (first.end === 'failed') return { result: 'spared', violations: [`failed: ${first.errors}`] };
  const found: string[] = [];
  const add = (when: string, problems: readonly string[]) =>
    found.push(...problems.map((problem) => `${when}: ${problem}`));
  add('after the kill', await violations(root));
  add('after the kill', await unrecorded(root, first));
  add('after the kill', await changedReferences(start, root));
  let last = first;
  for (let attempt = 1; last.end !== 'done' && attempt < MAX_ATTEMPTS; attempt += 1) {
    last = await runVictim(bundle, name, root, { attempt, plant });
    if (last.end === 'failed') add('restart', [last.errors]);
  }
  add('at the end', leftovers(root));
  add('at the end', await violations(root));
  add('at the end', differences(await contentOf(clean), await contentOf(root)));
  add('at the end', await changedReferences(start, root));
  add('at the end', await nextHolder(root));
  if (found.length === 0) rmSync(root, { recursive: true });
  return { result: first.end === 'killed' ? 'killed' : 'spared', violations: found };
}

/** Answers whose records were flushed before the kill and cannot be read after it. */
async function unrecorded(root: string, { told }: Ending): Promise<readonly string[]> {
  const ids = told.flatMap((line) => (line.startsWith('recorded ') ? line.split(' ').slice(1) : []));
  if (ids.length === 0) return [];
  const content = await contentOf(root);
  return ids.filter((id) => !content.has(`prediction ${id}`)).map((id) => `record of ${id} is lost`);
}

/** Of a case's kills, these shares are at calls of ports and at changes of the disk; the others at any time. */
const SHARES = { ports: 0.5, disk: 0.3 } as const;

/** Moments to kill a case at, as many as asked for: all named ones where it has no more, and times to fill up. */
export function momentsOf({ moments, ms }: Drill, count: number, seed: number): readonly Moment[] {
  const onDisk = (moment: string) => moment.startsWith('fs.');
  const ports = moments.filter((moment) => !onDisk(moment));
  const named = [
    ...choose(ports, Math.round(count * SHARES.ports), seed),
    ...choose(moments.filter(onDisk), Math.round(count * SHARES.disk), seed),
  ];
  const times = Array.from({ length: count - named.length }, (_, at) => Math.round(spread(seed, at) * ms));
  return [...named, ...times];
}

/** Evenly chosen, from a place that the seed decides. */
function choose(moments: readonly string[], count: number, seed: number): readonly string[] {
  if (moments.length <= count) return moments;
  const stride = moments.length / count;
  const first = spread(seed, 0) * stride;
  return Array.from({ length: count }, (_, at) => moments[Math.floor(first + at * stride)] as string); // inside
}

/** A number in [0, 1) that looks random and is the same each time. */
function spread(seed: number, at: number): number {
  return (Math.imul(seed * 1_000 + at + 1, 2_654_435_761) >>> 0) / 2 ** 32;
}

/** Runs the tasks, so many at once, in order. */
export async function inParallel<T>(
  tasks: readonly (() => Promise<T>)[],
  width: number,
): Promise<readonly T[]> {
  const results = new Array<T>(tasks.length);
  let next = 0;
  const worker = async () => {
    for (let at = next; at < tasks.length; at = next) {
      next += 1;
      results[at] = await (tasks[at] as () => Promise<T>)(); // at is inside
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}

export function copy(from: string, to: string): void {
  cpSync(from, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
}

export function requireDone(name: string, { end, errors }: Ending): void {
  if (end !== 'done') throw new Error(`${name} ${end}: ${errors}`);
}
