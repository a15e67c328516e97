import { describe, expect, it } from 'vitest';
import { RuntimeFailure } from '../../lambdas/core/errors.ts';
import { type ReleaseInput, type ReleasePorts, runRelease } from '../../lambdas/release/release.ts';
import { readBundle } from '../../lambdas/stores/bundle.ts';
import { readIndex } from '../../lambdas/stores/models.ts';
import { Crash, FAULTS, faultyStore, memoryObjects } from '../stores/crash.ts';
import {
  CONFIG,
  copyObjects,
  createWorld,
  HOUR,
  rowsOf,
  START,
  type TestWorld,
  uniform,
} from './release-fixture.ts';

const approved = (version: number) => ({ kind: 'approved', version, changeExpected: false }) as const;
const TICK = { kind: 'tick' } as const;
const ROLLBACK = { kind: 'rollback', id: 'r', by: 'ada' } as const;

/** What the stores hold before an input arrives, and when it does. */
interface Scene {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly at: number;
}

async function scene(prepare: (world: TestWorld) => Promise<void>): Promise<Scene> {
  const objects = memoryObjects();
  const world = createWorld(objects);
  await world.ingest(rowsOf(150));
  await world.register();
  await prepare(world);
  return { files: objects.files, at: world.clock.now() };
}

/** Version 1 was promoted; 2 is like it, 3 the other way round. */
const serving = () =>
  scene(async (world) => {
    await runRelease(world.ports, CONFIG, approved(1));
    await world.answer(1, 400);
    world.clock.set(START + 25 * HOUR);
    await runRelease(world.ports, CONFIG, TICK);
    await world.register({ shift: 0.5 });
    await world.register({ step: -0.4 });
  });

/** Version 2 is watched and has answered; the window ends or not. */
const watching = (invalid: number, hours: number) =>
  scene(async (world) => {
    await runRelease(world.ports, CONFIG, approved(1));
    await world.answer(1, 400);
    world.clock.set(START + 25 * HOUR);
    await runRelease(world.ports, CONFIG, TICK);
    await runRelease(world.ports, CONFIG, approved(await world.register({ shift: 0.5 })));
    await world.answer(2, 400, { invalid });
    world.clock.set(world.clock.now() + hours * HOUR);
  });

const CASES: readonly (readonly [string, () => Promise<Scene>, ReleaseInput, readonly string[]])[] = [
  ['a first release', () => scene(async () => {}), approved(1), []],
  ['a replay that passes', serving, approved(2), ['1 promoted']],
  ['a replay that fails', serving, approved(3), ['1 promoted', '3 aborted']],
  ['harm in the watch window', () => watching(60, 2), TICK, ['1 promoted', '2 rolled-back']],
  ['the end of the watch window', () => watching(0, 25), TICK, ['1 promoted', '2 promoted']],
  [
    'an alarm',
    () => watching(0, 2),
    { kind: 'alarm', id: 'a', since: START + 26 * HOUR, reason: 'errors' },
    ['1 promoted', '2 rolled-back'],
  ],
  ['a rollback', () => watching(0, 2), ROLLBACK, ['1 promoted', '2 rolled-back']],
];

async function enter({ files, at }: Scene): Promise<TestWorld> {
  const world = createWorld(await copyObjects(files));
  world.clock.set(at);
  return world;
}

describe('a controller that dies at any call, before or after its effect', () => {
  it.each(CASES)('ends alike after the next delivery and a tick: %s', async (_, open, input, fates) => {
    const before = await open();
    const calm = await enter(before);
    const calls = { calls: 0 };
    await runRelease(calm.process(undefined, calls), CONFIG, input);
    expect(await calm.fates()).toEqual(fates);
    const expected = await calm.state();
    const told = calm.published.map(({ id }) => id);
    expect(calls.calls).toBeGreaterThan(2);

    for (let at = 0; at < calls.calls; at += 1)
      for (const when of ['before', 'after'] as const) {
        const world = await enter(before);
        const dying = runRelease(world.process({ at, when }), CONFIG, input);
        await expect(dying).rejects.toBeInstanceOf(Crash);
        await runRelease(world.ports, CONFIG, input);
        await runRelease(world.ports, CONFIG, TICK);
        expect(await world.state(), `call ${at}, ${when}`).toEqual(expected);
        expect([...new Set(world.published.map(({ id }) => id))], `call ${at}, ${when}`).toEqual(told);
        const ended = told.filter((id) => id.startsWith('release.ended:'));
        expect(world.notified.length).toBeGreaterThanOrEqual(ended.length);
      }
  });

  it.each(CASES)('ends alike after a tick alone, once it began: %s', async (_, open, input) => {
    const before = await open();
    const calm = await enter(before);
    const calls = { calls: 0 };
    await runRelease(calm.process(undefined, calls), CONFIG, input);
    const start = (await (await enter(before)).state()).seq;

    for (let at = 0; at < calls.calls; at += 1) {
      const world = await enter(before);
      await expect(runRelease(world.process({ at, when: 'after' }), CONFIG, input)).rejects.toBeInstanceOf(
        Crash,
      );
      if ((await world.state()).seq === start) continue; // it had no effect yet: its own delivery is needed
      await runRelease(world.ports, CONFIG, TICK);
      expect((await world.state()).state, `call ${at}`).toEqual((await calm.state()).state);
      expect(new Set(world.published.map(({ id }) => id))).toEqual(
        new Set(calm.published.map(({ id }) => id)),
      );
    }
  });
});

