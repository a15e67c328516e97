import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createLineWriter } from '../../../lambdas/adapters/local/line-writer.ts';
import { tempDir } from '../../support/temp-dir.ts';

const linesOf = (path: string) => readFileSync(path, 'utf8').split('\n');

describe('a line writer', () => {
  it('writes the lines of many files in order', async () => {
    const folder = tempDir();
    const writer = createLineWriter();
    for (let index = 0; index < 300; index++) {
      writer.append(join(folder, `${index % 3}`, 'x.jsonl'), `line ${index}`);
      if (index % 50 === 0) await writer.flush();
    }
    await writer.flush();
    for (const file of [0, 1, 2]) {
      const expected = Array.from({ length: 100 }, (_, index) => `line ${index * 3 + file}`);
      expect(linesOf(join(folder, `${file}`, 'x.jsonl'))).toEqual([...expected, '']);
    }
  });

  it('writes lines without a flush', async () => {
    const path = join(tempDir(), 'x.jsonl');
    const writer = createLineWriter();
    writer.append(path, 'first');
    await expect.poll(() => linesOf(path)).toEqual(['first', '']);
    writer.append(path, 'second');
    await expect.poll(() => linesOf(path)).toEqual(['first', 'second', '']);
  });

  it('begins a new line after one that a crash left torn, so that only that one is lost', async () => {
    const path = join(tempDir(), 'x.jsonl');
    writeFileSync(path, '{"id":1}\n{"id":2,"sco');
    const writer = createLineWriter();
    writer.append(path, '{"id":3}');
    await writer.flush();
    expect(linesOf(path)).toEqual(['{"id":1}', '{"id":2,"sco', '{"id":3}', '']);
  });

  it('refuses lines while its buffer is full, and accepts them again once it is written', async () => {
    const path = join(tempDir(), 'x.jsonl');
    const writer = createLineWriter(10);
    expect(writer.append(path, '1234')).toBe(true);
    expect(writer.append(path, '56789')).toBe(false);
    expect(writer.append(path, '5678')).toBe(true);
    await writer.flush();
    expect(writer.append(path, '56789')).toBe(true);
    await writer.flush();
    expect(linesOf(path)).toEqual(['1234', '5678', '56789', '']);
  });

  it('keeps lines that cannot be written, reports it, and writes them later in order', async () => {
    const folder = tempDir();
    const blocked = join(folder, 'blocked');
    const fine = join(folder, 'fine');
    mkdirSync(blocked);
    const writer = createLineWriter();
    writer.append(blocked, 'a');
    await expect(writer.flush()).rejects.toMatchObject({ code: 'lines/not-written', retryable: true });
    writer.append(blocked, 'b');
    writer.append(fine, 'x');
    await expect(writer.flush()).rejects.toMatchObject({ code: 'lines/not-written' });
    rmdirSync(blocked);
    writer.append(blocked, 'c');
    await writer.flush();
    expect(linesOf(blocked)).toEqual(['a', 'b', 'c', '']);
    expect(linesOf(fine)).toEqual(['x', '']);
  });

  it('keeps lines that come while a write is failing', async () => {
    const folder = tempDir();
    const blocked = join(folder, 'blocked');
    mkdirSync(blocked);
    const writer = createLineWriter();
    writer.append(blocked, 'a');
    const failing = writer.flush();
    writer.append(blocked, 'b');
    await expect(failing).rejects.toMatchObject({ code: 'lines/not-written' });
    rmdirSync(blocked);
    await writer.flush();
    expect(linesOf(blocked)).toEqual(['a', 'b', '']);
  });
});
