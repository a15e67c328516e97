import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import { RuntimeFailure } from '../../lambdas/core/errors.ts';
import { CONFIG, GOOD, scoringBench } from './fixture.ts';

async function released(options: Parameters<typeof scoringBench>[0] = {}) {
  const bench = scoringBench(options);
  await bench.release(1);
  const ask = async (request: unknown, requestId = 'r1') => {
    const { status, headers, body } = await bench.scorer.score(request, { requestId });
    return { status, headers, body: JSON.parse(body) };
  };
  return { ...bench, ask };
}

const withServing = (serving: Partial<ModelConfig['serving']>): ModelConfig => ({
  ...CONFIG,
  serving: { ...CONFIG.serving, ...serving },
});

describe('a scoring response', () => {
  it('names the version, the digest, the release and the request', async () => {
    const { ask } = await released();
    const { status, body } = await ask({ features: GOOD, id: 'p-1' });
    expect(status).toBe(200);
    expect(body).toEqual({
      requestId: 'r1',
      model: { name: 'bank-marketing', version: 1, digest: 'd1' },
      releaseSeq: 1,
      predictions: [{ id: 'p-1', score: Math.fround(0.401), decision: false }],
    });
  });

  it('decides at the threshold, inclusively', async () => {
    const score = Math.fround(0.401);
    const { ask } = await released({ config: withServing({ decisionThreshold: score }) });
    expect((await ask({ features: GOOD })).body.predictions[0].decision).toBe(true);
  });

  it('has no decision for a regression', async () => {
    const { ask } = await released({ config: { ...CONFIG, problem: { type: 'regression', label: 'y' } } });
    expect((await ask({ features: GOOD })).body.predictions[0]).toEqual({
      id: 'r1',
      score: Math.fround(0.401),
    });
  });

  it('makes an id for each row from the request', async () => {
    const { ask } = await released();
    const { body } = await ask({ rows: [{ features: GOOD }, { features: GOOD, id: 'mine' }] });
    expect(body.predictions.map(({ id }: { id: string }) => id)).toEqual(['r1:0', 'mine']);
  });

  it('has the same bytes for the same request', async () => {
    const { scorer } = await released();
    const [a, b] = await Promise.all([1, 2].map(() => scorer.score({ features: GOOD }, { requestId: 'x' })));
    expect(a).toEqual(b);
  });

  it('prints a score that parses back to the same float32', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (score) => {
        expect(Math.fround(JSON.parse(`${score}`) as number)).toBe(score === 0 ? 0 : score);
      }),
    );
  });

  it('answers 503 before the first release, and records nothing', async () => {
    const bench = scoringBench();
    const { status, body } = await bench.scorer.score({ features: GOOD }, { requestId: 'r' });
    expect([status, JSON.parse(body).error.code]).toEqual([503, 'score/no-model']);
    expect(await bench.scorer.notReady()).toMatchObject({ code: 'score/no-model' });
    expect(await bench.scorer.model()).toBeUndefined();
    expect(await bench.records()).toEqual([]);
    expect(bench.emitted).toEqual([]);
  });

  it('answers 503 with the cause while the pointer is refused, and counts each request as failed', async () => {
    const bench = scoringBench();
    await bench.release(1);
    bench.faults.pointer = new RuntimeFailure('objects/forbidden', 'Access Denied');
    for (const requestId of ['a', 'b', 'c']) {
      const { status, body } = await bench.scorer.score({ features: GOOD }, { requestId });
      expect([status, JSON.parse(body).error]).toEqual([
        503,
        {
          code: 'score/unavailable',
          message: 'the version that serves cannot be loaded: objects/forbidden',
        },
      ]);
    }
    expect(await bench.scorer.notReady()).toMatchObject({ code: 'score/unavailable' });
    expect(await bench.records()).toEqual([]);
    expect(bench.emitted).toEqual([{ requests: [3, 'Count'], failed: [3, 'Count'] }]);
    bench.faults.pointer = undefined;
    expect(await bench.scorer.notReady()).toBeUndefined();
    expect((await bench.scorer.score({ features: GOOD }, { requestId: 'd' })).status).toBe(200);
  });

  it('tells a model that cannot be loaded from one that was not released', async () => {
    const bench = scoringBench();
    await bench.release(1);
    bench.faults.load = 1;
    const { body } = await bench.scorer.score({ features: GOOD }, { requestId: 'r' });
    expect(JSON.parse(body).error.message).toContain('bundle/digest-mismatch');
    await bench.release(1, { champion: null });
    expect(await bench.scorer.notReady()).toMatchObject({ code: 'score/no-model' });
  });

  it('counts a request that failed with an unexpected error as failed', async () => {
    const bench = scoringBench();
    await bench.release(1);
    const unreadable = Object.defineProperty({}, 'features', {
      get: () => {
        throw new Error('no such request');
      },
    });
    expect((await bench.scorer.score(unreadable, { requestId: 'r' })).status).toBe(500);
    await bench.scorer.flush();
    expect(bench.emitted).toEqual([{ requests: [1, 'Count'], failed: [1, 'Count'] }]);
  });
});

