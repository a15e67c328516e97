import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ZipEntry, zipOf } from '../../../constructs/shared/zip.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { itWith, python3, run } from '../../support/tools.ts';

const entry = (name: string, text: string): ZipEntry => ({ name, bytes: Buffer.from(text) });

const READ = `
import base64, json, sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
print(json.dumps([[i.filename, base64.b64encode(z.read(i)).decode(), i.external_attr >> 16, list(i.date_time)] for i in z.infolist()]))
`;

/** What Python's zipfile finds in it. */
function read(archive: Buffer): [name: string, text: string, mode: number, time: number[]][] {
  const file = join(tempDir(), 'a.zip');
  writeFileSync(file, archive);
  const found = JSON.parse(run(python3, ['-c', READ, file]));
  return found.map(([name, base64, mode, time]: [string, string, number, number[]]) => [
    name,
    Buffer.from(base64, 'base64').toString(),
    mode,
    time,
  ]);
}

describe('zipOf', () => {
  itWith(python3, 'makes an archive that another program reads whole, names in order', () => {
    const archive = zipOf([entry('b/ü.txt', 'zwei'), entry('a.mjs', 'eins'), entry('empty', '')]);
    const time = [1980, 1, 1, 0, 0, 0];
    expect(read(archive)).toEqual([
      ['a.mjs', 'eins', 0o100644, time],
      ['b/ü.txt', 'zwei', 0o100644, time],
      ['empty', '', 0o100644, time],
    ]);
  });

  it('depends on its entries only, in whatever order they come', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.record({ name: fc.stringMatching(/^[a-z]{1,8}$/), bytes: fc.uint8Array() }), {
          selector: ({ name }) => name,
        }),
        (entries) => {
          expect(zipOf([...entries].reverse()).equals(zipOf(entries))).toBe(true);
        },
      ),
    );
  });

  it('differs when a byte or a name does', () => {
    const archive = zipOf([entry('a', 'x')]);
    expect(zipOf([entry('a', 'y')]).equals(archive)).toBe(false);
    expect(zipOf([entry('b', 'x')]).equals(archive)).toBe(false);
  });
});
