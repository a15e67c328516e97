import { describe, expect, it } from 'vitest';
import { createLineWriter } from '../../../lambdas/adapters/local/line-writer.ts';
import { createObjectStore } from '../../../lambdas/adapters/local/object-store.ts';
import { createPredictionStream } from '../../../lambdas/adapters/local/prediction-stream.ts';
import { predictionStreamContract } from '../../contracts/prediction-stream.ts';
import { tempDir } from '../../support/temp-dir.ts';

predictionStreamContract('a folder', () => {
  const root = tempDir();
  const objects = createObjectStore(root);
  return {
    stream: createPredictionStream({ root, instance: 'one', lines: createLineWriter() }),
    async lines(hour) {
      const found = await objects.get(`${hour}/one.jsonl`);
      return found === undefined ? [] : Buffer.from(found.bytes).toString().trimEnd().split('\n');
    },
  };
});

describe('the prediction stream in a folder', () => {
  it('files are objects, one per instance', async () => {
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

  it('refuses records when they are not being written', async () => {
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
