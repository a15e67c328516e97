import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import { openApi } from '../../lambdas/score/openapi.ts';
import { requestSchema } from '../../lambdas/score/request-schema.ts';
import { CONFIG, GOOD, scoringBench } from './fixture.ts';

const PAST: ModelConfig = {
  ...CONFIG,
  features: {
    ...CONFIG.features,
    fields: [
      ...CONFIG.features.fields,
      { kind: 'lag', name: 'age_before', description: 'last age', of: 'age', events: 1 },
      {
        kind: 'rolling',
        name: 'ages',
        description: 'events of a week',
        of: 'age',
        days: 7,
        statistic: 'count',
      },
    ],
  },
};
const DAY = 86_400_000;
const NOW = Date.UTC(2026, 0, 1);

async function released(config = PAST) {
  const bench = scoringBench({ config });
  await bench.release(1);
  bench.online.set('k', {
    key: 'k',
    at: NOW - DAY,
    values: new Map(Object.entries({ ...GOOD, called: 0 })),
    events: { times: [NOW - 9 * DAY, NOW - DAY], values: new Map([['age', [20, 40]]]) },
  });
  const ask = async (request: unknown) => {
    const { status, body } = await bench.scorer.score(request, { requestId: 'r1' });
    return { status, body: JSON.parse(body) };
  };
  const past = async () =>
    (await bench.records()).map(({ features }) => {
      const { age_before, ages } = features as Record<string, unknown>;
      return [age_before, ages];
    });
  return { ...bench, ask, past };
}

