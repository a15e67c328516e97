import { describe, expect, it } from 'vitest';
import { createObjectStore } from '../../lambdas/adapters/local/object-store.ts';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import { RuntimeFailure } from '../../lambdas/core/errors.ts';
import { releasePolicy } from '../../lambdas/core/release/policy.ts';
import { numbersOf } from '../../lambdas/core/table/rows.ts';
import { runRelease } from '../../lambdas/release/release.ts';
import { bundlePrefix } from '../../lambdas/stores/bundle.ts';
import { reject } from '../../lambdas/stores/models.ts';
import { tempDir } from '../support/temp-dir.ts';
import {
  CONFIG,
  createWorld,
  featuresRefusing,
  HOUR,
  rowsOf,
  START,
  type TestWorld,
  tamper,
} from './release-fixture.ts';

const approved = (version: number, changeExpected = false) =>
  ({ kind: 'approved', version, changeExpected }) as const;
const TICK = { kind: 'tick' } as const;
const rollback = (id: string, version?: number) =>
  ({ kind: 'rollback', id, by: 'ada', ...(version !== undefined && { version }) }) as const;

/** Of the newest 300 rows, those between the middle splits of two versions that are half a year apart. */
const flips = () =>
  numbersOf(rowsOf(400), 'age')
    .slice(-300)
    .filter((age) => age >= 50 && age < 50.5).length;

const openWorld = () => createWorld(createObjectStore(tempDir()));

/** Version 1 serves and was promoted; rows to replay are there. */
async function serving(world = openWorld()): Promise<TestWorld> {
  await world.ingest(rowsOf(400));
  const first = await world.register();
  await runRelease(world.ports, CONFIG, approved(first));
  await world.answer(first, 400);
  world.clock.set(START + 25 * HOUR);
  await runRelease(world.ports, CONFIG, TICK);
  return world;
}

/** Version 2 has just taken over from version 1. */
async function watching(world?: TestWorld): Promise<TestWorld> {
  const ready = await serving(world);
  const second = await ready.register({ shift: 0.5 });
  await runRelease(ready.ports, CONFIG, approved(second));
  return ready;
}

it('keeps a release after one spoilt read', async () => {
  const world = await serving();
  const second = await world.register({ shift: 0.5 });
  let spoilt = 0;
  const get = async (key: string) => {
    const stored = await world.objects.get(key);
    // The bundle is looked at when the release begins, and read again by the replay.
    if (stored === undefined || key !== `models/${second}/model.ubj` || ++spoilt !== 2) return stored;
    const bytes = Uint8Array.from(stored.bytes);
    bytes[20] = (bytes[20] as number) ^ 4;
    return { ...stored, bytes };
  };
  const objects = { ...world.objects, get };
  await runRelease({ ...world.ports, objects }, CONFIG, approved(second));
  expect(spoilt).toBe(3);
  expect((await world.state()).state.champion?.version).toBe(second);
});

describe('a first release', () => {
  it('needs no earlier model and no replay, and is promoted after good responses', async () => {
    const world = await serving();
    expect(await world.fates()).toEqual(['1 promoted']);
    expect((await world.state()).state).toMatchObject({
      champion: { version: 1 },
      previous: null,
      watch: null,
    });
    expect(world.notified).toMatchObject([
      { severity: 'info', subject: 'bank-marketing version 1 promoted' },
    ]);
  });

  it('stays despite harm, because there is no version to go back to, and raises an alarm', async () => {
    const world = openWorld();
    await runRelease(world.ports, CONFIG, approved(await world.register()));
    await world.answer(1, 100, { invalid: 60 });
    world.clock.set(START + HOUR);
    const { state } = await runRelease(world.ports, CONFIG, TICK);
    expect(state.outcomes).toMatchObject([{ version: 1, fate: 'promoted', unproven: true }]);
    expect(world.notified).toMatchObject([{ severity: 'alarm' }]);
    expect(world.notified[0]?.body).toMatch(/60 of 100 answers invalid.*nothing is there to go back to/);
  });
});

