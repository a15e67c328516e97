import { describe, expect, it } from 'vitest';
import type { TimeWindow } from '../../lambdas/core/time/windows.ts';
import type { PredictionStream } from '../../lambdas/ports/prediction-stream.ts';
import type { Prediction } from '../../lambdas/stores/predictions.ts';

export interface PredictionStreamSubject {
  readonly stream: PredictionStream;
  /** What a reader of the store finds, once it has been delivered; `count` is how many records to wait for. */
  read(window: TimeWindow, count: number): Promise<Prediction[]>;
  /** Now, or what the stream takes for it: records are filed by the time that they arrive. */
  readonly now: number;
}

/** A record as the scoring service makes it. */
export function predictionRecord(record: string, at: number): { readonly at: number; readonly line: string } {
  const line = JSON.stringify({
    record,
    id: 'ü',
    at,
    releaseSeq: 1,
    arm: 'champion',
    version: 1,
    status: 'ok',
    latencyMs: 1.5,
    score: 0.25,
  });
  return { at, line };
}

/**
 * What every PredictionStream must do.
 *
 * @param create - Makes an empty stream and something that reads what it wrote.
 */
export function predictionStreamContract(
  name: string,
  create: () => PredictionStreamSubject | Promise<PredictionStreamSubject>,
): void {
  describe(`${name} as a PredictionStream`, () => {
    const ids = (found: readonly Prediction[]) => found.map(({ record }) => record).sort();

    it('shows a reader the records of its window and no others', async () => {
      const { stream, read, now } = await create();
      const [a, b, c] = [now - 2_000, now - 1_000, now];
      await stream.append([predictionRecord('a', a), predictionRecord('b', b), predictionRecord('c', c)]);
      await stream.flush();
      expect(ids(await read({ from: a, to: c + 1 }, 3))).toEqual(['a', 'b', 'c']);
      expect(ids(await read({ from: b, to: c }, 1))).toEqual(['b']);
    });

    it('loses no record of many appended at once', async () => {
      const { stream, read, now } = await create();
      const names = Array.from({ length: 620 }, (_, index) => `r${String(index).padStart(3, '0')}`);
      const [many, single] = [names.slice(0, 600), names.slice(600)];
      await Promise.all([
        stream.append(many.map((name) => predictionRecord(name, now))), // more than a call of Firehose takes
        ...single.map((name) => stream.append([predictionRecord(name, now)])),
      ]);
      await stream.flush();
      expect(ids(await read({ from: now, to: now + 1 }, names.length))).toEqual(names);
    });

    it('flushes twice and with nothing to write', async () => {
      const { stream, read, now } = await create();
      await stream.flush();
      await stream.append([predictionRecord('a', now)]);
      await stream.flush();
      await stream.flush();
      expect(ids(await read({ from: now, to: now + 1 }, 1))).toEqual(['a']);
    });

    it('gives different names', async () => {
      const { stream } = await create();
      const names = Array.from({ length: 1_000 }, () => stream.nextId());
      expect(new Set(names).size).toBe(1_000);
      for (const name of names) expect(name).toMatch(/^[A-Za-z0-9._:-]{1,128}$/);
    });

    it.each(['{}\n{}', '{}\r'])('refuses a record with a line break (%j)', async (line) => {
      const { stream } = await create();
      await expect(stream.append([{ at: 0, line }])).rejects.toMatchObject({
        code: 'predictions/line-break',
      });
    });
  });
}
