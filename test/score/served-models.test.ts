import { describe, expect, it } from 'vitest';
import { GOOD, refOf, scoringBench } from './fixture.ts';

async function released() {
  const bench = scoringBench();
  await bench.release(1);
  const ask = async () => {
    const { status, headers, body } = await bench.scorer.score({ features: GOOD }, { requestId: 'r' });
    const { model, releaseSeq, stale } = JSON.parse(body);
    return { status, version: model?.version, releaseSeq, stale, header: headers['x-model-stale'] };
  };
  return { ...bench, ask };
}

describe('the release pointer', () => {
  it('reads the pointer once in five seconds, however many requests come', async () => {
    const { ask, faults, sleep } = await released();
    await ask();
    const reads = faults.reads;
    for (let n = 0; n < 100; n += 1) await ask();
    sleep(4_999);
    await ask();
    expect(faults.reads).toBe(reads);
    sleep(1);
    await Promise.all([ask(), ask(), ask()]);
    expect(faults.reads).toBe(reads + 1);
  });

  it('follows the pointer within five seconds, or at once on request', async () => {
    const { ask, release, sleep, scorer } = await released();
    await ask();
    await release(2);
    expect((await ask()).version).toBe(1);
    sleep(5_000);
    expect(await ask()).toMatchObject({ version: 2, releaseSeq: 2 });
    await release(3);
    await scorer.refresh();
    expect((await ask()).version).toBe(3);
  });

  it('keeps serving the last verified model when the pointer cannot be read, and reports it', async () => {
    const { ask, faults, sleep } = await released();
    expect(await ask()).toMatchObject({ stale: undefined, header: undefined });
    faults.pointer = new Error('no network');
    sleep(5_000);
    expect(await ask()).toMatchObject({ status: 200, version: 1, stale: true, header: 'true' });
    faults.pointer = undefined;
    sleep(5_000);
    expect(await ask()).toMatchObject({ version: 1, stale: undefined });
  });

  it('keeps the model when the pointer has vanished', async () => {
    const { ask, objects, sleep } = await released();
    await ask();
    await objects.delete('release/state.json');
    sleep(5_000);
    expect(await ask()).toMatchObject({ status: 200, version: 1, releaseSeq: 1, stale: true });
  });

  it('never takes an instance back to a lower sequence', async () => {
    const { ask, objects, release, sleep, log } = await released();
    const first = await objects.get('release/state.json');
    await release(2);
    expect((await ask()).releaseSeq).toBe(2);
    await objects.write('release/state.json', [first?.bytes ?? new Uint8Array()]);
    sleep(5_000);
    expect(await ask()).toMatchObject({ version: 2, releaseSeq: 2, stale: true });
    expect(log.join()).toContain('release/went-back');
  });

  it('treats a pointer that is not a release state like an unreadable one', async () => {
    const { ask, objects, sleep, log } = await released();
    await ask();
    await objects.write('release/state.json', [
      Buffer.from('{"schemaVersion":1,"seq":9,"ops":[],"state":{}}'),
    ]);
    sleep(5_000);
    expect(await ask()).toMatchObject({ version: 1, stale: true });
    expect(log.join()).toContain('state/corrupt');
  });
});

describe('loaded models', () => {
  it('serves the version before when the digest of a champion does not match, and reports it', async () => {
    const { ask, faults, release, sleep, log } = await released();
    await ask();
    faults.load = 2;
    await release(2);
    sleep(5_000);
    expect(await ask()).toMatchObject({ status: 200, version: 1, releaseSeq: 1, stale: true });
    expect(log.join()).toContain('bundle/digest-mismatch');
    faults.load = undefined;
    sleep(5_000);
    expect(await ask()).toMatchObject({ version: 2, releaseSeq: 2, stale: undefined });
  });

  it('answers 503 until a first champion can be loaded', async () => {
    const { ask, faults, scorer } = await released();
    faults.load = 1;
    expect((await ask()).status).toBe(503);
    expect(await scorer.notReady()).toMatchObject({ code: 'score/unavailable' });
    faults.load = undefined;
    expect((await ask()).status).toBe(200);
  });

  it('loads the version before ahead, so that a rollback loads nothing', async () => {
    const { loaded, release, scorer } = await released();
    await release(2);
    await scorer.refresh();
    expect(loaded).toEqual([2, 1]);
    await release(1, { previous: null, rejected: [2] });
    await scorer.refresh();
    expect(loaded).toEqual([2, 1]);
    expect(await scorer.model()).toMatchObject({ version: 1, releaseSeq: 3 });
  });

  it('reports a version before that cannot be loaded, and serves the champion', async () => {
    const { faults, release, scorer, log } = await released();
    await release(2);
    faults.load = 1;
    await scorer.refresh();
    expect(await scorer.model()).toMatchObject({ version: 2, stale: false });
    expect(log.join()).toContain('score.previous-not-loaded');
  });

  it('drops older versions from memory', async () => {
    const { loaded, release, scorer } = await released();
    for (const version of [2, 3, 1]) {
      await scorer.refresh();
      await release(version);
    }
    await scorer.refresh();
    expect(loaded).toEqual([1, 2, 3, 1]);
  });
});

describe("the start of a version's service", () => {
  const outcome = { version: 1, strategy: 'all-at-once', reason: '', startedAt: 10, endedAt: 20 } as const;
  it.each([
    ['its watch begins', { watch: { since: 5, until: 9, strategy: 'all-at-once', reason: '' } }, 5],
    ['its release was won', { outcomes: [{ ...outcome, fate: 'promoted' }] }, 10],
    ['the next one was rolled back', { outcomes: [{ ...outcome, version: 2, fate: 'rolled-back' }] }, 20],
    [
      'its release was won, though another was aborted since',
      {
        outcomes: [
          { ...outcome, fate: 'promoted' },
          { ...outcome, version: 2, fate: 'aborted' },
        ],
      },
      10,
    ],
    ['the pointer does not tell', {}, null],
  ] as const)('finds when a version began to serve: %s', async (_title, change, since) => {
    const { scorer, release } = scoringBench();
    await release(1, { champion: refOf(1), ...change });
    expect(await scorer.model()).toMatchObject({ version: 1, digest: 'd1', since });
  });
});