describe('the reasons of a score', () => {
  const reasons = {
    baseline: -1,
    margin: 0.5,
    contributions: [
      { feature: 'age', description: 'in years', contribution: 2 },
      { feature: 'of_an_older_version', description: 'of_an_older_version', contribution: -0.5 },
    ],
  };

  it('returns reasons on request, in the words of the blueprint', async () => {
    const { ask, bench } = await asking();
    expect((await ask({ features: GOOD, reasons: true })).body.predictions[0].reasons).toEqual(reasons);
    expect((await ask({ features: GOOD, reasons: false })).body.predictions[0]).not.toHaveProperty('reasons');
    const { body } = await ask({
      rows: [{ features: GOOD }, { features: { ...GOOD, job: 'unseen' } }],
      reasons: true,
    });
    expect(body.predictions[0].reasons).toEqual(reasons);
    expect(body.predictions[1]).not.toHaveProperty('reasons');
    bench.online.set('k', { key: 'k', at: 0, values: new Map(Object.entries(GOOD)) });
    expect((await ask({ key: 'k', reasons: true })).body.predictions[0].reasons).toEqual(reasons);
  });

  it('leaves the score as it is where reasons cannot be computed, and does not blame the version', async () => {
    const { ask, bench } = await asking();
    const { status, body } = await ask({ features: { ...GOOD, job: 'inexplicable' }, reasons: true });
    expect(status).toBe(200);
    expect(body.predictions[0]).not.toHaveProperty('reasons');
    expect(bench.log.join()).toContain('score.reasons-failed');
    expect(bench.log.join()).not.toContain('quotes the row');
    expect((await bench.records())[0]).toMatchObject({ status: 'ok' });
  });

  it.each([
    [{ features: GOOD, reasons: 'yes' }, 'request/wrong-value'],
    [{ rows: [{ features: GOOD, reasons: true }] }, 'request/unknown-field'],
  ])('refuses reasons in any other form (%#)', async (request, code) => {
    const { ask } = await asking();
    const { status, body } = await ask(request);
    expect([status, body.error.problems[0].code]).toEqual([400, code]);
  });

  async function asking() {
    const { ask, ...bench } = await released();
    return { ask, bench };
  }
});

describe('a request that reaches no version', () => {
  it('counts a refused request by its first problem, in the log and as a metric, without a value', async () => {
    const { ask, scorer, log, emitted, records } = await released();
    for (let i = 0; i < 3; i += 1)
      await ask({ rows: [{ features: GOOD }, { features: { ...GOOD, age: 'CANARY' } }] });
    await ask({ features: { ...GOOD, CANARY: 1 } });
    await scorer.flush();
    expect(emitted.flatMap(({ refusedRequests = [] }) => [refusedRequests])).toContainEqual([4, 'Count']);
    const told = log.filter((line) => line.includes('score.requests-refused')).join();
    expect(told).toContain('3 request/wrong-value at features.age, 1 request/unknown-field at features');
    expect(log.join()).not.toContain('CANARY');
    expect(await records()).toEqual([]);
  });
});

describe('a row that the model refuses', () => {
  it('reports the refused row beside the results of the other rows', async () => {
    const { ask, records } = await released();
    const { status, body } = await ask({
      rows: [{ features: { ...GOOD, job: 'unseen' } }, { features: GOOD }],
    });
    expect(status).toBe(200);
    expect(body.predictions[0]).toEqual({
      id: 'r1:0',
      error: {
        code: 'score/refused',
        problems: [{ code: 'features/unseen-category', path: 'features.job', allowed: 'a known category' }],
      },
    });
    const kept = await records();
    expect(kept.map(({ status }) => status)).toEqual(['invalid', 'ok']);
    expect(kept.map(({ refused }) => refused)).toEqual([
      { code: 'features/unseen-category', field: 'features.job' },
      undefined,
    ]);
  });

  it('answers 422 when the refused row is the only one', async () => {
    const { ask, records } = await released();
    const { status, body } = await ask({ features: { ...GOOD, job: 'unseen' } });
    expect([status, body.error.code, body.requestId]).toEqual([422, 'score/refused', 'r1']);
    expect((await records())[0]).toMatchObject({ id: 'r1', status: 'invalid', version: 1 });
  });
});

