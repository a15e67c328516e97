import { describe, expect, it } from 'vitest';
import { createLineDropper, createRowDropper, type Dropper } from '../../../lambdas/core/csv/drop-rows.ts';
import { parseCsv } from '../../../lambdas/core/csv/parse.ts';
import { Random } from '../../../lambdas/core/numeric/random.ts';
import { textsOf } from '../../../lambdas/core/table/rows.ts';

/** What stays when the text comes in chunks of this many bytes. */
function left(dropper: Dropper, text: string, size = 7): string {
  const bytes = Buffer.from(text);
  const kept: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) kept.push(dropper.push(bytes.subarray(at, at + size)));
  return Buffer.concat([...kept, dropper.end()]).toString();
}

describe('the rows of a key left out of a CSV', () => {
  it.each<[string, string, string, string, number]>([
    ['in the key column only', 'id,name\n1,2\n2,1\n2,x\n', '2', 'id,name\n1,2\n', 2],
    ['by the whole value', 'id\n1\n11\n 1\n"1"\n1', '1', 'id\n11\n 1\n', 3],
    ['with line ends as they are', 'id,n\r\n1,a\r\n2,b\r\n3,c', '2', 'id,n\r\n1,a\r\n3,c', 1],
    ['with a comma, quotes and line feeds', 'n,id\n"a\n2","x,""y""\nz"\n2,b\n', 'x,"y"\nz', 'n,id\n2,b\n', 1],
    ['after a byte order mark', '\uFEFFid,n\n1,a\n2,b\n', '1', '\uFEFFid,n\n2,b\n', 1],
    ['whose fields are too few', 'n,id,m\na,1\nb,2,c\n', '1', 'n,id,m\nb,2,c\n', 1],
    ['in other scripts', 'id\nключ\n鍵\n', '鍵', 'id\nключ\n', 1],
  ])('finds the rows %s', (_, text, key, rest, dropped) => {
    for (const size of [1, 2, 3, 7, 1000]) {
      const dropper = createRowDropper('id', key);
      expect(left(dropper, text, size)).toBe(rest);
      expect([dropper.dropped, dropper.hasColumn]).toEqual([dropped, true]);
    }
  });

  it('leave a file without the column whole', () => {
    const dropper = createRowDropper('id', '1');
    expect(left(dropper, 'a,b\n1,1\n')).toBe('a,b\n1,1\n');
    expect([dropper.dropped, dropper.hasColumn]).toEqual([0, false]);
  });

  it('count rows whose key cannot be read, and keep them', () => {
    const text = 'a,id\nx"y,2\n1\n2,3\n"open,1\n2,1';
    const dropper = createRowDropper('id', '1');
    expect(left(dropper, text)).toBe(text);
    expect(dropper.unreadable).toBe(3);
  });

  it('finds those that the parser reads, in random files of any cut', () => {
    const source = Random.fromSeed(7);
    const random = () => source.uint32() / 2 ** 32;
    const pick = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)] as T;
    const cells = ['1', '2', '"1"', '"a,1"', '"""1"""', '"1\n"', '', '""', ' 1', '1 ', 'é'];
    for (let round = 0; round < 300; round += 1) {
      const width = 1 + Math.floor(random() * 3);
      const names = ['id', 'b', 'c'].slice(0, width).sort(() => random() - 0.5);
      const end = pick(['\n', '\r\n']);
      const rows = Array.from({ length: Math.floor(random() * 12) }, () =>
        Array.from({ length: width }, () => pick(cells)).join(','),
      );
      const text = [names.join(','), ...rows].join(end) + pick(['', end]);
      const key = pick(['1', '2', 'a,1', '"1"', '1\n', ' 1', 'é']);
      const rest = left(createRowDropper('id', key), text, 1 + Math.floor(random() * 9));
      const idsOf = (csv: string) => {
        const { table } = parseCsv([Buffer.from(csv)], { columns: [{ name: 'id', type: 'category' }] });
        const at = textsOf(table, 'id');
        return Array.from({ length: table.rows }, (_, row) => at(row));
      };
      expect(idsOf(rest)).toEqual(idsOf(text).filter((id) => id !== key));
    }
  });
});

describe('lines left out', () => {
  it('drops those of a test by line and number, and no other', () => {
    const drop = (isOwn: (line: string, index: number) => boolean | undefined, text: string) => {
      const dropper = createLineDropper(isOwn);
      return [left(dropper, text, 2), dropper.dropped, dropper.unreadable];
    };
    expect(drop((line) => line === 'b', 'a\nb\n\nb\nc')).toEqual(['a\n\nc', 2, 0]);
    expect(drop((_, index) => index === 1, 'a\nb\nc\n')).toEqual(['a\nc\n', 1, 0]);
    expect(drop((line) => (line === '?' ? undefined : line === 'b'), 'a\n?\nb')).toEqual(['a\n?\n', 1, 1]);
  });
});