describe('a refused version', () => {
  it.each([
    ['failed its gate', { passed: false }],
    ['was not approved', { approved: false }],
  ])('is refused when it %s', async (_, options) => {
    const world = openWorld();
    const version = await world.register(options);
    const release = runRelease(world.ports, CONFIG, approved(version));
    await expect(release).rejects.toMatchObject({ code: 'registry/not-approved' });
    expect((await world.state()).seq).toBe(0);
  });

  it('is refused when no version has the number', async () => {
    const world = openWorld();
    const release = runRelease(world.ports, CONFIG, approved(7));
    await expect(release).rejects.toMatchObject({ code: 'registry/not-found' });
  });

  it.each(['model.ubj', 'features.json', '_manifest.json', 'lineage.json'])(
    'is refused when its %s was changed or is gone',
    async (file) => {
      const world = openWorld();
      const version = await world.register();
      await tamper(world.objects, version, file);
      const changed = runRelease(world.ports, CONFIG, approved(version));
      await expect(changed).rejects.toMatchObject({ code: 'bundle/digest-mismatch' });
      await world.objects.delete(bundlePrefix(version) + file);
      const gone = runRelease(world.ports, CONFIG, approved(version));
      await expect(gone).rejects.toMatchObject({ code: 'bundle/not-found' });
      expect((await world.state()).state.champion).toBeNull();
    },
  );
});

describe('the replay of past requests', () => {
  it('lets a similar version through and describes the changes in one sentence', async () => {
    const world = await watching();
    const { champion, previous, watch } = (await world.state()).state;
    expect([champion?.version, previous?.version]).toEqual([2, 1]);
    expect(watch?.reason).toBe(`replay of 300 requests: score PSI 0.00, ${flips()} decisions flip`);
  });

  it('aborts a version that ranks the other way round, with the failed check and its limit', async () => {
    const world = await serving();
    const second = await world.register({ step: -0.4 });
    const { kind, reason, state } = await runRelease(world.ports, CONFIG, approved(second));
    expect(kind).toBe('ended');
    expect(reason).toMatch(
      /^replay of 300 requests: (score PSI [\d.]+ > 0\.25, )?rank correlation -1\.00 < 0\.8, \d+ decisions flip > 30$/,
    );
    expect(state).toMatchObject({ champion: { version: 1 }, challenger: null, rejected: [2] });
    expect(world.notified.at(-1)).toMatchObject({
      severity: 'alarm',
      subject: 'bank-marketing version 2 aborted',
    });
  });

  it('lets the same version through where drift or new labels asked for change', async () => {
    const world = await serving();
    const second = await world.register({ step: -0.4 });
    const { state } = await runRelease(world.ports, CONFIG, approved(second, true));
    expect(state.champion?.version).toBe(2);
    expect(state.watch?.reason).toMatch(/\(expected\)$/);
  });

  it('aborts a version that refuses rows, even where change was expected', async () => {
    const world = await serving();
    const second = await world.register({ features: featuresRefusing(['admin']) });
    const { reason } = await runRelease(world.ports, CONFIG, approved(second, true));
    expect(reason).toBe('replay of 300 requests: the new version refuses 100 > 6');
  });

  it('needs no threshold for a regression', async () => {
    const config: ModelConfig = { ...CONFIG, problem: { type: 'regression', label: 'noise' } };
    const world = await serving();
    const second = await world.register();
    const { state } = await runRelease(world.ports, config, approved(second));
    expect(state.watch?.reason).toBe('replay of 300 requests: score PSI 0.00');
  });

  it('is skipped where the strategy is all at once', async () => {
    const world = await serving();
    const second = await world.register({ step: -0.4 });
    const config: ModelConfig = { ...CONFIG, releaseStrategy: 'all-at-once' };
    const { state } = await runRelease(world.ports, config, approved(second));
    expect(state.champion?.version).toBe(2);
  });

  it.each([
    [
      'the bundle was changed',
      (world: TestWorld) => tamper(world.objects, 2, 'model.ubj'),
      'bundle/digest-mismatch',
    ],
    [
      'the bundle is gone',
      (world: TestWorld) => world.objects.delete('models/2/model.ubj'),
      'bundle/not-found',
    ],
    [
      'the version was rejected',
      (world: TestWorld) => reject(world, 2, { by: 'eve', at: 0, reason: 'unfair' }),
      'registry/not-approved',
    ],
  ])('ends the release when %s after it began', async (_, spoil, code) => {
    const world = await serving();
    await begin(world);
    await spoil(world);
    const { state, reason } = await runRelease(world.ports, CONFIG, TICK);
    expect(reason).toContain(code);
    expect(state).toMatchObject({ champion: { version: 1 }, challenger: null, rejected: [2] });
  });

  it('ends the release when the feature store no longer has a column of the champion', async () => {
    const world = await serving();
    const config: ModelConfig = {
      ...CONFIG,
      features: { ...CONFIG.features, fields: CONFIG.features.fields.filter(({ name }) => name !== 'noise') },
    };
    await world.register();
    const { reason, state } = await runRelease(world.ports, config, approved(2));
    expect(reason).toContain("column 'noise'");
    expect(state.champion?.version).toBe(1);
  });

  it('waits, without a decision, while the feature store cannot be read', async () => {
    const world = await serving();
    const second = await world.register();
    const config: ModelConfig = { ...CONFIG, features: { ...CONFIG.features, version: 2 } };
    const release = runRelease(world.ports, config, approved(second));
    await expect(release).rejects.toMatchObject({ code: 'features/nothing-ingested' });
    expect((await world.state()).state.challenger?.version).toBe(2);
    expect((await runRelease(world.ports, CONFIG, TICK)).state.champion?.version).toBe(2);
  });
});