/** Delivers until there is an answer, as a queue does. */
async function deliver(ports: ReleasePorts, input: ReleaseInput): Promise<void> {
  for (let delivery = 0; delivery < 20; delivery += 1)
    try {
      await runRelease(ports, CONFIG, input);
      return;
    } catch (error) {
      if (!(error instanceof RuntimeFailure)) throw error;
      if (!error.retryable) return; // refused for good
    }
}

/** Any of them, with the same chance. */
const pick = <T>(next: () => number, of: readonly T[]): T => of[Math.floor(next() * of.length)] as T; // below length

describe('lost requests and lost responses', () => {
  it.each(CASES)('ends as if nothing had been lost: %s', async (_, open, input) => {
    const before = await open();
    const calm = await enter(before);
    await runRelease(calm.ports, CONFIG, input);
    for (let seed = 1; seed <= 20; seed += 1) {
      const next = uniform(seed * 7919);
      const world = await enter(before);
      const objects = faultyStore(world.objects, () => pick(next, FAULTS));
      await deliver({ ...world.ports, objects }, input);
      expect(await world.state(), `seed ${seed}`).toEqual(await calm.state());
      expect(world.published).toEqual(calm.published);
    }
  });
});

describe('duplicate, late and reordered events over lost responses, 500 seeds', () => {
  it('keeps one champion, a loadable version to go back to, a rising sequence, and rejects for good', async () => {
    const start = await scene(async (world) => {
      await world.register({ shift: 0.5 });
      await world.register({ step: -0.4 });
      await world.register({ passed: false });
      await world.register({ approved: false });
      for (const shift of [0.1, 0.2, 0.3, 0.4]) await world.register({ shift });
    });
    let moves = 0;
    for (let seed = 1; seed <= 500; seed += 1) {
      const next = uniform(seed * 104_729);
      const world = await enter(start);
      const objects = faultyStore(world.objects, () => (next() < 0.7 ? 'none' : pick(next, FAULTS)));
      const ports = { ...world.ports, objects };
      const late: ReleaseInput[] = [];
      let last = await world.state();
      for (let step = 0; step < 16; step += 1) {
        world.clock.set(world.clock.now() + pick(next, [-HOUR, 0, HOUR, 30 * HOUR, 30 * HOUR]));
        const champion = last.state.champion?.version;
        if (champion !== undefined && next() < 0.5)
          await world.answer(champion, 400, { invalid: pick(next, [0, 0, 100]) });
        const input = pick<ReleaseInput>(next, [
          approved(1 + Math.floor(next() * 9)),
          approved((champion ?? 0) + 1),
          TICK,
          TICK,
          { kind: 'alarm', id: `${seed}-${step}`, since: world.clock.now() - HOUR, reason: 'errors' },
          { kind: 'rollback', id: pick(next, ['a', 'b', 'c']), by: 'ada' },
          ...late,
        ]);
        late.push(input);
        await deliver(ports, input);
        const now = await world.state();
        await check(world, last, now, `seed ${seed}, step ${step}`);
        if (now.state.champion?.version !== champion) moves += 1;
        last = now;
      }
      const ends = world.published.filter(({ type }) => type === 'release.ended').map(({ id }) => id);
      expect(new Set(ends).size, `seed ${seed}`).toBe(ends.length);
    }
    expect(moves).toBeGreaterThan(800); // else the seeds prove nothing
  });
});

type Pointer = Awaited<ReturnType<TestWorld['state']>>;

async function check(world: TestWorld, last: Pointer, now: Pointer, where: string): Promise<void> {
  const { champion, previous, earlier, challenger, watch, rejected } = now.state;
  if (last.state.champion !== null) expect(champion, where).not.toBeNull();
  if (JSON.stringify(now.state) === JSON.stringify(last.state)) expect(now.seq, where).toBe(last.seq);
  else expect(now.seq, where).toBeGreaterThan(last.seq);
  expect(challenger === null || watch === null, where).toBe(true);
  const { versions } = await readIndex(world);
  for (const ref of [champion, previous, ...earlier]) {
    if (ref === null) continue;
    expect(rejected, where).not.toContain(ref.version);
    expect(versions.find(({ version }) => version === ref.version)?.status, where).toBe('approved');
  }
  const serving = [...earlier, previous, champion].flatMap((ref) => (ref === null ? [] : [ref.version]));
  expect(serving, where).toEqual([...new Set(serving)].sort((a, b) => a - b));
  for (const version of last.state.rejected) expect(rejected, where).toContain(version);
  if (previous !== null && last.state.previous?.version !== previous.version)
    await readBundle(world, previous.version, previous.digest);
}
