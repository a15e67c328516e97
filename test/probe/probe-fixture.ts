/** A world in which versions are released, and a scoring service that is probed in it. */

import { createEndpoint } from '../../lambdas/adapters/local/endpoint.ts';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import type { Endpoint } from '../../lambdas/ports/endpoint.ts';
import type { MetricValue } from '../../lambdas/ports/metrics.ts';
import { type ProbeResult, runProbe } from '../../lambdas/probe/probe.ts';
import { runSignal } from '../../lambdas/release/follow-signal.ts';
import { releaseSignal } from '../../lambdas/runtime/aws-signals.ts';
import { createService } from '../../lambdas/score/service.ts';
import { CONFIG, createWorld, type TestWorld, type VersionOptions } from '../release/release-fixture.ts';

export const SECRET = 'a secret of the model';
export { CONFIG, HOUR } from '../release/release-fixture.ts';

export interface ProbeBench {
  readonly world: TestWorld;
  readonly endpoint: Endpoint;
  readonly emitted: Readonly<Record<string, MetricValue>>[];
  /** Prediction records that the service wrote. */
  readonly records: string[];
  /** Pauses between tries, in ms. */
  readonly pauses: number[];
  /** Registers a version and moves the pointer to it. */
  release(options?: VersionOptions): Promise<number>;
  probe(change?: {
    readonly endpoint?: Endpoint;
    readonly config?: ModelConfig;
  }): Promise<readonly ProbeResult[]>;
  /** Hands every event that nobody has heard yet to the release controller. */
  hear(): Promise<void>;
}

/** The answer of a service that another version, or another score, took the place of. */
export const changing = (endpoint: Endpoint, change: (body: string) => string): Endpoint => ({
  async post(request) {
    const answer = await endpoint.post(request);
    return { ...answer, body: change(answer.body) };
  },
});

export async function probeBench(config: ModelConfig = CONFIG): Promise<ProbeBench> {
  const world = createWorld(undefined, config);
  const emitted: ProbeBench['emitted'] = [];
  const records: string[] = [];
  const pauses: number[] = [];
  let named = 0;
  const scoring = {
    ...world.ports,
    online: { put: async () => {}, get: async () => undefined, delete: async () => {} },
    metrics: { emit: () => {} },
    predictions: {
      nextId() {
        named += 1;
        return `record-${named}`;
      },
      append: async (lines: readonly { readonly line: string }[]) =>
        void records.push(...lines.map(({ line }) => line)),
      flush: async () => {},
    },
  };
  const endpoint = createEndpoint(await createService(scoring, config, async () => SECRET));
  const clock = {
    ...world.clock,
    async sleep(ms: number) {
      pauses.push(ms);
      world.clock.set(world.clock.now() + ms);
    },
  };
  let heard = 0;
  return {
    world,
    endpoint,
    emitted,
    records,
    pauses,
    async release(options) {
      const version = await world.register(options);
      world.clock.set(world.clock.now() + 1_000);
      const approved = { kind: 'approved', version, changeExpected: false } as const;
      await runSignal(world.ports, { ...config, releaseStrategy: 'all-at-once' }, { ...approved });
      return version;
    },
    probe({ endpoint: other = endpoint, config: own = config } = {}) {
      const metrics = {
        emit: (_: unknown, values: Readonly<Record<string, MetricValue>>) => void emitted.push(values),
      };
      return runProbe({
        ports: { ...world.ports, clock, metrics, endpoint: other },
        config: own,
        secret: SECRET,
      });
    },
    async hear() {
      for (; heard < world.published.length; heard += 1) {
        const detail = world.published[heard];
        if (detail?.type !== 'probe.failed') continue;
        const signal = releaseSignal({ 'detail-type': detail.type, id: `bus-${heard}`, detail });
        await runSignal(world.ports, config, signal);
      }
    },
  };
}