describe('a request to a model with lags', () => {
  it('scores an event of a key now, or the newest event of a key, and records the lagged values', async () => {
    const { ask, past } = await released();
    expect((await ask({ key: 'k', features: GOOD })).status).toBe(200);
    expect(
      (
        await ask({
          rows: [
            { key: 'k', features: GOOD, id: 'a' },
            { key: 'new', features: GOOD },
          ],
        })
      ).status,
    ).toBe(200);
    expect((await ask({ key: 'k' })).status).toBe(200);
    // The newest event itself has another past than what happens now.
    expect(await past()).toEqual([
      [40, 1],
      [40, 1],
      [null, 0],
      [20, 0],
    ]);
  });

  it('reads the past as of the event time in the request, and records it', async () => {
    const { ask, past, records } = await released();
    const eventTime = '2025-12-31T00:00:00Z'; // of the stored row itself, which is not its own past
    expect((await ask({ key: 'k', features: GOOD, eventTime })).status).toBe(200);
    const rows = ['2025-12-31', '2026-01-01T01:00:00+01:00'].map((time) => ({
      key: 'k',
      id: 'k', // of two events of one key
      features: GOOD,
      eventTime: time,
    }));
    expect((await ask({ rows })).status).toBe(200);
    expect((await ask({ key: 'k', eventTime: '2026-01-08T00:00:00.001Z' })).status).toBe(200);
    expect((await ask({ key: 'k' })).status).toBe(200);
    expect(await past()).toEqual([
      [20, 0],
      [20, 0],
      [40, 1],
      [40, 0],
      [20, 0],
    ]);
    expect((await records()).map(({ eventTime }) => eventTime)).toEqual([
      NOW - DAY,
      NOW - DAY,
      NOW,
      NOW + 7 * DAY + 1,
      NOW - DAY, // of a key, the stored row's
    ]);
  });

  it('uses no row of a key from before the stored one, because later values were not known then', async () => {
    const { ask, records } = await released();
    const { status, body } = await ask({ key: 'k', eventTime: '2025-12-30' });
    expect([status, body.error.code]).toEqual([404, 'score/unknown-key']);
    expect(await records()).toEqual([]);
  });

  it.each([
    ['no key', { features: GOOD }, 'key'],
    ['a key of another type', { key: 7, features: GOOD }, 'key'],
    ['an empty key', { key: '', features: GOOD }, 'key'],
    ['a row without a key', { rows: [{ key: 'k', features: GOOD }, { features: GOOD }] }, 'rows[1].key'],
    ['an event time that is no time', { key: 'k', features: GOOD, eventTime: 'today' }, 'eventTime'],
    ['an event time that is null', { key: 'k', eventTime: null }, 'eventTime'],
    [
      'a number for an event time',
      { rows: [{ key: 'k', features: GOOD, eventTime: 1 }] },
      'rows[0].eventTime',
    ],
    ['the past itself', { key: 'k', features: { ...GOOD, ages: 3 } }, 'features'],
  ])('refuses a request with %s, as its schema does', async (_, request, path) => {
    const { ask, records } = await released();
    const { status, body } = await ask(request);
    expect([status, body.error.problems.map((one: { path: string }) => one.path)]).toEqual([400, [path]]);
    expect(await records()).toEqual([]);
    const validate = new Ajv2020({ strict: false }).compile(requestSchema(PAST));
    expect(validate(request)).toBe(false);
    expect(validate({ key: 'k', features: GOOD })).toBe(true);
  });

  it('reports the stored values of its key: as of when, and the features without a value', async () => {
    const { ask, online } = await released();
    online.set('first', {
      key: 'first',
      at: NOW - DAY + 0.001,
      values: new Map(Object.entries({ ...GOOD, called: 0, job: null })),
      events: { times: [NOW - DAY + 0.001], values: new Map([['age', [20]]]) },
    });
    const { components } = openApi(PAST) as { components: { schemas: { Scores: object } } };
    const fits = new Ajv2020({ strict: false, validateFormats: false }).compile(components.schemas.Scores);
    const knownOf = async (request: unknown) => {
      const { body } = await ask(request);
      expect([fits(body), fits.errors]).toEqual([true, null]);
      return body.predictions.map(({ asOf, missing }: Record<string, unknown>) => [asOf, missing]);
    };
    expect(await knownOf({ key: 'k', features: GOOD })).toEqual([['2025-12-31T00:00:00Z', []]]);
    // The stored row of a key: its values are as of its own time, and nothing came before it.
    expect(await knownOf({ key: 'first' })).toEqual([
      ['2025-12-31T00:00:00.000001Z', ['job', 'salary', 'age_before']],
    ]);
    // What a request says itself is not the store's to know; nobody and a time before the first event have no past.
    expect(
      await knownOf({
        rows: [
          { key: 'nobody', features: { ...GOOD, job: null } },
          { key: 'k', features: GOOD, eventTime: '2025-12-23T00:00:00Z' },
          { key: 'k', features: GOOD, eventTime: '2025-12-23T00:00:00.000001Z' },
        ],
      }),
    ).toEqual([
      [null, ['age_before']],
      [null, ['age_before']],
      ['2025-12-23T00:00:00Z', []],
    ]);
  });

  it('refuses an unknown key where the blueprint says so, without a record', async () => {
    const config = {
      ...PAST,
      serving: {
        ...PAST.serving,
        online: { requestsPerDay: 1_000, byKey: true, unknownKey: 'refuse' as const },
      },
    };
    const { ask, records } = await released(config);
    expect(await ask({ key: 'nobody', features: GOOD })).toMatchObject({
      status: 404,
      body: {
        error: { code: 'score/unknown-key', problems: [{ code: 'request/unknown-key', path: 'key' }] },
      },
    });
    const rows = ['k', 'nobody', 'k', 'new'].map((key) => ({ key, features: GOOD }));
    const { status, body } = await ask({ rows });
    expect([status, body.error.problems.map(({ path }: { path: string }) => path)]).toEqual([
      404,
      ['rows[1].key', 'rows[3].key'],
    ]);
    expect(JSON.stringify(body)).not.toContain('nobody');
    expect(await records()).toEqual([]);
    expect((await ask({ key: 'k', features: GOOD })).status).toBe(200);
  });

  it('answers 503 while the online store is down, or holds no row to look back from', async () => {
    const { ask, faults, online, log } = await released();
    online.set('old', { key: 'old', at: 0, values: new Map() });
    for (const request of [{ key: 'old' }, { key: 'old', features: GOOD }])
      expect(await ask(request)).toMatchObject({
        status: 503,
        body: { error: { code: 'score/features-unavailable' } },
      });
    expect(log.join()).toMatch(/online-row-without-events/);
    faults.online = new Error('down');
    expect((await ask({ key: 'k', features: GOOD })).status).toBe(503);
  });
});
