import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerRequest, createRoutes } from '../../lambdas/score/routes.ts';
import { proofOf } from '../../lambdas/stores/probe-proof.ts';
import { pseudonym } from '../../lambdas/stores/pseudonym.ts';
import { CONFIG, GOOD, refOf, type ScoringBench, scoringBench } from './fixture.ts';

const SECRET = 'a secret of the model';
const BODY = JSON.stringify({ features: GOOD });

async function serving(secret: string | undefined = SECRET): Promise<ScoringBench> {
  const bench = scoringBench(secret === undefined ? {} : { secret });
  await bench.release(1);
  return bench;
}

interface Sent {
  readonly requestId?: string;
  readonly proof?: string | undefined;
  readonly body?: string;
}

async function send(bench: ScoringBench, { requestId = 'probe-1', proof, body = BODY }: Sent) {
  const answer = await answerRequest(createRoutes(bench.scorer, CONFIG), {
    method: 'POST',
    path: '/score',
    requestId,
    contentType: 'application/json',
    contentEncoding: undefined,
    probe: proof,
    body: Buffer.from(body),
  });
  return { status: answer.status, body: JSON.parse(answer.body) as Record<string, unknown> };
}

const right = (requestId = 'probe-1', body = BODY) => proofOf(requestId, Buffer.from(body), SECRET);

/** Requests, failures and refusals in the metrics. */
async function counted({ scorer, emitted }: ScoringBench): Promise<number> {
  await scorer.flush();
  return emitted
    .flatMap(({ requests, refusedRequests }) => [requests?.[0], refusedRequests?.[0]])
    .reduce<number>((sum, value) => sum + (typeof value === 'number' ? value : 0), 0);
}

describe('a request of the probe', () => {
  it('is answered as any other, and neither recorded nor counted', async () => {
    const bench = await serving();
    const probed = await send(bench, { proof: right() });
    expect(await bench.records()).toEqual([]);
    expect(await counted(bench)).toBe(0);
    const ordinary = await send(bench, {});
    expect(probed).toEqual(ordinary);
    expect(probed.status).toBe(200);
    expect(await bench.records()).toHaveLength(1);
    expect(await counted(bench)).toBe(1);
  });

  it.each([
    ['is refused', JSON.stringify({ features: { ...GOOD, age: 'x' } }), 400],
    ['is refused by its version', JSON.stringify({ features: { ...GOOD, job: 'unseen' } }), 422],
    ['makes its version fail', JSON.stringify({ features: { ...GOOD, job: 'crash' } }), 500],
    ['has an unknown key', JSON.stringify({ key: 'nobody' }), 404],
  ])('is not counted when it %s', async (_, body, status) => {
    const bench = await serving();
    expect((await send(bench, { proof: right('probe-1', body), body })).status).toBe(status);
    expect(await counted(bench)).toBe(0);
    expect(await bench.records()).toEqual([]);
    await send(bench, { body });
    expect(await counted(bench)).toBe(1);
  });

  it('is not scored in shadow, and is not recorded when the champion answers for the challenger', async () => {
    const bench = await serving();
    const live = { step: 0, share: 1, shadow: true, since: 0, looks: 0, before: { bad: [], slow: [] } };
    const challenger = {
      ...refOf(2),
      strategy: 'shadow',
      changeExpected: false,
      startedAt: 0,
      live,
    } as const;
    await bench.release(1, { challenger });
    await bench.scorer.refresh();
    await send(bench, { proof: right() });
    expect(await bench.records()).toEqual([]);
    await bench.release(1, { challenger: { ...challenger, live: { ...live, shadow: false } } });
    await bench.scorer.refresh();
    const body = JSON.stringify({ features: { ...GOOD, job: 'crash by 2' } });
    expect(await send(bench, { proof: right('probe-1', body), body })).toMatchObject({
      status: 200,
      body: { model: { version: 1 } },
    });
    expect(await bench.records()).toEqual([]);
  });
});

describe('a proof', () => {
  // HMAC-SHA256 by RFC 2104, of the byte 0xff, the word, the id and the body.
  it('is the hexadecimal HMAC-SHA256 of a byte that is in no text, the id and the body', () => {
    const message = Buffer.concat([Buffer.from([0xff]), Buffer.from(`probe\nprobe-1\n${BODY}`)]);
    expect(right()).toBe(createHmac('sha256', SECRET).update(message).digest('hex'));
  });

  it('is worth nothing for another id or another body', async () => {
    const bench = await serving();
    await send(bench, { proof: right(), requestId: 'probe-2' });
    await send(bench, { proof: right(), body: `${BODY} ` });
    expect(await bench.records()).toHaveLength(2);
  });

  it('is worth nothing where the service has no secret', async () => {
    const bench = scoringBench();
    await bench.release(1);
    await send(bench, { proof: proofOf('probe-1', Buffer.from(BODY), '') });
    await send(bench, { proof: right() });
    expect(await bench.records()).toHaveLength(2);
  });

  it('is never a pseudonym, whatever the key', () => {
    fc.assert(
      fc.property(fc.string(), fc.stringMatching(/^[A-Za-z0-9._:-]{1,128}$/), (key, id) => {
        expect(proofOf(id, Buffer.from(key), SECRET).startsWith(pseudonym(key, SECRET))).toBe(false);
        expect(proofOf(id, Buffer.from(key), SECRET)).not.toContain(
          pseudonym(`probe\n${id}\n${key}`, SECRET),
        );
      }),
    );
  });

  it('keeps no request out of the records when it is guessed, cut, lengthened, or altered', async () => {
    const bench = await serving();
    const good = right();
    const flipped = fc.tuple(fc.nat(63), fc.constantFrom(...'0123456789abcdef')).map(([at, digit]) => {
      const altered = good.slice(0, at) + digit + good.slice(at + 1);
      return altered === good ? `${good.slice(1)}${good[0]}` : altered;
    });
    const wrong = fc
      .oneof(
        flipped,
        fc.string({ unit: 'binary', maxLength: 200 }),
        fc.stringMatching(/^[0-9a-f]{64}$/),
        fc.nat(64).map((length) => good.slice(0, length - 1)),
        fc.constantFrom('', good.toUpperCase(), `${good}, ${good}`, `${good}\n`, ` ${good}`, `${good}00`),
        fc.string().map((secret) => proofOf('probe-1', Buffer.from(BODY), `${secret}?`)),
      )
      .filter((proof) => proof !== good);
    await fc.assert(
      fc.asyncProperty(wrong, async (proof) => {
        const before = (await bench.records()).length;
        expect((await send(bench, { proof })).status).toBe(200);
        expect((await bench.records()).length).toBe(before + 1);
      }),
      { numRuns: 500 },
    );
  });
});
