/** Releases by evidence, rollbacks, the service beside them, and the shared state under all of it. */

import { createEndpoint } from '../../lambdas/adapters/local/endpoint.ts';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import { RuntimeFailure } from '../../lambdas/core/errors.ts';
import type { ReleaseSignal } from '../../lambdas/core/release/signal.ts';
import type { ReleaseState } from '../../lambdas/core/release/state.ts';
import type { Ports } from '../../lambdas/ports/index.ts';
import { runProbe } from '../../lambdas/probe/probe.ts';
import { runSignal } from '../../lambdas/release/follow-signal.ts';
import { releaseSignal } from '../../lambdas/runtime/aws-signals.ts';
import { createScorer } from '../../lambdas/score/scorer.ts';
import { createService } from '../../lambdas/score/service.ts';
import { updateOnce } from '../../lambdas/stores/conditional-write.ts';
import { readRelease } from '../../lambdas/stores/release.ts';
import {
  type AnswerOptions,
  CONFIG,
  HOUR,
  createWorld as releaseWorld,
  rowsOf,
  SECRET,
  START,
  type VersionOptions,
} from '../release/release-fixture.ts';
import { createWorld } from './sim-fixture.ts';
import type { Files, World } from './sim-world.ts';
import type { Job, Scenario } from './simulate.ts';

const CANARY: ModelConfig = { ...CONFIG, releaseStrategy: 'canary' };
/** One step of half the requests: who is blind to harm promotes at once. */
const HALF: ModelConfig = {
  ...CANARY,
  serving: { ...CANARY.serving, release: { ...CANARY.serving.release, share: 0.5 } },
};

interface Start {
  readonly files: Files;
  readonly now: number;
}

/** Registered versions and rows; the first one serves and its watch is over, where one is asked for. */
function versions(
  count: number,
  { serving, later }: { readonly serving: boolean; readonly later?: VersionOptions },
): () => Promise<Start> {
  let made: Promise<Start> | undefined;
  const make = async (): Promise<Start> => {
    const world = createWorld(new Map(), START);
    const inner = releaseWorld(world.objects);
    await inner.ingest(rowsOf(120));
    for (let version = 1; version <= count; version += 1) {
      await inner.register(version === 1 ? undefined : later);
      if (version > 1 || !serving) continue;
      await runSignal(inner.ports, CONFIG, { kind: 'approved', version: 1 });
      await inner.answer(1, 400);
      inner.clock.set(START + 30 * HOUR);
      await runSignal(inner.ports, CONFIG, { kind: 'tick' });
    }
    return { files: world.files, now: START + 30 * HOUR };
  };
  return () => {
    made ??= make();
    return made;
  };
}

const signal = (name: string, what: ReleaseSignal, config: ModelConfig = CONFIG, at?: number): Job => ({
  name,
  ...(at !== undefined && { at: START + at * HOUR }),
  run: (ports) => runSignal(ports, config, what),
});
const approved = (version: number, config?: ModelConfig) =>
  signal(`approved ${version}`, { kind: 'approved', version }, config);
const TICK: ReleaseSignal = { kind: 'tick' };

/** Answers that somebody else's requests got; nothing goes wrong here. Those of one time are made once for all runs. */
function answers(
  name: string,
  counts: readonly (readonly [version: number, count: number, options?: AnswerOptions])[],
): Job {
  const made = new Map<number, Promise<Files>>();
  const make = async (now: number): Promise<Files> => {
    const { files, objects } = createWorld(new Map(), now);
    const inner = releaseWorld(objects);
    for (const [version, count, options] of counts)
      await inner.answer(version, count, { at: now + 1_000, ...options });
    return files;
  };
  return {
    name,
    async run(_, world) {
      const files = made.get(world.now) ?? make(world.now);
      made.set(world.now, files);
      await world.place(await files);
      world.now += 1_200_000;
    },
  };
}
const asChallenger = { record: () => ({ arm: 'challenger' as const }) };

const stateOf = async (world: World): Promise<ReleaseState> => (await readRelease(world.objects)).state;
const is = (what: string, expected: unknown, got: unknown): readonly string[] =>
  JSON.stringify(expected) === JSON.stringify(got)
    ? []
    : [`${what} is ${JSON.stringify(got)}, not ${JSON.stringify(expected)}`];
const champion = async (world: World, expected: number): Promise<readonly string[]> =>
  is('the champion', expected, (await stateOf(world)).champion?.version);

/** Version 2 serves, or its release has ended with version 1 in its place: what is late or unclear is never promoted. */
async function decided(world: World): Promise<readonly string[]> {
  const { champion: now, challenger, outcomes } = await stateOf(world);
  const ended = outcomes.find(({ version }) => version === 2)?.fate;
  const served = now?.version === 2 ? ended !== 'rolled-back' && ended !== 'aborted' : now?.version === 1;
  return served && (now?.version === 2 || challenger !== null || ended !== undefined)
    ? []
    : [`version 2 is ${ended}, ${now?.version} serves`];
}

