import { describe, expect, it } from 'vitest';
import { answerScore, MAX_BODY_BYTES, requestIdOf } from '../../lambdas/score/http.ts';
import { requestSchema } from '../../lambdas/score/request-schema.ts';
import { CONFIG, GOOD, scoringBench } from './fixture.ts';

const json = { requestId: 'r', contentType: 'application/json', contentEncoding: undefined };

describe('the HTTP path that every target shares', () => {
  it('limits the body where the platform does not', async () => {
    const { scorer } = scoringBench();
    const body = Buffer.alloc(MAX_BODY_BYTES + 1, ' ');
    expect((await answerScore(scorer, { ...json, body })).status).toBe(413);
  });

  it.each(['application/json', 'Application/JSON; charset=UTF-8', 'application/json;charset="utf-8"'])(
    'accepts %s',
    async (contentType) => {
      const bench = scoringBench();
      await bench.release(1);
      const body = Buffer.from(JSON.stringify({ features: GOOD }));
      const request = { ...json, contentType, contentEncoding: 'identity', body };
      expect((await answerScore(bench.scorer, request)).status).toBe(200);
    },
  );

  it('reads only its own part of a shared buffer', async () => {
    const { scorer } = scoringBench();
    const text = JSON.stringify({ features: GOOD });
    const body = Buffer.from(`#${text}#`).subarray(1, -1);
    expect((await answerScore(scorer, { ...json, body })).status).toBe(503);
  });

  it('takes no id from a header that came more than once', () => {
    expect(requestIdOf(['a', 'b'], () => 'new')).toBe('new');
    expect(requestIdOf(undefined, () => 'new')).toBe('new');
  });
});

it('offers keys in the schema only where the blueprint serves by key', () => {
  const online = { requestsPerDay: 1, byKey: false };
  expect(requestSchema(CONFIG).oneOf).toHaveLength(3);
  expect(requestSchema({ ...CONFIG, serving: { ...CONFIG.serving, online } }).oneOf).toHaveLength(2);
});
