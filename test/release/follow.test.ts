import { describe, expect, it } from 'vitest';
import type { ReleaseState } from '../../lambdas/core/release/state.ts';
import { releaseApproved, runTick } from '../../lambdas/release/follow.ts';
import { runSignal } from '../../lambdas/release/follow-signal.ts';
import { approve } from '../../lambdas/stores/models.ts';
import { updateRelease } from '../../lambdas/stores/release.ts';
import { isReplayed } from '../../lambdas/stores/release-outcomes.ts';
import type { RunRecord } from '../../lambdas/stores/runs.ts';
import { writeRun } from '../../lambdas/stores/runs.ts';
import { runRecord } from '../register/facts.ts';
import { memoryObjects } from '../stores/crash.ts';
import {
  CONFIG,
  createWorld,
  featuresRefusing,
  HOUR,
  rowsOf,
  START,
  type TestWorld,
} from './release-fixture.ts';

const approved = (version: number) => ({ kind: 'approved', version }) as const;
const tick = (world: TestWorld) => runSignal(world.ports, CONFIG, { kind: 'tick' });

/** Version 1 serves and was promoted; rows to replay are there. */
async function serving(): Promise<TestWorld> {
  const world = createWorld(memoryObjects());
  await world.ingest(rowsOf(400));
  await releaseApproved(world.ports, CONFIG, await world.register());
  await world.answer(1, 400);
  world.clock.set(START + 25 * HOUR);
  await tick(world);
  return world;
}

const champion = async (world: TestWorld) => (await world.state()).state.champion?.version;

/** Good answers of a version, and the end of its watch. */
async function proveGood(world: TestWorld, version: number): Promise<void> {
  await world.answer(version, 400);
  world.clock.set(world.clock.now() + 25 * HOUR);
  await tick(world);
}

// A backup that is put back must not undo a decision: a version that was rolled back cannot return.
describe('a pointer that was replaced by an older one', () => {
  const KEY = 'release/state.json';

  it('rolls a version back once more, at the next tick and once, when the old pointer serves it again', async () => {
    const world = await serving();
    const second = await world.register({ shift: 0.01 });
    await runSignal(world.ports, CONFIG, approved(second));
    expect(await champion(world)).toBe(second);
    const older = (await world.objects.get(KEY))?.bytes as Uint8Array;
    await runSignal(world.ports, CONFIG, { kind: 'rollback', id: 'r', by: 'ada', version: second });
    expect(await champion(world)).toBe(1);
    await world.objects.write(KEY, [older]);
    expect(await champion(world)).toBe(second);
    expect(await isReplayed(world, (await world.state()).state)).toBe(true);
    expect(await tick(world)).toMatchObject({ kind: 'ended' });
    expect((await world.state()).state).toMatchObject({ champion: { version: 1 }, rejected: [second] });
    expect(await tick(world)).toMatchObject({ kind: 'ignored' });
    expect(await isReplayed(world, (await world.state()).state)).toBe(false);
  });

  it('keeps a version that the old pointer serves when it was never rolled back: a restore', async () => {
    const world = await serving();
    const older = (await world.objects.get(KEY))?.bytes as Uint8Array;
    const second = await world.register({ shift: 0.01 });
    await runSignal(world.ports, CONFIG, approved(second));
    await world.objects.write(KEY, [older]);
    expect(await isReplayed(world, (await world.state()).state)).toBe(false);
    expect(await champion(world)).toBe(1);
  });
});

