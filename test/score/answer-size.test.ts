import { describe, expect, it } from 'vitest';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import { ANSWER_LIMIT } from '../../lambdas/runtime/aws-http.ts';
import { CONFIG, GOOD, scoringBench } from './fixture.ts';

/** docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: a synchronous answer, in bytes. */
const LAMBDA_BYTES = 6_291_556;

/** The default features and more, with such descriptions. */
const configWith = (features: number, description: string): ModelConfig => ({
  ...CONFIG,
  features: {
    version: 1,
    fields: [
      ...CONFIG.features.fields,
      ...Array.from({ length: features }, (_, i) => ({
        kind: 'lag' as const,
        name: `${'f'.repeat(60)}${i}`.slice(-63),
        description,
        of: 'age',
        events: i + 1,
      })),
    ],
  },
});

async function released(config: ModelConfig, answerLimit?: typeof ANSWER_LIMIT) {
  const explained = config.features.fields.map(({ name }) => name);
  const bench = scoringBench({ config, explained, ...(answerLimit && { answerLimit }) });
  await bench.release(1);
  const ask = async (rows: number, reasons: boolean, change: object = {}) => {
    const row = (i: number) => ({
      key: 'k',
      id: String(i).padStart(128, 'x'),
      features: { ...GOOD, ...change },
    });
    const request = { rows: Array.from({ length: rows }, (_, i) => row(i)), reasons };
    return bench.scorer.score(request, { requestId: 'r'.repeat(128) });
  };
  return { ...bench, ask };
}

/** As Lambda's runtime gives it to the service: the answer of a proxy integration as JSON. */
const onItsWay = ({
  status,
  headers,
  body,
}: Awaited<ReturnType<Awaited<ReturnType<typeof released>>['ask']>>) =>
  Buffer.byteLength(JSON.stringify({ statusCode: status, headers, body, isBase64Encoded: false }));

const allowedIn = (body: string): number => Number(/an array of 1 to (\d+) rows/.exec(body)?.[1]);

describe('the size of a response behind API Gateway', () => {
  it.each([
    ['of the finding: 24 features with descriptions of 200 characters', 18, 'd'.repeat(200)],
    ['of quotes, which take two bytes more each time they are quoted', 20, '"\\'.repeat(250)],
    ['of text outside of ASCII', 40, '鍵'.repeat(300)],
    ['of the most features that a blueprint has', 494, 'd'.repeat(40)],
  ])('knows before scoring whether a response fits, one %s', async (_, features, description) => {
    const { ask, records } = await released(configWith(features, description), ANSWER_LIMIT);
    const refused = await ask(1_000, true);
    expect([refused.status, JSON.parse(refused.body).error.code]).toEqual([413, 'score/answer-too-large']);
    expect(await records()).toEqual([]);
    const allowed = allowedIn(refused.body);
    const answer = await ask(allowed, true);
    expect(answer.status).toBe(200);
    expect(onItsWay(answer)).toBeLessThanOrEqual(LAMBDA_BYTES);
    // The bound is not far above what an answer may have.
    expect(onItsWay(answer)).toBeGreaterThan(0.85 * LAMBDA_BYTES);
    expect((await ask(allowed + 1, true)).status).toBe(413);
  });

  it('allows 1,000 rows of ordinary features, even where each is refused', async () => {
    const { ask } = await released(CONFIG_PAST, ANSWER_LIMIT);
    for (const change of [{}, { job: 'unseen' }]) {
      const answer = await ask(1_000, false, change);
      expect(answer.status).toBe(200);
      expect(onItsWay(answer)).toBeLessThan(LAMBDA_BYTES);
    }
  });

  it('has no limit where no gateway sets one', async () => {
    const { ask } = await released(configWith(18, 'd'.repeat(200)));
    expect((await ask(1_000, true)).status).toBe(200);
  });
});

const CONFIG_PAST = configWith(1, 'd');
