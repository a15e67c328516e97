/** Bad answers come in clusters: one customer's broken client fails each time. Seeded simulation. */

import { describe, expect, it } from 'vitest';
import { Random } from '../../lambdas/core/numeric/random.ts';
import { judgeStep } from '../../lambdas/core/release/canary-steps.ts';
import { releasePolicy } from '../../lambdas/core/release/policy.ts';
import type { Challenger, LiveStep } from '../../lambdas/core/release/state.ts';
import { goesToChallenger } from '../../lambdas/core/release/traffic-split.ts';
import { foldObservations } from '../../lambdas/stores/observations.ts';
import type { Prediction } from '../../lambdas/stores/predictions.ts';
import { CONFIG } from './release-fixture.ts';

const RUNS = 200;
const LOOKS = 20;
const ENTITIES_PER_LOOK = 150;
const BASE = 0.01;
const POLICY = { ...releasePolicy(CONFIG), maxBadShare: 0.01 };
const LIVE: LiveStep = {
  step: 0,
  share: 0.5,
  shadow: false,
  since: 0,
  before: { bad: [], slow: [] },
};
const CHAMPION = { version: 1, digest: 'd1' };
const CHALLENGER: Challenger = {
  version: 2,
  digest: 'd2',
  strategy: 'canary',
  changeExpected: false,
  startedAt: 0,
  live: LIVE,
};

/** Runs in which a challenger like the champion is called harmful, each entity sending `requests` in a row. */
function falseAborts(requests: number, known: boolean): number {
  let aborts = 0;
  for (let run = 1; run <= RUNS; run += 1) {
    const random = Random.fromSeed(run);
    const fold = foldObservations({ scoreEdges: [], slowMs: 500 });
    for (let look = 1; look <= LOOKS; look += 1) {
      for (let i = 0; i < ENTITIES_PER_LOOK; i += 1) {
        const entity = `${run}-${look}-${i}`;
        const ours = goesToChallenger(entity, 2, LIVE);
        const status = random.uniform() < BASE ? 'invalid' : 'ok';
        for (let k = 0; k < requests; k += 1)
          fold.add(record(`${entity}-${k}`, ours, status, known ? entity : undefined));
      }
      const verdict = judgeStep(LIVE, CHALLENGER, CHAMPION, fold.result(), look * 60_000, POLICY);
      if (verdict.kind !== 'harm') continue;
      aborts += 1;
      break;
    }
  }
  return aborts;
}

const record = (id: string, ours: boolean, status: Prediction['status'], entity?: string): Prediction => ({
  record: id,
  id,
  at: 0,
  ...(entity !== undefined && { entity }),
  releaseSeq: 1,
  arm: ours ? 'challenger' : 'champion',
  version: ours ? 2 : 1,
  status,
  latencyMs: 1,
});

describe('a healthy release with bad responses in clusters', () => {
  it.each([3, 10])(
    'is aborted no more often with %i responses per entity, because each entity counts once',
    (requests) => {
      // 1 % of the runs, and three standard deviations of what so many runs show of it.
      expect(falseAborts(requests, true)).toBeLessThanOrEqual(
        RUNS * 0.01 + 3 * Math.sqrt(RUNS * 0.01 * 0.99),
      );
    },
  );

  it('would be aborted far too often if every response counted: callers should name the entity', () => {
    expect(falseAborts(10, false)).toBeGreaterThan(RUNS * 0.3);
  });
});