describe('a tick of the controller', () => {
  it('does nothing before there is a version, and while none waits', async () => {
    expect(await tick(createWorld())).toMatchObject({ kind: 'ignored' });
    const world = await serving();
    const { seq } = await world.state();
    for (let i = 0; i < 3; i += 1) expect(await tick(world)).toMatchObject({ kind: 'ignored' });
    expect((await world.state()).seq).toBe(seq);
  });

  it('starts the release of a version whose approval event was lost', async () => {
    const world = await serving();
    await world.register({ shift: 0.5 });
    expect(await tick(world)).toMatchObject({ kind: 'moved' });
    expect(await champion(world)).toBe(2);
  });

  it('starts the very first release too', async () => {
    const world = createWorld(memoryObjects());
    await world.register();
    await tick(world);
    expect(await champion(world)).toBe(1);
  });

  it('starts a version, approved during another release, once that one has ended', async () => {
    const world = await serving();
    await runSignal(world.ports, CONFIG, approved(await world.register({ shift: 0.5 })));
    const third = await world.register({ shift: 0.25 });
    expect(await runSignal(world.ports, CONFIG, approved(third))).toMatchObject({ kind: 'ignored' });
    expect(await tick(world)).toMatchObject({ kind: 'waiting' });
    await proveGood(world, 2);
    expect(await champion(world)).toBe(2);
    await tick(world);
    expect(await champion(world)).toBe(third);
  });

  it('releases the newest of several approved versions, and the older ones no more', async () => {
    const world = await serving();
    await world.register({ shift: 0.5 });
    await world.register({ shift: 0.25 });
    await tick(world);
    expect(await champion(world)).toBe(3);
    await proveGood(world, 3);
    expect(await tick(world)).toMatchObject({ kind: 'ignored' });
    expect(await champion(world)).toBe(3);
  });

  it('skips versions without approval and those that failed validation', async () => {
    const world = await serving();
    await world.register({ shift: 0.5 });
    await world.register({ approved: false });
    await world.register({ passed: false });
    await tick(world);
    expect(await champion(world)).toBe(2);
  });

  it('never starts a version again that did harm, was aborted or expired', async () => {
    const world = await serving();
    await world.register({ shift: 0.5 });
    await tick(world);
    await world.answer(2, 100, { invalid: 60 });
    world.clock.set(world.clock.now() + HOUR);
    await tick(world); // rolled back
    await world.register({ step: -0.4 });
    await tick(world); // aborted by the replay
    await world.register({ shift: 0.25 });
    await tick(world);
    world.clock.set(world.clock.now() + 25 * HOUR);
    await tick(world); // expired
    expect(await world.fates()).toEqual(['1 promoted', '2 rolled-back', '3 aborted', '4 expired']);
    for (let i = 0; i < 3; i += 1) expect(await tick(world)).toMatchObject({ kind: 'ignored' });
    expect(await champion(world)).toBe(1);
  });

  it('does not start a harmful version again after its outcome is forgotten, as old ones are', async () => {
    const world = await serving();
    await world.register({ shift: 0.5 });
    const forget = (state: ReleaseState) => ({ ...state, rejected: [2], outcomes: [] });
    await updateRelease(world.objects, world.clock, 'forget', forget);
    expect(await tick(world)).toMatchObject({ kind: 'ignored', reason: 'no release is being watched' });
  });

  it.each([
    ['was rolled back', async (world: TestWorld) => world.answer(3, 100, { invalid: 60 }), '3 rolled-back'],
    ['expired', async () => {}, '3 expired'],
  ])('starts an older approved version when the newest %s', async (_, live, fate) => {
    const world = await serving();
    await world.register({ shift: 0.5 });
    await world.register({ shift: 0.25 });
    await tick(world);
    expect(await champion(world)).toBe(3);
    await live(world);
    world.clock.set(world.clock.now() + 25 * HOUR);
    await tick(world);
    expect((await world.fates()).at(-1)).toBe(fate);
    await tick(world);
    expect(await champion(world)).toBe(2);
  });

  it('has one effect together with the approval event, in either order and both at once', async () => {
    for (const order of ['event first', 'tick first', 'at once']) {
      const world = await serving();
      const second = await world.register({ shift: 0.5 });
      const { seq } = await world.state();
      const event = () => runSignal(world.ports, CONFIG, approved(second));
      if (order === 'at once') await Promise.all([event(), tick(world)]);
      else if (order === 'event first') await event().then(() => tick(world));
      else await tick(world).then(event);
      await event(); // and once more
      const { state, seq: after } = await world.state();
      expect([order, state.champion?.version, after - seq]).toEqual([order, 2, 2]); // challenger, champion
    }
  });

  it('finds a version outdated that was approved after a newer one was released', async () => {
    const world = await serving();
    const second = await world.register({ approved: false });
    await releaseApproved(world.ports, CONFIG, await world.register({ shift: 0.5 }));
    await proveGood(world, 3);
    const by = { by: 'ada', at: world.clock.now(), how: 'manual', approverMustDiffer: false } as const;
    await approve(world, { version: second, ...by });
    expect(await tick(world)).toMatchObject({ kind: 'ignored', reason: 'no release is being watched' });
    expect(await champion(world)).toBe(3);
  });
});