/** Version 2 is a challenger whose replay has not been done: the controller died. */
async function begin(world: TestWorld): Promise<void> {
  await world.register({ shift: 0.5 });
  const calls = { calls: 0 };
  const ports = world.process(undefined, calls);
  const dying = {
    ...ports,
    objects: {
      ...ports.objects,
      get: ports.objects.get,
      tryPut: async (...parameters: Parameters<typeof world.objects.tryPut>) => {
        const result = await world.objects.tryPut(...parameters);
        if (parameters[0].startsWith('release/'))
          throw new RuntimeFailure('objects/unavailable', 'after the pointer moved');
        return result;
      },
    },
  };
  await expect(runRelease(dying, CONFIG, approved(2))).rejects.toMatchObject({ code: 'objects/unavailable' });
  expect((await world.state()).state.challenger?.version).toBe(2);
}

describe('the watch of a release', () => {
  it('rolls a harmful version back as soon as there is evidence, and notifies people of the reason', async () => {
    const world = await watching();
    const refused = { code: 'features/unseen-category', field: 'features.job' };
    await world.answer(2, 100, { invalid: 20, record: (row) => (row < 20 ? { refused } : {}) });
    world.clock.set(START + 26 * HOUR);
    const { state } = await runRelease(world.ports, CONFIG, TICK);
    expect(state).toMatchObject({ champion: { version: 1 }, previous: null, watch: null, rejected: [2] });
    expect(world.notified.at(-1)).toEqual({
      severity: 'alarm',
      subject: 'bank-marketing version 2 rolled-back',
      body: '20 of 100 answers invalid or failed, limit 2 %: 20 features/unseen-category at features.job',
    });
  });

  it('rolls a slow version back', async () => {
    const world = await watching();
    await world.answer(2, 100, { slow: 30 });
    world.clock.set(START + 26 * HOUR);
    const { reason } = await runRelease(world.ports, CONFIG, TICK);
    expect(reason).toBe('30 of 100 answers too slow, limit 1 %');
  });

  it('counts responses of the watched version only, since it serves, and one per entity', async () => {
    const world = await watching();
    await world.answer(1, 100, { invalid: 100 });
    await world.answer(2, 100, { invalid: 100, at: START });
    await world.answer(2, 100, { invalid: 100, record: () => ({ entity: 'one client' }) });
    await world.answer(2, 100);
    world.clock.set(START + 26 * HOUR);
    expect(await runRelease(world.ports, CONFIG, TICK)).toMatchObject({
      kind: 'waiting',
      reason: '101 requests so far',
    });
  });

  it('expires without evidence and restores the version before', async () => {
    const world = await watching();
    await world.answer(2, 50);
    world.clock.set(START + 50 * HOUR);
    await runRelease(world.ports, CONFIG, TICK);
    expect(await world.fates()).toEqual(['1 promoted', '2 expired']);
    expect((await world.state()).state.champion?.version).toBe(1);
  });

  it('ends in promotion with enough good responses', async () => {
    const world = await watching();
    await world.answer(2, 400, { invalid: 1 });
    world.clock.set(START + 50 * HOUR);
    const { reason } = await runRelease(world.ports, CONFIG, TICK);
    expect(reason).toMatch(/^replay of 300 requests: .*; 400 requests without harm, by the looser test, .*$/);
    expect(await world.fates()).toEqual(['1 promoted', '2 promoted']);
  });

  it('ends on an alarm since it began, but not on an older one', async () => {
    const world = await watching();
    const { watch } = (await world.state()).state;
    const alarm = (id: string, since: number) => ({ kind: 'alarm', id, since, reason: 'errors' }) as const;
    const old = await runRelease(world.ports, CONFIG, alarm('a', (watch?.since ?? 0) - 1));
    expect(old).toMatchObject({ kind: 'ignored', state: { champion: { version: 2 } } });
    await runRelease(world.ports, CONFIG, alarm('b', watch?.since ?? 0));
    expect(await world.fates()).toEqual(['1 promoted', '2 rolled-back']);
    const late = await runRelease(world.ports, CONFIG, alarm('c', START + 30 * HOUR));
    expect(late).toMatchObject({ kind: 'ignored', state: { champion: { version: 1 } } });
  });
});

