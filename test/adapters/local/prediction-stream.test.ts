import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createLineWriter } from '../../../lambdas/adapters/local/line-writer.ts';
import { createObjectStore } from '../../../lambdas/adapters/local/object-store.ts';
import { createPredictionStream } from '../../../lambdas/adapters/local/prediction-stream.ts';
import { type Prediction, readPredictions } from '../../../lambdas/stores/predictions.ts';
import { predictionStreamContract } from '../../contracts/prediction-stream.ts';
import { tempDir } from '../../support/temp-dir.ts';

predictionStreamContract('a folder', () => {
  const root = tempDir();
  const objects = createObjectStore(root);
  return {
    stream: createPredictionStream({ root, instance: 'one', lines: createLineWriter() }),
    now: Date.UTC(2026, 2, 1, 10),
    async read(window) {
      const found: Prediction[] = [];
      for await (const record of readPredictions(objects, window)) found.push(record);
      return found;
    },
  };
});

describe('the prediction stream in a folder', () => {
  it('files records by the hour of their own time in UTC', async () => {
    const root = tempDir();
    const stream = createPredictionStream({ root, instance: 'a', lines: createLineWriter() });
    const hour = Date.UTC(2026, 2, 1, 10);
    await stream.append([
      { at: hour - 1, line: '{"id":"a"}' },
      { at: hour, line: '{"id":"b"}' },
    ]);
    await stream.flush();
    const objects = createObjectStore(root);
    const text = async (key: string) => Buffer.from((await objects.get(key))?.bytes ?? []).toString();
    expect(await text('predictions/2026-03-01/09/a.jsonl')).toBe('{"id":"a"}\n');
    expect(await text('predictions/2026-03-01/10/a.jsonl')).toBe('{"id":"b"}\n');
  });

  it('writes files that are objects, one per instance', async () => {
    const root = tempDir();
    for (const instance of ['a', 'b']) {
      const stream = createPredictionStream({ root, instance, lines: createLineWriter() });
      await stream.append([{ at: Date.UTC(2026, 0, 31, 23), line: '{}' }]);
      await stream.flush();
    }
    const keys: string[] = [];
    for await (const key of createObjectStore(root).list('predictions/')) keys.push(key);
    expect(keys).toEqual(['predictions/2026-01-31/23/a.jsonl', 'predictions/2026-01-31/23/b.jsonl']);
  });

  it('loses no record while its file is replaced, also through a link to the folder', async () => {
    const root = tempDir();
    const link = join(tempDir(), 'link');
    symlinkSync(root, link);
    const objects = createObjectStore(root);
    const stream = createPredictionStream({ root: link, instance: 'a', lines: createLineWriter() });
    const key = 'predictions/1970-01-01/00/a.jsonl';
    const atLeast = 400;
    let replaced = 0;
    let appending = true;
    // Drops every record of even number, over and over, as a deletion of a person does.
    const replacing = (async () => {
      while (appending) {
        await objects.rewrite?.(key, (bytes) => {
          const lines = Buffer.from(bytes).toString().split('\n').slice(0, -1);
          const odd = lines.filter((line) => (JSON.parse(line) as { n: number }).n % 2 === 1);
          replaced += 1;
          return Buffer.from(odd.map((line) => `${line}\n`).join(''));
        });
      }
    })();
    let records = 0;
    // However busy the machine is, the file is replaced between records often enough; an even number of them in the end.
    for (; records < atLeast || replaced <= 10 || records % 2 === 1; records += 1) {
      await stream.append([{ at: 0, line: JSON.stringify({ n: records }) }]);
      await stream.flush();
    }
    appending = false;
    await replacing;
    const left = Buffer.from((await objects.get(key))?.bytes ?? [])
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { n: number }).n)
      .filter((n) => n % 2 === 1);
    expect(left).toEqual(Array.from({ length: records / 2 }, (_, i) => 2 * i + 1));
  });

  it('refuses records while they are not being written', async () => {
    const root = tempDir();
    const stream = createPredictionStream({ root, instance: 'a', lines: createLineWriter(10) });
    const append = stream.append([{ at: 0, line: '{"id":"long enough"}' }]);
    await expect(append).rejects.toMatchObject({ code: 'predictions/buffer-full', retryable: true });
  });

  it('refuses an instance name that would lead elsewhere', () => {
    const open = () =>
      createPredictionStream({ root: tempDir(), instance: '../x', lines: createLineWriter() });
    expect(open).toThrow(expect.objectContaining({ code: 'objects/invalid-key' }));
  });
});
