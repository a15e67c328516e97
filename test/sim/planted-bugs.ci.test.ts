import { describe, expect, it, vi } from 'vitest';
import { BUGS } from './bugs.ts';
import { campaign, SCENARIOS, seeded } from './campaign.ts';
import { trainScenario } from './pipeline-scenarios.ts';
import { NO_FAULTS, simulate } from './simulate.ts';

const planted = vi.hoisted(() => ({ overlap: false }));
vi.mock('../../lambdas/core/table/split.ts', async (original) => {
  const real = await original<typeof import('../../lambdas/core/table/split.ts')>();
  return {
    ...real,
    splitByTime(...args: Parameters<typeof real.splitByTime>) {
      const split = real.splitByTime(...args);
      // Every row is trained on, also those that are held out.
      return planted.overlap ? { ...split, train: Int32Array.from(args[0].keys()) } : split;
    },
  };
});

const SEEDS = 500;

describe('planted bugs in the simulation', () => {
  it.each(BUGS)('finds the bug: $name', async ({ scenario, plant }) => {
    const { found } = await campaign(scenario, SEEDS, plant, 1);
    expect(found).toHaveLength(1);
  });

  it('finds rows in training and in the holdout', async () => {
    planted.overlap = true;
    try {
      const { found } = await campaign(trainScenario(), SEEDS, undefined, 1);
      expect(found[0]?.violations.join()).toMatch(/rows are trained on and held out/);
    } finally {
      planted.overlap = false;
    }
  });

  it('finds a changed byte of a version, where two runs have one name', async () => {
    const bug = BUGS.find(({ name }) => name === 'two runs of one name') as (typeof BUGS)[number];
    const { violations } = await simulate(bug.scenario, NO_FAULTS, bug.plant);
    expect(violations.join('\n')).toMatch(
      /^exports\/.*\/run-1\/part-.*, which version 1 refers to, was changed$/m,
    );
  });

  it('covers sixteen planted faults in all', () => {
    expect(BUGS.length + 1).toBe(16);
  });
});

describe('the simulation without any fault', () => {
  it.each(SCENARIOS)('runs $name to its end', async (scenario) => {
    expect((await simulate(scenario, NO_FAULTS)).violations).toEqual([]);
  });
});

it('repeats the same run for one seed', async () => {
  for (const name of ['canary', 'two-runs', 'register']) {
    const scenario = SCENARIOS.find((one) => one.name === name) as (typeof SCENARIOS)[number];
    const [first, second] = [
      await simulate(scenario, seeded(7).plan),
      await simulate(scenario, seeded(7).plan),
    ];
    expect(second).toEqual(first);
  }
});
