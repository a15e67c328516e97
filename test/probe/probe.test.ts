import { describe, expect, it } from 'vitest';
import { RuntimeFailure } from '../../lambdas/core/errors.ts';
import type { Challenger, ReleaseState } from '../../lambdas/core/release/state.ts';
import type { Endpoint } from '../../lambdas/ports/endpoint.ts';
import { readIndex } from '../../lambdas/stores/models.ts';
import { readProbe } from '../../lambdas/stores/probe.ts';
import { updateRelease } from '../../lambdas/stores/release.ts';
import { CONFIG, changing, HOUR, type ProbeBench, probeBench } from './probe-fixture.ts';

const champion = async ({ world }: ProbeBench) => (await world.state()).state.champion?.version;

/** Version 1 is confirmed, version 2 has just taken over. */
async function watching(second: Parameters<ProbeBench['release']>[0] = { shift: 0.5 }): Promise<ProbeBench> {
  const bench = await probeBench();
  await bench.release();
  await change(bench, (state) => ({ ...state, watch: null }));
  bench.world.clock.set(bench.world.clock.now() + 25 * HOUR);
  await bench.release(second);
  return bench;
}

let changes = 0;
function change({ world }: ProbeBench, edit: (state: ReleaseState) => ReleaseState): Promise<ReleaseState> {
  changes += 1;
  return updateRelease(world.objects, world.clock, `change-${changes}`, edit);
}

const failing = (
  endpoint: Partial<Endpoint> & { readonly status?: number; readonly body?: string },
): Endpoint => ({
  post: async () => ({ status: endpoint.status ?? 200, body: endpoint.body ?? '' }),
  ...endpoint,
});

