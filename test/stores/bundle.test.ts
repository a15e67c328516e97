import { beforeAll, describe, expect, it } from 'vitest';
import { runRegister } from '../../lambdas/register/register.ts';
import type { Manifest } from '../../lambdas/stores/bundle.ts';
import { bundlePrefix, readBundle, readBundleFile, writeBundle } from '../../lambdas/stores/bundle.ts';
import { decodeJson, encodeJson, sha256 } from '../../lambdas/stores/json.ts';
import { configOf, createWorld } from '../register/register-fixture.ts';
import { memoryObjects, virtualClock } from './crash.ts';

const failure = (code: string) => expect.objectContaining({ code });
const objects = memoryObjects();
let digest = '';

beforeAll(async () => {
  const world = createWorld(objects);
  await world.trained('run-1');
  const input = { runId: 'run-1', fence: 1 };
  ({ digest } = await runRegister({ ports: world.process(), config: configOf(), input }));
});

/** Reads the bundle with one object replaced (or missing). */
async function readWith(key: string, bytes: Uint8Array | undefined) {
  const get = objects.get;
  const changed = {
    ...objects,
    get: async (wanted: string) =>
      wanted === key ? bytes && { bytes, version: 'x' } : Reflect.apply(get, objects, [wanted]),
  };
  return readBundle({ objects: changed }, 1, digest);
}

describe('a model bundle', () => {
  it('has every file that scoring and MLflow need, each named in the manifest with its sha256', async () => {
    const bytes = objects.files.get('models/1/_manifest.json') as Uint8Array;
    expect(sha256(bytes)).toBe(digest);
    const manifest = decodeJson<Manifest>(bytes, '_manifest.json', 1);
    expect(manifest.files.map(({ name }) => name)).toEqual([
      'MLmodel',
      'card.html',
      'card.json',
      'conda.yaml',
      'features.json',
      'lineage.json',
      'metrics.json',
      'model.ubj',
      'probe.json',
      'profile.json',
      'python_env.yaml',
      'requirements.txt',
    ]);
    for (const file of manifest.files) {
      const stored = objects.files.get(`models/1/${file.name}`) as Uint8Array;
      expect([stored.byteLength, sha256(stored)]).toEqual([file.bytes, file.sha256]);
    }
  });

  it('refuses a bundle when any byte of any of its files has changed', async () => {
    const keys = [...objects.files.keys()].filter((key) => key.startsWith(bundlePrefix(1)));
    expect(keys).toHaveLength(13);
    for (const key of keys) {
      const original = objects.files.get(key) as Uint8Array;
      for (const at of [0, Math.floor(original.length / 2), original.length - 1]) {
        const changed = original.slice();
        changed[at] = (changed[at] as number) ^ 1;
        await expect(readWith(key, changed), `${key} at ${at}`).rejects.toThrow(
          failure('bundle/digest-mismatch'),
        );
      }
      await expect(readWith(key, original.slice(0, -1)), key).rejects.toThrow(
        failure('bundle/digest-mismatch'),
      );
      await expect(readWith(key, undefined), key).rejects.toThrow(failure('bundle/not-found'));
    }
  });

  it('gives one file, compared with its manifest, and none that the manifest does not name', async () => {
    const ref = { version: 1, digest };
    const bytes = await readBundleFile({ objects }, ref, 'probe.json');
    expect(Buffer.from(bytes ?? []).toString()).toBe(
      Buffer.from(objects.files.get('models/1/probe.json') ?? []).toString(),
    );
    expect(await readBundleFile({ objects }, ref, 'nothing.json')).toBeUndefined();
    const spoilt = (key: string) => ({
      ...objects,
      get: async (wanted: string) =>
        wanted === key ? { bytes: Buffer.from('{}'), version: 'x' } : objects.get(wanted),
    });
    for (const key of ['models/1/probe.json', 'models/1/_manifest.json'])
      await expect(readBundleFile({ objects: spoilt(key) }, ref, 'probe.json')).rejects.toThrow(
        failure('bundle/digest-mismatch'),
      );
    const gone = { ...objects, get: async () => undefined };
    await expect(readBundleFile({ objects: gone }, ref, 'probe.json')).rejects.toThrow(
      failure('bundle/not-found'),
    );
  });

  it('refuses a bundle with another digest than expected', async () => {
    await expect(readBundle({ objects }, 1, 'f'.repeat(64))).rejects.toThrow(
      failure('bundle/digest-mismatch'),
    );
  });

  it('refuses a bundle when its manifest names no model', async () => {
    const storage = { objects: memoryObjects(), clock: virtualClock() };
    const other = await writeBundle(
      storage,
      1,
      new Map([['features.json', encodeJson({ schemaVersion: 1 })]]),
    );
    await expect(readBundle(storage, 1, other)).rejects.toThrow(failure('bundle/not-found'));
  });

  it('has a digest that does not depend on the order of its files', async () => {
    const files = [['a', new Uint8Array([1])] as const, ['b', new Uint8Array([2])] as const];
    const storage = () => ({ objects: memoryObjects(), clock: virtualClock() });
    expect(await writeBundle(storage(), 1, new Map(files))).toBe(
      await writeBundle(storage(), 1, new Map(files.toReversed())),
    );
  });

  it('never changes after it was written', async () => {
    const storage = { objects: memoryObjects(), clock: virtualClock() };
    await writeBundle(storage, 1, new Map([['a', new Uint8Array([1])]]));
    await expect(writeBundle(storage, 1, new Map([['a', new Uint8Array([2])]]))).rejects.toThrow(
      failure('bundle/changed'),
    );
    expect(storage.objects.files.get('models/1/a')).toEqual(new Uint8Array([1]));
  });
});