describe('simultaneous ticks', () => {
  it('has the effect of one tick, even with two controllers at once', async () => {
    const world = await watching();
    await world.answer(2, 400);
    world.clock.set(START + 50 * HOUR);
    await Promise.all([runRelease(world.ports, CONFIG, TICK), runRelease(world.ports, CONFIG, TICK)]);
    const { seq } = await world.state();
    await runRelease(world.ports, CONFIG, TICK);
    expect((await world.state()).seq).toBe(seq);
    expect(await world.fates()).toEqual(['1 promoted', '2 promoted']);
  });

  it('decides anew after a change in between', async () => {
    const world = await watching();
    const config: ModelConfig = { ...CONFIG, releaseStrategy: 'all-at-once' };
    await world.answer(2, 400);
    world.clock.set(START + 50 * HOUR);
    await runRelease(world.ports, config, TICK);
    await runRelease(world.ports, config, approved(await world.register()));
    await world.answer(3, 60, { invalid: 60, record: () => ({ at: START + 50 * HOUR }) });
    await runRelease(world.ports, config, TICK);
    expect(await world.fates()).toEqual(['1 promoted', '2 promoted', '3 rolled-back']);
  });
});

describe('an approval event', () => {
  it('has one effect when it is delivered twice', async () => {
    const world = await watching();
    const { seq } = await world.state();
    for (let i = 0; i < 3; i += 1)
      expect(await runRelease(world.ports, CONFIG, approved(2))).toMatchObject({ kind: 'ignored' });
    expect((await world.state()).seq).toBe(seq);
  });

  it('waits to be repeated while another release is watched; the version stays approved', async () => {
    const world = await watching();
    const third = await world.register({ shift: 0.5 });
    expect(await runRelease(world.ports, CONFIG, approved(third))).toMatchObject({
      kind: 'ignored',
      reason: 'the champion is still being watched',
    });
    await world.answer(2, 400);
    world.clock.set(START + 50 * HOUR);
    expect((await runRelease(world.ports, CONFIG, TICK)).state.champion?.version).toBe(2);
    expect((await runRelease(world.ports, CONFIG, approved(third))).state.champion?.version).toBe(3);
    expect(await runRelease(world.ports, CONFIG, approved(third))).toMatchObject({ kind: 'ignored' });
  });

  it('never restores a version that was rolled back, however late it comes', async () => {
    const world = await watching(createWorld());
    await runRelease(world.ports, CONFIG, rollback('r1'));
    for (let i = 0; i < 20; i += 1) {
      const next = await world.register({ shift: i / 1000 });
      await runRelease(world.ports, CONFIG, approved(next));
      await runRelease(world.ports, CONFIG, rollback(`more-${i}`));
    }
    expect(await runRelease(world.ports, CONFIG, approved(2))).toMatchObject({
      kind: 'ignored',
      reason: 'version 2 was rejected before',
    });
  });
});

