import { describe, expect, it } from 'vitest';
import type { Challenger, LiveStep } from '../../lambdas/core/release/state.ts';
import { goesToChallenger } from '../../lambdas/core/release/traffic-split.ts';
import { GOOD, refOf, scoringBench } from './fixture.ts';

const LIVE: LiveStep = {
  step: 0,
  share: 0.3,
  shadow: false,
  since: 0,
  before: { bad: [], slow: [] },
};

const challenger = (live: Partial<LiveStep> = {}): Challenger => ({
  ...refOf(2),
  strategy: live.shadow ? 'shadow' : 'canary',
  changeExpected: false,
  startedAt: 0,
  live: { ...LIVE, ...live },
});

async function live(step: Partial<LiveStep> = {}, secret?: string) {
  const bench = scoringBench(secret === undefined ? {} : { secret });
  await bench.release(1, { challenger: challenger(step) });
  const versionFor = async (request: object, requestId = 'r') =>
    JSON.parse((await bench.scorer.score(request, { requestId })).body).model?.version as number | undefined;
  return { ...bench, versionFor };
}

describe('a challenger with a share of the requests', () => {
  it('scores about that share of the ids by the challenger, and records each under its own arm', async () => {
    const { versionFor, records } = await live();
    const versions = [];
    for (let i = 0; i < 2_000; i += 1) versions.push(await versionFor({ features: GOOD, id: `id-${i}` }));
    const share = versions.filter((version) => version === 2).length / versions.length;
    expect(Math.abs(share - 0.3)).toBeLessThan(3 * Math.sqrt((0.3 * 0.7) / 2_000));
    const arms = (await records()).map(({ arm, version }) => `${arm} ${version}`);
    expect(new Set(arms)).toEqual(new Set(['champion 1', 'challenger 2']));
    expect(arms.filter((arm) => arm === 'challenger 2').length).toBe(versions.filter((v) => v === 2).length);
  });

  it('gives the same entity the same version, whatever the request, on every instance', async () => {
    const [one, other] = [await live({}, 'secret'), await live({}, 'secret')];
    for (let i = 0; i < 50; i += 1) {
      const request = { features: GOOD, id: `id-${i}` };
      const version = await one.versionFor(request, 'first');
      expect(await one.versionFor(request, 'second')).toBe(version);
      expect(await other.versionFor(request, 'third')).toBe(version);
    }
  });

  it('scores all rows of one request by one version', async () => {
    const { versionFor, records } = await live();
    for (let i = 0; i < 20; i += 1)
      await versionFor({ rows: [{ features: GOOD }, { features: GOOD }] }, `q${i}`);
    const byRequest = new Map<string, Set<unknown>>();
    for (const { id, version } of await records()) {
      const request = String(id).split(':')[0] ?? '';
      byRequest.set(request, (byRequest.get(request) ?? new Set()).add(version));
    }
    expect(byRequest.size).toBe(20);
    expect([...byRequest.values()].every(({ size }) => size === 1)).toBe(true);
  });

  it('draws again in each step, so that no entity counts twice on purpose', () => {
    const ids = Array.from({ length: 2_000 }, (_, i) => `e${i}`);
    const inStep = (step: number) => new Set(ids.filter((id) => goesToChallenger(id, 2, { ...LIVE, step })));
    const [first, second] = [inStep(0), inStep(1)];
    const both = [...first].filter((id) => second.has(id)).length;
    expect(both / ids.length).toBeLessThan(0.3 * 0.3 + 0.03);
  });

  it('serves the champion alone when the challenger cannot be loaded', async () => {
    const bench = scoringBench();
    bench.faults.load = 2;
    await bench.release(1, { challenger: challenger({ share: 1 }) });
    const { status, body } = await bench.scorer.score({ features: GOOD }, { requestId: 'r' });
    expect([status, JSON.parse(body).model.version]).toEqual([200, 1]);
    expect(bench.log.join()).toContain('score.challenger-not-loaded');
  });
});

describe('requests that a challenger cannot score', () => {
  const ask = async (request: object) => {
    const bench = scoringBench();
    await bench.release(1, { challenger: challenger({ share: 1 }) });
    const { status, body } = await bench.scorer.score(request, { requestId: 'r' });
    const { model, predictions } = JSON.parse(body);
    const records = (await bench.records()).map(({ arm, version, status: of }) => `${arm} ${version} ${of}`);
    return {
      status,
      version: model?.version,
      scores: predictions?.map(({ score }: { score?: number }) => score),
      records,
    };
  };

  it.each([
    ['refuses', 'unseen', 'invalid'],
    ['throws on', 'crash', 'error'],
    ['has no finite score of', 'endless', 'error'],
  ])(
    'answers by the champion when the challenger %s a row, and records the failure under the challenger',
    async (_, job, status) => {
      expect(await ask({ features: { ...GOOD, job: `${job} by 2` } })).toEqual({
        status: 200,
        version: 1,
        scores: [Math.fround(0.401)],
        records: [`challenger 2 ${status}`, 'champion 1 ok'],
      });
    },
  );

  it.each([
    ['unseen', 422, 'invalid'],
    ['crash', 500, 'error'],
  ])(
    'records one failure when the champion cannot score the row either: %s',
    async (job, status, recorded) => {
      const answer = await ask({ features: { ...GOOD, job } });
      expect(answer).toMatchObject({ status, records: [`challenger 2 ${recorded}`] });
    },
  );

  it('scores all rows of a request by one version, by the one that refuses fewer', async () => {
    const rows = ['unseen by 2', 'admin', 'unseen'].map((job) => ({ features: { ...GOOD, job } }));
    expect(await ask({ rows })).toEqual({
      status: 200,
      version: 1,
      scores: [Math.fround(0.401), Math.fround(0.401), undefined],
      records: [
        'challenger 2 invalid',
        'challenger 2 ok',
        'challenger 2 invalid',
        'champion 1 ok',
        'champion 1 ok',
      ],
    });
  });
});

describe('a challenger in the shadow', () => {
  it('answers by the champion and records the results of the challenger', async () => {
    const { versionFor, records, emitted } = await live({ shadow: true, share: 1 });
    expect(await versionFor({ features: GOOD, id: 'a' })).toBe(1);
    expect((await records()).map(({ arm, version, score }) => [arm, version, score])).toEqual([
      ['champion', 1, Math.fround(0.401)],
      ['challenger', 2, Math.fround(0.402)],
    ]);
    expect(emitted.length).toBe(2);
  });

  it('hides the failures of the challenger from the caller', async () => {
    const bench = scoringBench();
    await bench.release(1, { challenger: challenger({ shadow: true, share: 1 }) });
    const { status } = await bench.scorer.score({ features: { ...GOOD, job: 'unseen' } }, { requestId: 'r' });
    expect(status).toBe(422); // the champion refuses it too
    expect((await bench.records()).map(({ arm, status: found }) => `${arm} ${found}`)).toEqual([
      'champion invalid',
      'challenger invalid',
    ]);
  });
});
