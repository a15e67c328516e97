import { describe, expect, it } from 'vitest';
import type { PredictionStream } from '../../lambdas/ports/prediction-stream.ts';

export interface PredictionStreamSubject {
  readonly stream: PredictionStream;
  /** Everything filed under this hour, as `predictions/2026-03-01/09`, one entry per line. */
  lines(hour: string): Promise<string[]>;
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
    it('files records by the hour of their own time in UTC', async () => {
      const { stream, lines } = await create();
      await stream.append([
        { at: Date.UTC(2026, 2, 1, 9, 59, 59, 999), line: '{"id":"a"}' },
        { at: Date.UTC(2026, 2, 1, 10), line: '{"id":"b"}' },
        { at: Date.UTC(2026, 2, 1, 9), line: '{"id":"c"}' },
      ]);
      await stream.flush();
      expect(await lines('predictions/2026-03-01/09')).toEqual(['{"id":"a"}', '{"id":"c"}']);
      expect(await lines('predictions/2026-03-01/10')).toEqual(['{"id":"b"}']);
    });

    it('loses no record of many appended at once', async () => {
      const { stream, lines } = await create();
      const at = Date.UTC(2026, 2, 1);
      const ids = Array.from({ length: 500 }, (_, i) => JSON.stringify({ id: i, text: 'ü' }));
      await Promise.all(ids.map((line) => stream.append([{ at, line }])));
      await stream.flush();
      expect((await lines('predictions/2026-03-01/00')).sort()).toEqual([...ids].sort());
    });

    it('can be flushed when there is nothing, and twice', async () => {
      const { stream, lines } = await create();
      await stream.flush();
      await stream.append([{ at: 0, line: '{}' }]);
      await stream.flush();
      await stream.flush();
      expect(await lines('predictions/1970-01-01/00')).toEqual(['{}']);
    });

    it.each(['{}\n{}', '{}\r'])('refuses a record with a line break (%j)', async (line) => {
      const { stream, lines } = await create();
      await expect(stream.append([{ at: 0, line }])).rejects.toMatchObject({
        code: 'predictions/line-break',
      });
      await stream.flush();
      expect(await lines('predictions/1970-01-01/00')).toEqual([]);
    });
  });
}