describe('the probe of what serves', () => {
  it('gets the recorded answer, and leaves one metric and no record', async () => {
    const bench = await watching();
    expect(await bench.probe()).toEqual([{ version: 2 }]);
    expect(bench.emitted).toEqual([{ probeFailed: [0, 'Count'] }]);
    expect(bench.records).toEqual([]);
    expect(bench.world.published.filter(({ type }) => type === 'probe.failed')).toEqual([]);
    expect(bench.pauses).toEqual([]);
  });

  it('compares with a score that the trees give by hand', async () => {
    const bench = await watching({ step: 0.4 });
    const ref = (await bench.world.state()).state.champion;
    const probe = ref && (await readProbe(bench.world, ref));
    // Nine trees split at 10, 20, … 90: +0.4 for each split that the age is not below, else -0.4; base margin 0.
    const age = Number(probe?.features.age);
    const above = Math.floor(age / 10);
    expect(probe?.score).toBeCloseTo(1 / (1 + Math.exp(-0.4 * (above - (9 - above)))), 6);
  });

  it('does nothing before the first release', async () => {
    const bench = await probeBench();
    expect(await bench.probe()).toEqual([]);
    expect(bench.emitted).toEqual([]);
  });

  it.each([
    [
      'an answer of another score',
      (body: string) => body.replace(/"score":[\d.]+/, '"score":0.5'),
      'probe/other-score',
    ],
    [
      'a version that was replaced',
      (body: string) => body.replace('"version":2', '"version":1'),
      'probe/other-version',
    ],
    ['a page of a gateway', () => '<html>', 'probe/unreadable'],
    [
      'an answer without a score',
      (body: string) => body.replace(/"score":[\d.]+/, '"error":{}'),
      'probe/unreadable',
    ],
  ])('fails on %s', async (_, edit, code) => {
    const bench = await watching();
    const results = await bench.probe({ endpoint: changing(bench.endpoint, edit) });
    expect(results).toMatchObject([{ version: 2, failure: { code } }]);
    expect(bench.emitted).toEqual([{ probeFailed: [1, 'Count'] }]);
    expect(bench.world.log.join('\n')).toContain(`"event":"probe.failed","role":"champion","version":2`);
    expect(bench.world.published.at(-1)).toMatchObject({
      type: 'probe.failed',
      detail: { version: 2, code },
    });
  });

  it.each([
    [
      'no answer',
      failing({
        post: async () => {
          throw new RuntimeFailure('endpoint/no-answer', 'no');
        },
      }),
      { code: 'endpoint/no-answer' },
    ],
    [
      'a refusal',
      failing({ status: 503, body: '{"error":{"code":"score/no-model"}}' }),
      { code: 'probe/refused', status: 503, error: 'score/no-model' },
    ],
    [
      'a refusal of the gateway',
      failing({ status: 403, body: '{"message":"Forbidden"}' }),
      { code: 'probe/refused', status: 403 },
    ],
  ])(
    'fails on %s, after three tries that the pointer can be followed between',
    async (_, endpoint, failure) => {
      const bench = await watching();
      expect(await bench.probe({ endpoint })).toEqual([{ version: 2, failure }]);
      expect(bench.pauses).toHaveLength(2);
      for (const pause of bench.pauses) expect(pause).toBeGreaterThan(5_000);
    },
  );

  it.each([400, 401, 403, 404, 429])('blames no version when the API answers %i', async (status) => {
    const bench = await watching();
    await bench.probe({ endpoint: failing({ status, body: '{"message":"Forbidden"}' }) });
    expect(bench.emitted).toEqual([{ probeFailed: [1, 'Count'] }]);
    await bench.hear();
    expect(await champion(bench)).toBe(2);
    expect(bench.world.published.filter(({ type }) => type === 'probe.failed')).toEqual([]);
  });

  it.each([422, 500, 503])('blames the version when the API answers %i', async (status) => {
    const bench = await watching();
    await bench.probe({ endpoint: failing({ status, body: '{}' }) });
    await bench.hear();
    expect(await champion(bench)).toBe(1);
  });

  it.each([
    ['an answer of a throttled gateway', failing({ status: 503, body: '{"message":"Service Unavailable"}' })],
    ['no answer', failing({ post: () => Promise.reject(new RuntimeFailure('endpoint/no-answer', 'none')) })],
  ])('blames no version for %s once it has served for a quarter of an hour', async (_, endpoint) => {
    const bench = await watching();
    bench.world.clock.set(bench.world.clock.now() + 20 * 60_000);
    await bench.probe({ endpoint });
    expect(bench.emitted).toEqual([{ probeFailed: [1, 'Count'] }]);
    await bench.hear();
    expect(await champion(bench)).toBe(2);
    await bench.probe({ endpoint: failing({ status: 500, body: '{}' }) });
    await bench.hear();
    expect(await champion(bench)).toBe(1);
  });

  it('finds the smallest difference of a float32', async () => {
    const bench = await watching();
    const bits = new Float32Array(1);
    const next = (body: string) =>
      body.replace(/"score":([\d.]+)/, (_, score: string) => {
        bits[0] = Number(score);
        new Uint32Array(bits.buffer)[0] = (new Uint32Array(bits.buffer)[0] ?? 0) + 1;
        return `"score":${bits[0]}`;
      });
    expect(await bench.probe({ endpoint: changing(bench.endpoint, next) })).toMatchObject([
      { failure: { code: 'probe/other-score' } },
    ]);
  });

  it('lets a failure of the program through', async () => {
    const bench = await watching();
    const endpoint = failing({ post: () => Promise.reject(new TypeError('a bug')) });
    await expect(bench.probe({ endpoint })).rejects.toThrow('a bug');
  });

  it('passes when the service has followed the pointer by the next try', async () => {
    const bench = await watching();
    let calls = 0;
    const endpoint = failing({
      async post(request) {
        const answer = await bench.endpoint.post(request);
        calls += 1;
        return calls === 1 ? { ...answer, body: answer.body.replace('"version":2', '"version":1') } : answer;
      },
    });
    expect(await bench.probe({ endpoint })).toEqual([{ version: 2 }]);
    expect(bench.pauses).toHaveLength(1);
  });

  it('begins again when the pointer moves between two tries', async () => {
    const bench = await watching();
    let calls = 0;
    const endpoint = failing({
      async post(request) {
        calls += 1;
        if (calls === 2) await bench.world.register().then(() => rolledBack(bench));
        if (calls < 4) return { status: 500, body: '{}' };
        return bench.endpoint.post(request);
      },
    });
    expect(await bench.probe({ endpoint })).toEqual([{ version: 1 }]);
  });
});

