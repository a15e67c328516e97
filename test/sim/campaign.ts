/** Which plans are tried: every single fault at every call, deliveries twice and in another order, and seeds. */

import { Random } from '../../lambdas/core/numeric/random.ts';
import { type DeliveryFault, type Fault, type FaultsOf, faultsOf } from './faults.ts';
import { PIPELINE_SCENARIOS } from './pipeline-scenarios.ts';
import { RELEASE_SCENARIOS } from './release-scenarios.ts';
import type { Call, Plant } from './sim-world.ts';
import { NO_FAULTS, type Plan, type Scenario, simulate } from './simulate.ts';

export const SCENARIOS: readonly Scenario[] = [...PIPELINE_SCENARIOS, ...RELEASE_SCENARIOS];

/** A plan with the words that repeat it. */
export interface NamedPlan {
  /** `--fault 12:answer-lost`, `--delivery export:again`, `--seed 7`. */
  readonly words: string;
  readonly plan: Plan;
}

export const oneFault = (index: number, fault: Fault): NamedPlan => ({
  words: `--fault ${index}:${fault}`,
  plan: { ...NO_FAULTS, fault: (at) => (at === index ? fault : undefined) },
});

export const oneDelivery = (job: string, fault: DeliveryFault): NamedPlan => ({
  words: `--delivery '${job}:${fault}'`,
  plan: { ...NO_FAULTS, delivery: (name) => (name === job ? fault : undefined) },
});

/** Share of calls that fail, of jobs that are delivered otherwise, and faults of one run at most. */
const RATES = { call: 0.05, delivery: 0.25 } as const;
const MAX_FAULTS = 5;

/** Several faults at places that the seed decides, tasks that overtake each other, jobs that come twice. */
export function seeded(seed: number, possible: FaultsOf = faultsOf): NamedPlan {
  const random = Random.fromSeed(seed);
  const pick = <T>(all: readonly T[]): T => all[random.below(all.length)] as T; // none of these lists is empty
  let faults = 0;
  const deliveries = new Map<string, DeliveryFault | undefined>();
  const draw = (): DeliveryFault | undefined =>
    random.uniform() < RATES.delivery ? pick(['again', 'at-once', 'swapped'] as const) : undefined;
  return {
    words: `--seed ${seed}`,
    plan: {
      fault(_, { name, key }) {
        const kinds = possible(name, key);
        if (faults >= MAX_FAULTS || random.uniform() >= RATES.call || kinds.length === 0) return undefined;
        faults += 1;
        return pick(kinds);
      },
      delivery(job) {
        if (!deliveries.has(job)) deliveries.set(job, draw());
        return deliveries.get(job);
      },
      pause: () => random.below(6),
    },
  };
}

/** Every single fault that the calls of an undisturbed run can have, and every job twice or in another order. */
export function singleFaults(
  scenario: Scenario,
  calls: readonly Call[],
  possible: FaultsOf = faultsOf,
): readonly NamedPlan[] {
  const jobs = scenario.groups.flat().map(({ name }) => name);
  const deliveries: readonly DeliveryFault[] = scenario.anyOrder
    ? ['again', 'at-once', 'swapped']
    : ['again', 'at-once'];
  return [
    ...calls.flatMap(({ name, key }, index) => possible(name, key).map((fault) => oneFault(index, fault))),
    ...jobs.flatMap((job) => deliveries.map((fault) => oneDelivery(job, fault))),
  ];
}

export interface Found {
  readonly scenario: string;
  readonly words: string;
  readonly violations: readonly string[];
}

export interface Tally {
  readonly scenario: string;
  readonly calls: number;
  readonly single: number;
  readonly seeds: number;
  readonly ms: number;
  readonly found: readonly Found[];
}

/** Tries a scenario with every single fault, then with seeds; stops at the first few violations. */
export async function campaign(scenario: Scenario, seeds: number, plant?: Plant, most = 3): Promise<Tally> {
  const began = performance.now();
  const clean = await simulate(scenario, NO_FAULTS, plant);
  const singles = singleFaults(scenario, clean.calls);
  const found: Found[] = [];
  if (clean.violations.length > 0)
    found.push({ scenario: scenario.name, words: '', violations: clean.violations });
  let tried = 0;
  const all = [...singles, ...Array.from({ length: seeds }, (_, i) => i + 1)];
  for (const one of all) {
    if (found.length >= most) break;
    const { words, plan } = typeof one === 'number' ? seeded(one) : one;
    const { violations } = await simulate(scenario, plan, plant);
    tried += 1;
    if (violations.length > 0) found.push({ scenario: scenario.name, words, violations });
  }
  const single = Math.min(tried, singles.length);
  const ms = Math.round(performance.now() - began);
  return { scenario: scenario.name, calls: clean.calls.length, single, seeds: tried - single, ms, found };
}