describe('a model that fails', () => {
  it.each(['crash', 'endless'])('answers 500 and records the row that failed: %s', async (job) => {
    const { ask, records, log } = await released();
    const { status, body } = await ask({ rows: [{ features: GOOD }, { features: { ...GOOD, job } }] });
    expect([status, body.error.code]).toEqual([500, 'score/failed']);
    expect(await records()).toEqual([
      expect.objectContaining({ id: 'r1:1', status: 'error', releaseSeq: 1 }),
    ]);
    expect(log.join('')).not.toContain('quotes the row');
  });

  it('answers 500 when the service itself fails', async () => {
    const bench = await released();
    const hostile = new Proxy(
      {},
      {
        getOwnPropertyDescriptor() {
          throw new Error('unexpected');
        },
      },
    );
    expect(await bench.ask(hostile)).toMatchObject({
      status: 500,
      body: { error: { code: 'score/failed' } },
    });
  });
});

describe('a request that the checker refuses', () => {
  it('records no refused request, because garbage must not force a rollback', async () => {
    const { ask, records } = await released();
    expect((await ask({ features: { ...GOOD, age: 'forty' } })).status).toBe(400);
    expect(await records()).toEqual([]);
  });

  it('lists the problems, their places and the allowed values, without the values sent', async () => {
    const { ask } = await released();
    const { body } = await ask({
      features: { ...GOOD, age: 'CANARY-PII', 'CANARY-PII': 1 },
      id: 'CANARY PII',
    });
    expect(body.error.problems).toEqual([
      { code: 'request/wrong-value', path: 'id', allowed: '1 to 128 of A-Z a-z 0-9 . _ : -' },
      {
        code: 'request/wrong-value',
        path: 'features.age',
        allowed: 'a finite number in the range of float32, or null',
      },
      {
        code: 'request/unknown-field',
        path: 'features',
        allowed: 'age, job, housing, called, ssn_length, salary (field 7 is none of them)',
      },
    ]);
    expect(JSON.stringify(body)).not.toContain('CANARY');
  });

  it('reports twenty problems at most', async () => {
    const { ask } = await released();
    const { body } = await ask({ rows: new Array(1_000).fill({ features: {} }) });
    expect(body.error.problems).toHaveLength(20);
  });
});

describe('a request by key', () => {
  const values = new Map(Object.entries({ ...GOOD, age: 20 }));

  it('scores the newest row of the online store and records a pseudonym of the key', async () => {
    const { ask, online, records } = await released({ secret: 's3cret' });
    online.set('client 7', { key: 'client 7', at: 0, values });
    const { status, body } = await ask({ key: 'client 7', id: 'p' });
    expect([status, body.predictions[0].score]).toEqual([200, Math.fround(0.201)]);
    // printf 'client 7' | openssl dgst -sha256 -hmac s3cret
    expect((await records())[0]?.entity).toBe('1d2c2ef53b810916b17b01bbe752c186');
  });

  it('records no entity without a secret', async () => {
    const { ask, online, records } = await released();
    online.set('client 7', { key: 'client 7', at: 0, values });
    await ask({ key: 'client 7' });
    expect(Object.keys((await records())[0] ?? {})).not.toContain('entity');
  });

  it('answers 404 for an unknown key', async () => {
    const { ask, records } = await released();
    expect(await ask({ key: 'nobody' })).toMatchObject({
      status: 404,
      body: { error: { code: 'score/unknown-key' } },
    });
    expect(await records()).toEqual([]);
  });

  it('answers 503 when the online store fails, which does not count against the version', async () => {
    const { ask, faults, records } = await released();
    faults.online = new Error('down');
    expect(await ask({ key: 'k' })).toMatchObject({
      status: 503,
      body: { error: { code: 'score/features-unavailable' } },
    });
    expect(await records()).toEqual([]);
  });

  it('answers 400 where the blueprint has no byKey', async () => {
    const { ask } = await released({ config: withServing({ online: undefined }) });
    const { status, body } = await ask({ key: 'k' });
    expect([status, body.error.problems[0]]).toEqual([
      400,
      { code: 'request/wrong-form', path: '', allowed: 'exactly one of features, rows' },
    ]);
  });
});