const rolledBack = (bench: ProbeBench) =>
  change(bench, (state) => ({ ...state, champion: state.previous, previous: null, watch: null }));

describe('bundles and blueprints of other times', () => {
  it('asks an old bundle, which has no probe, for any answer of its version', async () => {
    const bench = await watching({ probe: null });
    expect(await bench.probe()).toEqual([{ version: 2 }]);
    const endpoint = changing(bench.endpoint, (body) => body.replace('"version":2', '"version":9'));
    expect(await bench.probe({ endpoint })).toMatchObject([{ failure: { code: 'probe/other-version' } }]);
  });

  it('knows no score of another version of the features', async () => {
    const bench = await watching({ probe: { featuresVersion: 7, score: 0.123 } });
    expect(await bench.probe()).toEqual([{ version: 2 }]);
  });

  it('leaves a feature out that was added since: no older version reads it', async () => {
    const added = { kind: 'numeric', name: 'income', description: 'of a later blueprint' } as const;
    const config = {
      ...CONFIG,
      features: { ...CONFIG.features, fields: [...CONFIG.features.fields, added] },
    };
    const bench = await probeBench(config);
    await bench.release({ probe: { features: await typical() } });
    expect(await bench.probe()).toEqual([{ version: 1 }]);
  });

  it('takes the refusal of an unknown key for an answer where the blueprint refuses those', async () => {
    const lag = { kind: 'lag', name: 'before', description: 'age before', of: 'age', events: 1 } as const;
    const online = { requestsPerDay: 1, byKey: true, unknownKey: 'refuse' } as const;
    const config = {
      ...CONFIG,
      features: { ...CONFIG.features, fields: [...CONFIG.features.fields, lag] },
      serving: { ...CONFIG.serving, online },
    };
    const bench = await probeBench(config);
    await bench.release();
    expect(await bench.probe()).toEqual([{ version: 1 }]);
    const lenient = { ...config, serving: { ...config.serving, online: { requestsPerDay: 1, byKey: true } } };
    const other = await probeBench(lenient);
    await other.release();
    expect(await other.probe()).toEqual([{ version: 1 }]);
    expect(await bench.probe({ config: lenient })).toMatchObject([
      { failure: { error: 'score/unknown-key' } },
    ]);
  });

  it('fails, and reports nothing, when the bundle is not what was registered', async () => {
    const bench = await watching();
    await bench.world.objects.write('models/2/probe.json', [Buffer.from('{}')]);
    await expect(bench.probe()).rejects.toMatchObject({ code: 'bundle/digest-mismatch' });
    expect(bench.emitted).toEqual([]);
  });
});

async function typical(): Promise<Record<string, string | number | boolean | null>> {
  const bench = await probeBench();
  await bench.release();
  const ref = (await bench.world.state()).state.champion;
  const probe = ref && (await readProbe(bench.world, ref));
  return { ...probe?.features };
}

