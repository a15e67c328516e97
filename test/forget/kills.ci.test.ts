import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../lambdas/core/numeric/random.ts';
import { runForget } from '../../lambdas/forget/forget.ts';
import { memoryPorts } from '../prepare/prepare-fixture.ts';
import { crashing, FAULTS, faultyStore, interleavingStore, memoryObjects } from '../stores/crash.ts';
import { fill, forgetConfig, KEY, SECRET, textsIn } from './world.ts';

const config = forgetConfig();
type Ports = ReturnType<typeof memoryPorts>;
type Ending = readonly [key: string, content: unknown];

/** The filled store, made once: each drill begins with a copy. */
let filled: ReadonlyMap<string, Uint8Array>;
let known: Awaited<ReturnType<Ports['online']['get']>>;

async function copy(): Promise<Ports & { readonly objects: ReturnType<typeof memoryObjects> }> {
  const objects = memoryObjects();
  for (const [key, bytes] of filled) await objects.write(key, [bytes]);
  const ports = { ...memoryPorts(objects), objects };
  if (known !== undefined) await ports.online.put([known]);
  return ports;
}

const forget = (ports: Ports, key = KEY) => runForget({ ports, config, key, secret: SECRET });

/** Everything at the end, but for how often a state was written, when, and what lay there before. */
async function ending(ports: Ports): Promise<readonly Ending[]> {
  const texts = await textsIn(ports.objects);
  return [...texts].flatMap(([key, text]): Ending[] => {
    if (key.startsWith('locks/')) return [];
    const json = key.endsWith('.json') ? (JSON.parse(text) as { readonly state?: object }) : undefined;
    if (json?.state === undefined) return [[key, text] as const];
    return [[key, { ...json.state, startedAt: 0, endedAt: 0 }] as const];
  });
}

beforeAll(async () => {
  const objects = memoryObjects();
  const ports = memoryPorts(objects);
  await fill(ports);
  filled = objects.files;
  known = await ports.online.get(KEY);
});

describe('a deletion of a person that is killed', () => {
  it('comes to the same end when it is repeated, wherever it was killed', async () => {
    const whole = await copy();
    const state = { calls: 0 };
    await forget({
      ...whole,
      objects: crashing(whole.objects, state),
      online: crashing(whole.online, state),
    });
    const expected = await ending(whole);
    const { calls } = state;
    expect(calls).toBeGreaterThan(200);
    for (let at = 0; at < calls; at += 1)
      for (const when of ['before', 'after'] as const) {
        const ports = await copy();
        const dying = { calls: 0 };
        const mortal = {
          ...ports,
          objects: crashing(ports.objects, dying, { at, when }),
          online: crashing(ports.online, dying, { at, when }),
        };
        await forget(mortal).catch(() => {});
        await forget(ports);
        expect(await ending(ports), `killed ${when} call ${at}`).toEqual(expected);
        expect(await ports.online.get(KEY)).toBeUndefined();
      }
  });

  it('leaves nothing of the second person when the deletion of a first was killed before', async () => {
    const keys = [KEY, 'client-77'] as const;
    const whole = await copy();
    for (const key of keys) await forget(whole, key);
    const rows = async (ports: Ports) =>
      (await ending(ports)).filter(([key]) =>
        /^(exports|prepared|features|batch|snapshots)\/.*gz$/.test(key),
      );
    const plain = (found: readonly Ending[]) =>
      found.map(([key, text]) => [key.replace(/\.f?[0-9a-f]{8,16}(?=[./])/g, ''), text]);
    const expected = plain(await rows(whole));
    for (let at = 20; at < 220; at += 3) {
      const ports = await copy();
      await forget({ ...ports, objects: crashing(ports.objects, { calls: 0 }, { at, when: 'after' }) }).catch(
        () => {},
      );
      await ports.objects.delete('locks/train.json'); // as when the lease has run out
      for (const key of ['client-77', KEY]) await forget(ports, key);
      expect(plain(await rows(ports)), `killed after call ${at}`).toEqual(expected);
    }
  });

  it('comes to the same end when answers are lost', async () => {
    const whole = await copy();
    await forget(whole);
    const expected = await ending(whole);
    for (let seed = 0; seed < 40; seed += 1) {
      const ports = await copy();
      const random = Random.fromSeed(seed);
      const next = () => (random.uniform() < 0.7 ? 'none' : (FAULTS[random.below(FAULTS.length)] ?? 'none'));
      const lossy = { ...ports, objects: faultyStore(ports.objects, next) };
      for (let attempt = 0; ; attempt += 1) {
        const failed = await forget(lossy).then(
          () => undefined,
          (error: unknown) => error,
        );
        if (failed === undefined) break;
        if (attempt > 20) throw failed;
      }
      expect(await ending(ports), `seed ${seed}`).toEqual(expected);
    }
  });

  it('comes to the same end when two operators delete the same person at once', async () => {
    const whole = await copy();
    await forget(whole);
    const expected = await ending(whole);
    for (let seed = 0; seed < 40; seed += 1) {
      const ports = await copy();
      const random = Random.fromSeed(seed);
      const shared = { ...ports, objects: interleavingStore(ports.objects, () => random.uniform()) };
      await Promise.allSettled([forget(shared), forget(shared)]);
      await forget(ports);
      expect(await ending(ports), `seed ${seed}`).toEqual(expected);
    }
  });

  it('deletes two persons at once one after the other', async () => {
    const ports = await copy();
    const results = await Promise.allSettled([forget(ports), forget(ports, 'client-77')]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    for (const key of [KEY, 'client-77']) await forget(ports, key);
    const left = [...(await textsIn(ports.objects, 'features/'))].filter(([, text]) =>
      /\nclient-77?,/.test(text),
    );
    expect(left).toEqual([]);
  });
});