/** Ticks until the time is long over, as a timer gives them. */
const ticks = (hours: readonly number[], config: ModelConfig = CONFIG): readonly (readonly Job[])[] =>
  hours.map((hour) => [signal(`tick at ${hour}`, TICK, config, hour)]);

/** Nobody is told by the old version ten seconds after a rollback. */
async function serve(ports: Ports, world: World): Promise<void> {
  const scorer = createScorer({ ports, config: CONFIG, secret: 'sim' });
  const ask = async (): Promise<{ readonly status: number; readonly version: number | undefined }> => {
    const body = {
      features: { age: 40, job: SECRET.length > 0 ? 'admin' : '', noise: 1 },
      id: `q${world.calls.length}`,
    };
    const { status, body: text } = await scorer.score(body, { requestId: `q${world.calls.length}` });
    const version = (JSON.parse(text) as { model?: { version?: number } }).model?.version;
    return { status, version };
  };
  const before = await ask();
  const steps: string[] = [];
  if (before.status !== 200) throw new RuntimeFailure('score/no-model', 'not yet', { retryable: true });
  const { previous, champion: seen } = (await readRelease(world.objects)).state;
  if (previous !== null)
    await runSignal(releaseWorld(world.objects).ports, CONFIG, {
      kind: 'rollback',
      id: 'by-hand',
      by: 'ada',
      ...(seen && { version: seen.version }),
    });
  const { champion: now } = (await readRelease(world.objects)).state;
  world.now += 10_000;
  for (let i = 0; i < 3; i += 1) {
    const later = await ask();
    // The first read of the pointer may have been one that was some seconds old.
    const stale = i > 0 && later.status === 200 && later.version !== now?.version;
    // The pointer could not be read: what was verified last serves, and says so.
    if (stale && (await scorer.model())?.stale !== true)
      steps.push(`version ${later.version} answers, ${now?.version} serves`);
    world.now += 10_000;
  }
  await scorer.flush();
  if (steps.length > 0) throw new TypeError(steps.join('; '));
}

const SECRET_OF_MODEL = 'sim';

/** A probe by a process of its own, of a service in another one. It changes nothing, wherever it ends. */
const probe = (name: string, at?: number): Job => ({
  name,
  ...(at !== undefined && { at: START + at * HOUR }),
  async run(ports, world) {
    const { ports: serving } = world.process();
    const service = await createService(serving, CONFIG, async () => SECRET_OF_MODEL);
    const before = contentOf(world);
    const endpoint = createEndpoint(service);
    const [ended] = await Promise.allSettled([
      runProbe({ ports: { ...ports, endpoint }, config: CONFIG, secret: SECRET_OF_MODEL }),
    ]);
    if (contentOf(world) !== before) throw new TypeError('the probe changed the store');
    if (ended.status === 'rejected') throw ended.reason;
  },
});

const contentOf = ({ files }: World): string =>
  [...files].map(([key, { version }]) => `${key} ${version}`).join();

/** Failed probes, as the bus hands them to the controller: again and again, which must be once. */
const hearProbes = (name: string): Job => ({
  name,
  async run(ports, world) {
    for (const event of world.published.filter(({ type }) => type === 'probe.failed'))
      await runSignal(ports, CONFIG, releaseSignal({ 'detail-type': event.type, detail: event }));
  },
});

const COUNTER = { encode: (n: number) => n, decode: (json: unknown) => json as number };
const OPERATIONS = 4;
const count = (operation: number): Job => ({
  name: `operation ${operation}`,
  async run(ports) {
    const { outcome } = await updateOnce<number>(
      ports,
      'counter.json',
      `operation-${operation}`,
      (n = 0) => n + 1,
      COUNTER,
    );
    if (outcome === 'unknown')
      throw new RuntimeFailure('store/unknown-outcome', 'ask again', { retryable: true });
  },
});

