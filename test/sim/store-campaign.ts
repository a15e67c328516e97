/** Scenarios through the adapter of a cloud, on its emulator: every single fault of a call of objects, and seeds. */

import { type Found, type NamedPlan, SCENARIOS, seeded, singleFaults } from './campaign.ts';
import { storeFaultsOf } from './faults.ts';
import type { Call, Plant } from './sim-world.ts';
import { NO_FAULTS, type Plan, type Run, type Scenario, simulate } from './simulate.ts';
import type { Slot } from './store-slot.ts';

/** A pointer that moves for the first time, one that moves back, and two writers of one registry. */
export const STORE_SCENARIOS: readonly Scenario[] = ['first-release', 'rollback', 'two-runs'].map((name) => {
  const found = SCENARIOS.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no scenario '${name}'`);
  return found;
});

/** The attempts after a fault, and what a program reads to find out what happened. */
export const SPAN = 16;

export interface StoreTally {
  readonly scenario: string;
  /** Calls of ports in an undisturbed run. */
  readonly calls: number;
  readonly single: number;
  readonly seeds: number;
  readonly ms: number;
  readonly found: readonly Found[];
}

export interface StoreCampaign {
  readonly seeds: number;
  readonly plant?: Plant;
  /** Whether every single fault is tried. @default true */
  readonly singles?: boolean;
  /** Calls that go to the store, from the one that fails. @default {@link SPAN} */
  readonly span?: number;
  /** Violations after which it ends. @default 3 */
  readonly most?: number;
}

/**
 * Every single fault of a call of objects. The calls before it are those of the undisturbed run.
 *
 * @param calls - Of that run.
 * @param span - Calls that go to the store, from the one that fails.
 */
export function storeFaults(scenario: Scenario, calls: readonly Call[], span: number): readonly NamedPlan[] {
  return singleFaults(scenario, calls, storeFaultsOf).map(({ words, plan }) => {
    const at = Number(/^--fault (\d+)/.exec(words)?.[1] ?? Number.NaN);
    const expected = calls[at];
    if (expected === undefined) return { words, plan };
    const held: Plan = {
      ...plan,
      span: { from: at, calls: span },
      fault(index, call) {
        if (index === at && (call.name !== expected.name || call.key !== expected.key))
          throw new Error(`call ${at} is ${call.name} ${call.key}, not ${expected.name} ${expected.key}`);
        return plan.fault(index, call);
      },
    };
    return { words, plan: held };
  });
}

/** Tries a scenario with every plan, several at once: each in a slot, that is in a bucket, of its own. */
export async function storeCampaign(
  scenario: Scenario,
  slots: readonly Slot[],
  { seeds, plant, singles: all = true, span = SPAN, most = 3 }: StoreCampaign,
): Promise<StoreTally> {
  const began = performance.now();
  const [first] = slots;
  if (first === undefined) throw new Error('a campaign needs a slot');
  const found: Found[] = [];
  const note = (words: string, { violations }: Run): void => {
    if (violations.length > 0) found.push({ scenario: scenario.name, words, violations });
  };
  const clean = await simulate(scenario, NO_FAULTS, plant, first);
  note('', clean);
  const singles = all ? storeFaults(scenario, clean.calls, span) : [];
  const waiting: NamedPlan[] = [
    ...singles,
    ...Array.from({ length: seeds }, (_, i) => seeded(i + 1, storeFaultsOf)),
  ];
  let tried = 0;
  await Promise.all(
    slots.map(async (slot) => {
      for (let one = next(); one !== undefined; one = next()) {
        note(one.words, await simulate(scenario, one.plan, plant, slot));
        tried += 1;
      }
    }),
  );
  function next(): NamedPlan | undefined {
    return found.length < most ? waiting.shift() : undefined;
  }
  const single = Math.min(tried, singles.length);
  const ms = Math.round(performance.now() - began);
  return { scenario: scenario.name, calls: clean.calls.length, single, seeds: tried - single, ms, found };
}