describe('a wrong answer', () => {
  const WRONG = { probe: { score: 0.123 } };

  it('rolls back the version that has just taken over', async () => {
    const bench = await watching(WRONG);
    expect(await champion(bench)).toBe(2);
    await bench.probe();
    await bench.hear();
    expect(await champion(bench)).toBe(1);
    const { state } = await bench.world.state();
    expect(state.rejected).toEqual([2]);
    expect(state.outcomes.at(-1)?.reason).toBe('probe failed: probe/other-score');
    expect(await bench.probe()).toEqual([{ version: 1 }]);
  });

  it('rolls nothing back after the watch, and a first version has nothing before it', async () => {
    const bench = await watching(WRONG);
    await change(bench, (state) => ({ ...state, watch: null }));
    await bench.probe();
    await bench.hear();
    expect(await champion(bench)).toBe(2);
    const first = await probeBench();
    await first.release(WRONG);
    await first.probe();
    await first.hear();
    expect(await champion(first)).toBe(1);
  });

  it('is of no account to a release that began after it was asked', async () => {
    const bench = await watching();
    const endpoint = failing({ status: 500 });
    await bench.probe({ endpoint });
    const event = bench.world.published.at(-1);
    bench.world.clock.set((event?.at ?? 0) + 1_000);
    await change(bench, (state) => ({
      ...state,
      watch: state.watch && { ...state.watch, since: (event?.at ?? 0) + 1_000 },
    }));
    await bench.hear();
    expect(await champion(bench)).toBe(2);
  });

  it('has the effect of one when the probe runs twice, or its event comes twice', async () => {
    const bench = await watching(WRONG);
    await Promise.all([bench.probe(), bench.probe()]);
    await bench.hear();
    const twice = bench.world.published.filter(({ type }) => type === 'probe.failed');
    bench.world.published.push(...twice);
    await bench.hear();
    expect(await bench.world.fates()).toEqual(['2 rolled-back']);
  });
});

describe('the probe of two versions that answer', () => {
  const live = { step: 0, share: 0.05, shadow: false, since: 0, looks: 0, before: { bad: [], slow: [] } };

  async function canary(options: Parameters<ProbeBench['release']>[0], change1: Partial<Challenger> = {}) {
    const bench = await probeBench();
    await bench.release();
    const version = await bench.world.register(options);
    const { versions } = await readIndex(bench.world);
    const digest = versions.find((one) => one.version === version)?.digest ?? '';
    const challenger: Challenger = {
      version,
      digest,
      strategy: 'canary',
      changeExpected: false,
      startedAt: 0,
      live,
      ...change1,
    };
    await change(bench, (state) => ({ ...state, watch: null, challenger }));
    bench.world.clock.set(bench.world.clock.now() + 6_000);
    return bench;
  }

  it('asks the challenger alone where it gets every request', async () => {
    const bench = await canary({ shift: 0.5 }, { live: { ...live, share: 1 } });
    expect(await bench.probe()).toEqual([{ version: 2 }]);
  });

  it('asks each with its own row, however small the share', async () => {
    const bench = await canary({ shift: 0.5, step: 0.7 });
    for (let probe = 0; probe < 20; probe += 1) {
      bench.world.clock.set(bench.world.clock.now() + 1);
      expect(await bench.probe()).toEqual([{ version: 1 }, { version: 2 }]);
    }
  });

  it('ends the release where the challenger answers wrongly, and the champion stays', async () => {
    const bench = await canary({ probe: { score: 0.123 } });
    expect(await bench.probe()).toMatchObject([
      { version: 1 },
      { version: 2, failure: { code: 'probe/other-score' } },
    ]);
    await bench.hear();
    expect((await bench.world.state()).state).toMatchObject({
      champion: { version: 1 },
      challenger: null,
      rejected: [2],
    });
  });

  it('ends no release when the champion alone answers wrongly: the challenger did no harm', async () => {
    const bench = await canary({});
    const endpoint = changing(bench.endpoint, (body) =>
      body.includes('"version":1') ? body.replace(/"score":[\d.]+/, '"score":0.5') : body,
    );
    expect(await bench.probe({ endpoint })).toMatchObject([{ version: 1, failure: {} }, { version: 2 }]);
    await bench.hear();
    expect((await bench.world.state()).state).toMatchObject({
      champion: { version: 1 },
      challenger: { version: 2 },
    });
  });

  it('asks the champion alone where the challenger answers in shadow', async () => {
    const bench = await canary({}, { live: { ...live, shadow: true } });
    expect(await bench.probe()).toEqual([{ version: 1 }]);
  });
});