export const RELEASE_SCENARIOS: readonly Scenario[] = [
  {
    name: 'first-release',
    config: CONFIG,
    start: versions(1, { serving: false }),
    groups: [[approved(1)], [answers('answers', [[1, 400]])], ...ticks([60, 80])],
    goal: (world) => champion(world, 1),
  },
  {
    name: 'replacement',
    config: CONFIG,
    start: versions(2, { serving: true }),
    groups: [[approved(2)], [answers('answers', [[2, 400]])], ...ticks([62, 90])],
    goal: decided,
    ideal: (world) => champion(world, 2),
  },
  {
    name: 'canary',
    config: CANARY,
    start: versions(2, { serving: true }),
    groups: [
      [approved(2, CANARY)],
      [
        answers('first step', [
          [1, 100],
          [2, 400, asChallenger],
        ]),
      ],
      [signal('tick 1', TICK, CANARY)],
      [
        answers('second step', [
          [1, 100],
          [2, 400, asChallenger],
        ]),
      ],
      [signal('tick 2', TICK, CANARY)],
    ],
    goal: decided,
    ideal: (world) => champion(world, 2),
  },
  {
    name: 'bad-canary',
    config: HALF,
    start: versions(2, { serving: true }),
    groups: [
      [approved(2, HALF)],
      [
        answers('answers', [
          [1, 100],
          [2, 400, { ...asChallenger, invalid: 150 }],
        ]),
      ],
      [signal('tick 1', TICK, HALF)],
      [
        answers('more', [
          [1, 100],
          [2, 400, { ...asChallenger, invalid: 150 }],
        ]),
      ],
      ...ticks([60, 100], HALF),
    ],
    async goal(world) {
      const { champion: now, challenger, outcomes } = await stateOf(world);
      const promoted = outcomes.some(({ version, fate }) => version === 2 && fate === 'promoted');
      return [
        ...is('the champion', 1, now?.version),
        ...is('the challenger', null, challenger),
        ...is('promoted', false, promoted),
      ];
    },
  },
  {
    name: 'no-traffic',
    config: CANARY,
    start: versions(2, { serving: true }),
    groups: [[approved(2, CANARY)], ...ticks([56, 70, 100], CANARY)],
    goal: (world) => champion(world, 1),
  },
  {
    name: 'rollback',
    config: CONFIG,
    start: versions(3, { serving: true }),
    anyOrder: true,
    groups: [
      [approved(2)],
      [
        signal(
          'alarm',
          { kind: 'alarm', id: 'alarm-1', since: START + 40 * HOUR, reason: 'ErrorRate' },
          CONFIG,
          40,
        ),
      ],
      [signal('by hand', { kind: 'rollback', id: 'by-hand', by: 'ada', version: 2 })],
      [approved(2)],
      ...ticks([70, 90]),
    ],
    async goal(world) {
      const { champion: now } = await stateOf(world);
      return now === null || now.version === 2 ? [`the champion is ${now?.version} after a rollback`] : [];
    },
  },
  {
    name: 'alarm-and-people',
    config: CONFIG,
    start: versions(3, { serving: true }),
    groups: [
      [approved(2)],
      [answers('answers', [[2, 400]])],
      ...ticks([62]),
      [approved(3)],
      [
        signal(
          'alarm',
          { kind: 'alarm', id: 'alarm-1', since: START + 63 * HOUR, reason: 'ErrorRate' },
          CONFIG,
          64,
        ),
        signal('ada', { kind: 'rollback', id: 'ada', by: 'ada', version: 3 }),
        signal('ben', { kind: 'rollback', id: 'ben', by: 'ben', version: 3 }),
      ],
    ],
    async goal(world) {
      const { outcomes } = await stateOf(world);
      const back = outcomes.filter(({ fate }) => fate === 'rolled-back').map(({ version }) => version);
      return back.length > 1 ? [`versions ${back.join()} were rolled back`] : [];
    },
    ideal: (world) => champion(world, 2),
  },
  {
    name: 'probe',
    config: CONFIG,
    start: versions(2, { serving: true }),
    groups: [[approved(2)], ...ticks([31]), [probe('probe'), probe('another probe')]],
    goal: decided,
    ideal: async (world) => [
      ...(await champion(world, 2)),
      ...is('failed probes', 0, world.published.filter(({ type }) => type === 'probe.failed').length),
    ],
  },
  {
    name: 'wrong-probe',
    config: CONFIG,
    start: versions(2, { serving: true, later: { probe: { score: 0.123 } } }),
    groups: [
      [approved(2)],
      ...[41, 42, 43].flatMap((hour) => [
        [probe(`probe at ${hour}`, hour)],
        [hearProbes(`heard at ${hour}`)],
      ]),
    ],
    goal: (world) => champion(world, 1),
  },
  {
    name: 'score',
    config: CONFIG,
    start: versions(2, { serving: true }),
    groups: [[approved(2)], [{ name: 'serve', run: serve }]],
    goal: async () => [],
  },
  {
    name: 'shared-state',
    config: CONFIG,
    start: async () => ({ files: new Map(), now: START }),
    groups: [Array.from({ length: OPERATIONS }, (_, i) => count(i))],
    async goal(world) {
      const bytes = world.files.get('counter.json')?.bytes ?? Buffer.from('{}');
      return is(
        'the count',
        OPERATIONS,
        (JSON.parse(Buffer.from(bytes).toString()) as { state?: number }).state,
      );
    },
  },
];