describe('prediction records', () => {
  it('stores the result, the version, the release and the features that may be stored', async () => {
    const { ask, records } = await released();
    await ask({ features: GOOD, id: 'p-1' });
    expect(await records()).toEqual([
      {
        record: 'record-1',
        id: 'p-1',
        at: Date.UTC(2026, 0, 1),
        releaseSeq: 1,
        arm: 'champion',
        version: 1,
        status: 'ok',
        latencyMs: 0,
        score: Math.fround(0.401),
        features: { age: 40, job: 'admin', housing: true, called: Date.UTC(2026, 0, 2, 3, 4, 5) },
      },
    ]);
  });

  it('stores one record per request, however often a caller sends the same id', async () => {
    const { ask, records } = await released();
    for (let i = 0; i < 3; i += 1) await ask({ features: { ...GOOD, job: 'unseen' }, id: 'always-the-same' });
    expect(new Set((await records()).map(({ record }) => record)).size).toBe(3);
  });

  it('names the caller and the key by a pseudonym only, where there is a secret', async () => {
    const { ask, records, lines, online } = await released({ secret: 's3cret' });
    online.set('client 7', { key: 'client 7', at: 0, values: new Map(Object.entries({ ...GOOD, age: 20 })) });
    await ask({ features: GOOD, id: 'client-7' });
    await ask({ key: 'client 7' });
    const [byId, byKey] = await records();
    // printf 'client 7' | openssl dgst -sha256 -hmac s3cret
    expect([byKey?.id, byKey?.entity]).toEqual(new Array(2).fill('1d2c2ef53b810916b17b01bbe752c186'));
    expect(byId?.entity).toBe(byId?.id);
    expect(lines.join('')).not.toMatch(/client.7/);
  });

  it('needs a secret where the key is sensitive', async () => {
    const sensitive = { ...CONFIG, source: { ...CONFIG.source, sensitive: [CONFIG.source.key] } };
    await expect(released({ config: sensitive })).rejects.toMatchObject({ code: 'predictions/no-secret' });
  });

  it('stores no value of a sensitive column, and logs none', async () => {
    const { ask, records, log, faults, lines } = await released();
    await ask({ features: { ...GOOD, ssn_length: 123456789, salary: 987654321 } });
    await ask({ features: { ...GOOD, job: 'crash', ssn_length: 123456789 } });
    await ask({ features: { ...GOOD, job: 'unseen', ssn_length: 123456789 } });
    await records();
    faults.append = new Error('CANARY 123456789');
    await ask({ features: { ...GOOD, ssn_length: 123456789 } });
    await records();
    expect(lines).toHaveLength(3);
    expect([...lines, ...log].join('\n')).not.toMatch(/123456789|987654321|CANARY/);
  });

  it('samples the features by the id and keeps the status of every request', async () => {
    const { ask, records } = await released({
      config: withServing({ capture: { features: true, share: 0.25 } }),
    });
    for (let n = 0; n < 1_000; n += 1) await ask({ features: GOOD, id: `p-${n}` });
    const all = await records();
    const sampled = all.filter((record) => 'features' in record).length;
    expect(all).toHaveLength(1_000);
    expect(sampled).toBeGreaterThan(200);
    expect(sampled).toBeLessThan(300);
  });

  it('keeps no features where the blueprint captures none', async () => {
    const { ask, records } = await released({
      config: withServing({ capture: { features: false, share: 1 } }),
    });
    await ask({ features: GOOD });
    expect((await records())[0]).not.toHaveProperty('features');
  });

  it('counts a failed append without failing the response', async () => {
    const { ask, faults, scorer, emitted, log } = await released();
    faults.append = new Error('disk full');
    faults.flush = new Error('disk full');
    expect((await ask({ features: GOOD })).status).toBe(200);
    await scorer.flush();
    expect(emitted.at(-1)).toMatchObject({ requests: [1, 'Count'], recordsLost: [1, 'Count'] });
    expect(log.join()).toContain('score.records-lost');
  });
});

describe('the metrics of scoring', () => {
  it('writes one line a second at most, and the rest at a flush', async () => {
    const { ask, sleep, emitted, scorer } = await released();
    for (let n = 0; n < 50; n += 1) await ask({ features: GOOD, id: `a${n}` });
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(emitted).toHaveLength(0);
    sleep(1_000);
    await ask({ features: { ...GOOD, job: 'unseen' }, id: 'b' });
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(emitted).toEqual([expect.objectContaining({ requests: [51, 'Count'], failed: [1, 'Count'] })]);
    await scorer.flush();
    expect(emitted).toHaveLength(1);
  });
});
