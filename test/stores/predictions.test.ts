import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TimeWindow } from '../../lambdas/core/time/windows.ts';
import type { ObjectStore } from '../../lambdas/ports/index.ts';
import { readObservations } from '../../lambdas/stores/observations.ts';
import {
  decodePrediction,
  type Prediction,
  predictionEncoder,
  readPredictions,
} from '../../lambdas/stores/predictions.ts';
import { memoryObjects } from './crash.ts';

const NOON = Date.UTC(2026, 0, 1, 12);
const HOUR = 3_600_000;
const ALWAYS: TimeWindow = { from: NOON - 48 * HOUR, to: NOON + 48 * HOUR };
const encode = predictionEncoder(new Set(['age']));
const record = (change: Partial<Prediction> = {}): Prediction => ({
  record: change.id ?? 'a',
  id: 'a',
  at: NOON,
  releaseSeq: 1,
  arm: 'champion',
  version: 1,
  status: 'ok',
  latencyMs: 1,
  score: 0.5,
  ...change,
});

async function stored(files: Readonly<Record<string, string>>): Promise<ObjectStore> {
  const objects = memoryObjects();
  for (const [key, text] of Object.entries(files)) await objects.write(key, [Buffer.from(text)]);
  return objects;
}
const lines = (...records: readonly Prediction[]) => records.map((one) => `${encode(one)}\n`).join('');
const idsOf = async (objects: ObjectStore, window = ALWAYS) => {
  const ids: string[] = [];
  for await (const { id } of readPredictions(objects, window)) ids.push(id);
  return ids;
};

describe('a prediction line', () => {
  it('reads a prediction back as it was, without features that may not be stored', () => {
    const whole = record({ entity: 'e', eventTime: NOON + 0.125, features: { age: 40, ssn: 'CANARY' } });
    expect(encode(whole)).not.toContain('CANARY');
    expect(decodePrediction(encode(whole))).toEqual({ ...whole, features: { age: 40 } });
    expect(decodePrediction(encode(record({ score: undefined })))).not.toHaveProperty('score');
    const refused = { code: 'features/unseen-category', field: 'features.job' };
    const invalid = record({ status: 'invalid', score: undefined, refused });
    expect(decodePrediction(encode(invalid))).toMatchObject({ status: 'invalid', refused });
  });

  it('writes no field that is not on the list', () => {
    const line = encode({ ...record(), secret: 'CANARY' } as Prediction);
    expect(line).not.toContain('CANARY');
    expect(decodePrediction(`${line.slice(0, -1)},"secret":"CANARY"}`)).toEqual(record());
  });

  it('skips a line that is torn anywhere', () => {
    const line = encode(record({ entity: 'e', features: { age: 1 } }));
    fc.assert(
      fc.property(fc.nat(line.length - 1), (at) => {
        expect(decodePrediction(line.slice(0, at))).toBeUndefined();
      }),
    );
  });

  it.each([
    ['null'],
    ['1'],
    ...Object.entries({
      id: 1,
      at: 'x',
      releaseSeq: null,
      version: 'x',
      latencyMs: 'x',
      arm: 'other',
      status: 'fine',
      eventTime: '2026-01-01',
      entity: 1,
      score: 'x',
      features: null,
      refused: { code: 'x' },
    }).map(([name, value]) => [JSON.stringify({ ...record(), [name]: value })]),
    [JSON.stringify({ ...record(), features: 1 })],
    [JSON.stringify({ ...record(), refused: null })],
  ])('skips a line of another form: %s', (line) => {
    expect(decodePrediction(line)).toBeUndefined();
  });
});