describe('an alarm that was on before the release began', () => {
  /** Version 2 has just taken over while the alarm was in ALARM: it will send no further event. */
  async function releasedUnderAlarm(): Promise<TestWorld> {
    const world = await serving();
    await world.register({ shift: 0.5 });
    await tick(world);
    return world;
  }

  it('neither blocks the version that fixes it nor rolls it back', async () => {
    const world = await releasedUnderAlarm();
    const { watch } = (await world.state()).state;
    const late = {
      kind: 'alarm',
      id: 'a1',
      since: (watch?.since ?? 0) - 60_000,
      reason: 'alarm ErrorRate',
    } as const;
    expect(await runSignal(world.ports, CONFIG, late)).toMatchObject({
      kind: 'ignored',
      reason: 'the alarm is older than the release',
    });
    await proveGood(world, 2);
    expect(await world.fates()).toEqual(['1 promoted', '2 promoted']);
  });

  it('is not needed to roll back a harmful version: the next tick does', async () => {
    const world = await releasedUnderAlarm();
    await world.answer(2, 100, { invalid: 60 });
    world.clock.set(world.clock.now() + 60_000);
    await tick(world);
    expect(await world.fates()).toEqual(['1 promoted', '2 rolled-back']);
  });

  it('is not needed to roll back a version without responses: its watch ends', async () => {
    const world = await releasedUnderAlarm();
    world.clock.set(world.clock.now() + 25 * HOUR);
    await tick(world);
    expect(await world.fates()).toEqual(['1 promoted', '2 expired']);
  });
});

describe('the reason of a training', () => {
  it.each([
    ['drift', true],
    ['performance', true],
    ['schedule', false],
    ['demand', false],
    ['first', false],
    ['new-data', false],
  ] as const satisfies [RunRecord['trigger'], boolean][])(
    'lets a version trained for %s change its predictions: %s',
    async (trigger, expected) => {
      const world = await serving();
      const second = await world.register({ step: -0.4 }); // ranks the other way round
      await writeRun(world, runRecord({ runId: 'run-2', trigger }));
      const { kind } = await releaseApproved(world.ports, CONFIG, second);
      expect(kind).toBe(expected ? 'moved' : 'ended');
    },
  );
});

describe('a release signal', () => {
  it('does nothing without content', async () => {
    const world = await serving();
    const { seq } = await world.state();
    expect(await runSignal(world.ports, CONFIG, { kind: 'nothing' })).toBeUndefined();
    expect((await world.state()).seq).toBe(seq);
  });

  it('restores the version before by hand, once for one id', async () => {
    const world = await serving();
    await world.register({ shift: 0.5 });
    await runTick(world.ports, CONFIG);
    const back = { kind: 'rollback', id: 'r1', by: 'ada' } as const;
    await runSignal(world.ports, CONFIG, back);
    await runSignal(world.ports, CONFIG, back);
    expect(await champion(world)).toBe(1);
  });

  it('ends only the release of a version that is whole but refuses its requests', async () => {
    const world = await serving();
    const second = await world.register({ features: featuresRefusing(['admin']) });
    expect(await runSignal(world.ports, CONFIG, approved(second))).toMatchObject({ kind: 'ended' });
    expect(await champion(world)).toBe(1);
  });
});
