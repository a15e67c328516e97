/** Runs a scenario under a plan of faults, delivers again what failed, and says what was broken. */

import type { ModelConfig } from '../../lambdas/core/config.ts';
import { InvalidInput, RuntimeFailure } from '../../lambdas/core/errors.ts';
import type { Ports } from '../../lambdas/ports/index.ts';
import { watch } from './checker.ts';
import { type DeliveryFault, type Fault, faultsOf, storeFaultsOf } from './faults.ts';
import { createWorld } from './sim-fixture.ts';
import type { Call, Files, Plant, Span, World } from './sim-world.ts';
import { createStoreRun } from './store-run.ts';
import type { Slot } from './store-slot.ts';

export interface Job {
  readonly name: string;
  /** The clock shows at least this when it begins, ms since 1970. */
  readonly at?: number;
  run(ports: Ports, world: World): Promise<unknown>;
  /** Codes with which it may rightly end. */
  readonly refused?: RegExp;
}

export interface Scenario {
  readonly name: string;
  readonly config: ModelConfig;
  /** What is there when it begins. */
  start(): Promise<{ readonly files: Files; readonly now: number }>;
  /** One after the other; the jobs of one entry at the same time. */
  readonly groups: readonly (readonly Job[])[];
  /** Whether the entries may come in another order (F8). */
  readonly anyOrder?: boolean;
  /** What is missing in the end, in words. */
  goal(world: World): Promise<readonly string[]>;
  /** What is missing where nothing went wrong. */
  ideal?(world: World): Promise<readonly string[]>;
}

export interface Plan {
  readonly fault: (index: number, call: Call) => Fault | undefined;
  readonly delivery: (job: string) => DeliveryFault | undefined;
  readonly pause: () => number;
  /** The calls that go to a store, where the objects are in one. @default all */
  readonly span?: Span;
}

export const NO_FAULTS: Plan = { fault: () => undefined, delivery: () => undefined, pause: () => 0 };

export interface Run {
  readonly violations: readonly string[];
  readonly calls: readonly Call[];
}

/** Deliveries of one job before somebody would say that it never ends. */
const MAX_DELIVERIES = 8;
/** What a job waits for that another one holds, at most: longer than any lease. */
const MAX_WAITS = 400;
const WAIT_MS = 60_000;

/**
 * One run. The same plan gives the same run.
 *
 * @param slot - Where the objects are. @default in memory
 */
export async function simulate(scenario: Scenario, plan: Plan, plant?: Plant, slot?: Slot): Promise<Run> {
  const { files, now } = await scenario.start();
  const world = createWorld(files, now);
  if (slot !== undefined) world.store = createStoreRun(slot, world, plan.span ?? { from: 0 });
  const possible = slot === undefined ? faultsOf : storeFaultsOf;
  const checker = watch(world, scenario.config);
  world.director = {
    fault: (index, call) => {
      const fault = plan.fault(index, call);
      return fault !== undefined && possible(call.name, call.key).includes(fault) ? fault : undefined;
    },
    pause: plan.pause,
  };
  const violations: string[] = [];
  for (const group of ordered(scenario, plan)) {
    const deliveries = group.flatMap((job) => {
      const once = () => deliver(job, world, plant);
      const fault = plan.delivery(job.name);
      if (fault === 'at-once') return [once, once];
      return [fault === 'again' ? async () => [...(await once()), ...(await once())] : once];
    });
    for (const problems of await Promise.all(deliveries.map((run) => run()))) violations.push(...problems);
  }
  world.director = { fault: () => undefined, pause: () => 0 };
  violations.push(...(await checker.problems()));
  if (violations.length === 0) violations.push(...(await scenario.goal(world)));
  if (violations.length === 0 && plan === NO_FAULTS)
    violations.push(...((await scenario.ideal?.(world)) ?? []));
  violations.push(...((await world.store?.close()) ?? []));
  if (/CANARY-PII/.test(world.log.join())) violations.push('a value of a row is in the log');
  return { violations, calls: world.calls };
}

function ordered({ groups, anyOrder = false }: Scenario, { delivery }: Plan): readonly (readonly Job[])[] {
  if (!anyOrder) return groups;
  const at = groups.findIndex((group) => group.some(({ name }) => delivery(name) === 'swapped'));
  const [first, second] = [groups[at], groups[at + 1]];
  if (first === undefined || second === undefined) return groups;
  return [...groups.slice(0, at), second, first, ...groups.slice(at + 2)];
}

/** Delivers a job as one task among those of its time. */
async function deliver(job: Job, world: World, plant?: Plant): Promise<readonly string[]> {
  const task = {};
  world.store?.turns.join(task);
  try {
    return await redeliver(job, world, task, plant);
  } finally {
    world.store?.turns.end(task);
  }
}

/** Delivers a job until it has ended, as a queue and a workflow service do, and a person after a failure. */
async function redeliver(job: Job, world: World, task: object, plant?: Plant): Promise<readonly string[]> {
  world.now = Math.max(world.now, job.at ?? 0);
  let last = '';
  let waits = 0;
  for (let delivery = 0; delivery < MAX_DELIVERIES; ) {
    const { ports, isDead } = world.process(plant, task);
    try {
      await job.run(ports, world);
      if (!isDead()) return [];
    } catch (error) {
      if (!isDead()) {
        const code =
          error instanceof RuntimeFailure ? error.code : error instanceof InvalidInput ? 'invalid' : '';
        // Records of runs carry no digest: with a bit of one changed the step may stop anywhere, and is run again.
        if (code === '' && !world.spoilt) return [`${job.name}: ${String(error)}`];
        if (job.refused?.test(code)) return [];
        last = String(error);
        if (code === 'pipeline/busy' && waits < MAX_WAITS) {
          waits += 1;
          world.now += WAIT_MS;
          await new Promise((resolve) => setImmediate(resolve));
          continue;
        }
      }
    }
    delivery += 1;
    world.now += 61_000;
  }
  return [`${job.name} never ends: ${last}`];
}
