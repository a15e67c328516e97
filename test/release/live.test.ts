import { describe, expect, it } from 'vitest';
import { createObjectStore } from '../../lambdas/adapters/local/object-store.ts';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import { runRelease } from '../../lambdas/release/release.ts';
import { tempDir } from '../support/temp-dir.ts';
import { CONFIG, createWorld, HOUR, rowsOf, START } from './release-fixture.ts';

const CANARY: ModelConfig = { ...CONFIG, releaseStrategy: 'canary' };
const TICK = { kind: 'tick' } as const;

/** Version 1 serves, version 2 answers the first share. */
async function canarying() {
  const world = createWorld(createObjectStore(tempDir()));
  await world.ingest(rowsOf(400));
  await world.register();
  await runRelease(world.ports, CANARY, { kind: 'approved', version: 1, changeExpected: false });
  await world.answer(1, 400);
  world.clock.set(START + 30 * HOUR);
  await runRelease(world.ports, CANARY, TICK);
  await world.register();
  const decision = await runRelease(world.ports, CANARY, {
    kind: 'approved',
    version: 2,
    changeExpected: false,
  });
  return { world, decision };
}

const challengers = { record: () => ({ arm: 'challenger' as const }) };

describe('a canary through the stores', () => {
  it('starts after the replay, with both versions in the pointer', async () => {
    const { world, decision } = await canarying();
    expect(decision.kind).toBe('started');
    const { state } = await world.state();
    expect(state).toMatchObject({
      champion: { version: 1 },
      challenger: { version: 2, live: { share: 0.1 } },
      watch: null,
    });
  });

  it('is promoted step by step by the responses of both, and then watched', async () => {
    const { world } = await canarying();
    for (const hours of [1, 2]) {
      world.clock.set(START + (30 + hours) * HOUR);
      await world.answer(1, 1_000, { at: world.clock.now() - 1_000_000 });
      await world.answer(2, 400, { at: world.clock.now() - 1_000_000, ...challengers });
      await runRelease(world.ports, CANARY, TICK);
    }
    const { state } = await world.state();
    expect(state).toMatchObject({ champion: { version: 2 }, previous: { version: 1 }, challenger: null });
    expect(state.watch?.strategy).toBe('canary');
  });

  it('is aborted for harm before it ever serves all requests', async () => {
    const { world } = await canarying();
    world.clock.set(START + 31 * HOUR);
    await world.answer(1, 1_000, { at: world.clock.now() - 1_000_000 });
    await world.answer(2, 120, { at: world.clock.now() - 1_000_000, invalid: 30, ...challengers });
    await runRelease(world.ports, CANARY, TICK);
    expect((await world.state()).state).toMatchObject({ champion: { version: 1 }, challenger: null });
    expect(await world.fates()).toContain('2 aborted');
  });

  it('expires without traffic, restores the champion, and notifies people', async () => {
    const { world } = await canarying();
    world.clock.set(START + 60 * HOUR);
    await runRelease(world.ports, CANARY, TICK);
    expect((await world.state()).state).toMatchObject({
      champion: { version: 1 },
      challenger: null,
      watch: null,
    });
    expect(await world.fates()).toContain('2 expired');
    expect(world.notified.at(-1)?.subject).toContain('version 2 expired');
  });
});
