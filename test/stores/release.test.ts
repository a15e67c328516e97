import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EMPTY_RELEASE } from '../../lambdas/core/release/state.ts';
import type { ObjectStore } from '../../lambdas/ports/index.ts';
import { RELEASE_KEY, readRelease, updateRelease } from '../../lambdas/stores/release.ts';
import { memoryObjects, virtualClock } from './crash.ts';

const champion = { version: 1, digest: 'd1' };

describe('the release pointer', () => {
  it('is empty with sequence 0 before the first release', async () => {
    expect(await readRelease(memoryObjects())).toEqual({ state: EMPTY_RELEASE, seq: 0 });
  });

  it('counts each change once, however often the operation is delivered', async () => {
    const objects = memoryObjects();
    for (const opId of ['a', 'a', 'b']) {
      await updateRelease(objects, virtualClock(), opId, (state) => ({ ...state, champion }));
    }
    expect(await readRelease(objects)).toMatchObject({ seq: 2, state: { champion } });
  });

  it('stays as it is when there is nothing to do', async () => {
    const objects = memoryObjects();
    expect(await updateRelease(objects, virtualClock(), 'a', (state) => state)).toEqual(EMPTY_RELEASE);
    expect((await readRelease(objects)).seq).toBe(0);
  });

  it('fails with a retryable code when the store does not answer', async () => {
    const objects: ObjectStore = {
      ...memoryObjects(),
      tryPut: async () => ({ outcome: 'unknown', cause: new Error('lost') }),
    };
    const change = updateRelease(objects, virtualClock(), 'a', (state) => ({ ...state, champion }));
    await expect(change).rejects.toMatchObject({ code: 'store/unknown-outcome', retryable: true });
  });

  it('reads a state of schema version 1, as versions before 0.2 wrote it', async () => {
    const objects = memoryObjects();
    const bytes = readFileSync(new URL('../golden/release/state-v1.json', import.meta.url));
    await objects.write(RELEASE_KEY, [bytes]);
    const { state, seq } = await readRelease(objects);
    expect(seq).toBe(7);
    expect(state).toMatchObject({
      schemaVersion: 2,
      champion: { version: 3 },
      previous: { version: 2 },
      challenger: { version: 4, strategy: 'shadow-replay' },
    });
    expect(state.challenger?.live).toBeUndefined();
  });

  it.each(['null', '{"schemaVersion":3}', '[]'])('refuses a state of unknown form: %s', async (state) => {
    const objects = memoryObjects();
    await objects.write(RELEASE_KEY, [Buffer.from(`{"schemaVersion":1,"seq":1,"ops":[],"state":${state}}`)]);
    await expect(readRelease(objects)).rejects.toMatchObject({ code: 'state/corrupt' });
  });
});