describe('prediction files of a window', () => {
  it('returns each id once, from every file of the window, whatever is torn', async () => {
    const objects = await stored({
      'predictions/2026-01-01/12/one.jsonl': `${lines(record(), record({ id: 'b' }))}{"id":"torn`,
      'predictions/2026-01-01/12/two.jsonl': `{"id":"to\n${lines(record({ id: 'b' }), record({ id: 'c' }))}`,
      'predictions/2026-01-01/12/notes.txt': lines(record({ id: 'not a record file' })),
      'predictions/2026-01-02/00/one.jsonl': lines(record({ id: 'd', at: NOON + 12 * HOUR })),
    });
    expect(await idsOf(objects)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('treats the window as half-open and reads no hour that is more than a quarter away', async () => {
    const memory = await stored({
      'predictions/2026-01-01/11/x.jsonl': lines(record({ id: 'before', at: NOON - 1 })),
      'predictions/2026-01-01/12/x.jsonl': lines(record(), record({ id: 'late', at: NOON + 10 })),
      'predictions/2026-01-01/13/x.jsonl': lines(record({ id: 'after', at: NOON + HOUR })),
    });
    const opened: string[] = [];
    const objects: ObjectStore = {
      ...memory,
      read: (key) => {
        opened.push(key);
        return memory.read(key);
      },
    };
    expect(await idsOf(objects, { from: NOON, to: NOON + 10 })).toEqual(['a']);
    expect(opened).toEqual(['predictions/2026-01-01/11/x.jsonl', 'predictions/2026-01-01/12/x.jsonl']);
  });

  it('reads the same wherever chunks end', async () => {
    const bytes = Buffer.from(lines(record({ id: 'é' }), record({ id: '日本' })));
    const memory = await stored({ 'predictions/2026-01-01/12/x.jsonl': bytes.toString() });
    for (let size = 1; size < 40; size += 1) {
      const objects: ObjectStore = {
        ...memory,
        read: async () =>
          (async function* () {
            for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
          })(),
      };
      expect(await idsOf(objects)).toEqual(['é', '日本']);
    }
  });

  it('skips a file that was removed meanwhile', async () => {
    const memory = await stored({ 'predictions/2026-01-01/12/x.jsonl': lines(record()) });
    expect(await idsOf({ ...memory, read: async () => undefined })).toEqual([]);
  });
});

describe('observations of a release', () => {
  const observe = async (...records: readonly Prediction[]) =>
    readObservations(await stored({ 'predictions/2026-01-01/12/x.jsonl': lines(...records) }), ALWAYS, {
      scoreEdges: [0.2, 0.5],
      slowMs: 100,
    });

  it('counts each arm and version by itself, whatever the release pointer did meanwhile', async () => {
    const found = await observe(
      record(),
      record({ id: 'b', version: 2, releaseSeq: 2, score: 0.2 }),
      record({ id: 'c', arm: 'challenger' }),
      record({ id: 'd', status: 'error', score: undefined }),
      record({ id: 'e', status: 'invalid', score: undefined }),
      record({ id: 'f', latencyMs: 101, score: 0.9, releaseSeq: 2 }),
    );
    expect(found).toEqual([
      {
        arm: 'champion',
        version: 1,
        n: 4,
        invalid: 1,
        error: 1,
        slow: 1,
        scoreHistogram: [0, 1, 1],
      },
      {
        arm: 'champion',
        version: 2,
        n: 1,
        invalid: 0,
        error: 0,
        slow: 0,
        scoreHistogram: [1, 0, 0],
      },
      {
        arm: 'challenger',
        version: 1,
        n: 1,
        invalid: 0,
        error: 0,
        slow: 0,
        scoreHistogram: [0, 1, 0],
      },
    ]);
  });

  it('counts the reasons of refused rows, once for an entity', async () => {
    const refused = { code: 'features/unseen-category', field: 'features.job' };
    const invalid = { status: 'invalid', score: undefined, refused } as const;
    const [found] = await observe(
      record({ id: 'a', entity: 'e', ...invalid }),
      record({ id: 'b', entity: 'e', ...invalid }),
      record({ id: 'c', ...invalid }),
    );
    expect(found).toMatchObject({ n: 2, invalid: 2, refused: [{ ...refused, count: 2 }] });
  });

  it('counts only the worst response to an entity, in any order', async () => {
    const answers: Prediction[] = [
      record({ id: 'a', entity: 'e' }),
      record({ id: 'b', entity: 'e', latencyMs: 500 }),
      record({ id: 'c', entity: 'e', status: 'invalid', score: undefined }),
      record({ id: 'd', entity: 'e', status: 'error', score: undefined }),
    ];
    const one = { n: 1, slow: 0, scoreHistogram: [0, 0, 0] };
    for (const order of [answers, answers.toReversed()]) {
      expect(await observe(...order)).toMatchObject([{ ...one, error: 1, invalid: 0 }]);
    }
    expect(await observe(...answers.slice(0, 3))).toMatchObject([{ ...one, error: 0, invalid: 1 }]);
    expect(await observe(...answers.slice(0, 2))).toMatchObject([{ n: 1, slow: 1 }]);
  });
});
