import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RowCounter } from '../../lambdas/stores/row-counter.ts';

const field = fc.oneof(
  fc.constantFrom('', 'a', '"', '\n', 'a"b', '""', ',\r\n'),
  fc.string({ maxLength: 4 }),
);
const quote = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const line = fc
  .array(field, { minLength: 1, maxLength: 3 })
  .map((fields) => `${fields.map(quote).join(',')}\n`);

describe('the row counter', () => {
  it('counts rows and finds the last row end, wherever the chunks are cut', () => {
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat(30)), (lines, cuts) => {
        const bytes = Buffer.from(lines.join(''));
        const ends = lines.map((_, index) => Buffer.byteLength(lines.slice(0, index + 1).join('')));
        const counter = new RowCounter();
        let at = 0;
        for (const size of [...cuts, bytes.length]) {
          const chunk = bytes.subarray(at, at + size);
          const last = ends.filter((end) => end > at && end <= at + chunk.length).at(-1);
          expect(counter.scan(chunk)).toBe(last === undefined ? 0 : last - at);
          at += chunk.length;
          expect(counter.rows).toBe(ends.filter((end) => end <= at).length);
          expect(counter.unfinished).toBe(at - (ends.filter((end) => end <= at).at(-1) ?? 0));
        }
      }),
    );
  });

  it('stops after the requested number of rows', () => {
    const counter = new RowCounter();
    expect(counter.scan(Buffer.from('"a\nb"\n1\n2\n'), 1)).toBe(6);
    expect(counter.rows).toBe(1);
  });
});