describe('a manual rollback', () => {
  it('is ignored before the first release, and when no version came before', async () => {
    const world = openWorld();
    expect(await runRelease(world.ports, CONFIG, rollback('a'))).toMatchObject({ kind: 'ignored' });
    const ready = await serving();
    expect(await runRelease(ready.ports, CONFIG, rollback('a'))).toMatchObject({ kind: 'ignored' });
  });

  it('works during a replay, during a watch and afterwards; delivered twice it goes back once', async () => {
    const replaying = await serving();
    await begin(replaying);
    expect((await runRelease(replaying.ports, CONFIG, rollback('r'))).state).toMatchObject({
      champion: { version: 1 },
      challenger: null,
    });
    const watched = await watching();
    await runRelease(watched.ports, CONFIG, rollback('r'));
    expect(await watched.fates()).toEqual(['1 promoted', '2 rolled-back']);
    await runRelease(watched.ports, CONFIG, rollback('r'));
    expect(await watched.fates()).toEqual(['1 promoted', '2 rolled-back']);
  });

  it('walks back to the oldest champion when repeated, and stays there', async () => {
    const world = await serving();
    const config: ModelConfig = { ...CONFIG, releaseStrategy: 'all-at-once' };
    for (const shift of [0.1, 0.2, 0.3]) {
      await runRelease(world.ports, config, approved(await world.register({ shift })));
      await world.answer((await world.state()).state.champion?.version ?? 0, 400);
      world.clock.set(world.clock.now() + 25 * HOUR);
      await runRelease(world.ports, config, TICK);
    }
    const served: (number | undefined)[] = [];
    for (const id of ['a', 'b', 'c', 'd']) {
      const serving = (await world.state()).state.champion?.version;
      const { state } = await runRelease(world.ports, config, rollback(id, serving));
      served.push(state.champion?.version);
    }
    expect(served).toEqual([3, 2, 1, 1]);
  });

  it('moves the pointer within three calls of the object store, and reads no model', async () => {
    const world = await watching();
    const keys: string[] = [];
    const objects = {
      ...world.objects,
      async get(key: string) {
        keys.push(key);
        return world.objects.get(key);
      },
      async tryPut(...parameters: Parameters<typeof world.objects.tryPut>) {
        keys.push(parameters[0]);
        return world.objects.tryPut(...parameters);
      },
    };
    await runRelease({ ...world.ports, objects }, CONFIG, rollback('r'));
    expect(keys.slice(0, 2)).toEqual(['release/state.json', 'release/state.json']);
    expect(keys.filter((key) => key.startsWith('models/'))).toEqual([]);
  });
});

describe('the policy of a release', () => {
  it('takes its limits from the blueprint and asks for more evidence when strict', () => {
    const { serving } = CONFIG;
    expect(releasePolicy(CONFIG)).toEqual({
      watchMs: 24 * HOUR,
      maxBadShare: 0.02,
      maxSlowShare: 0.01,
      alpha: 0.005,
      beta: 0.05,
      watch: { test: 'looser', needed: 523 },
      declaredPerDay: 1_000,
      live: { steps: [], minStepMs: HOUR / 6, maxStepMs: 24 * HOUR },
    });
    const canary = releasePolicy({ ...CONFIG, releaseStrategy: 'canary' });
    expect(canary.live.steps.map(({ share }) => share)).toEqual([CONFIG.serving.release.share, 0.5]);
    const strict = {
      ...CONFIG,
      serving: { ...serving, release: { ...serving.release, strictness: 'strict' as const } },
    };
    expect(releasePolicy(strict)).toMatchObject({
      maxBadShare: 0.01,
      maxSlowShare: 0.005,
      watch: { needed: 1_057 },
    });
  });
});

describe('every outcome of a release', () => {
  it('is published and sent to people once, under an id of its own', async () => {
    const world = await watching();
    await world.answer(2, 400);
    world.clock.set(START + 50 * HOUR);
    for (let i = 0; i < 3; i += 1) await runRelease(world.ports, CONFIG, TICK);
    await runRelease(world.ports, CONFIG, rollback('r'));
    await runRelease(world.ports, CONFIG, rollback('r'));
    const ended = world.published.filter(({ type }) => type === 'release.ended');
    expect(ended.map(({ id }) => id)).toEqual([
      'release.ended:1:promoted',
      'release.ended:2:promoted',
      'release.ended:2:rolled-back',
    ]);
    expect(world.notified).toHaveLength(3);
  });
});
