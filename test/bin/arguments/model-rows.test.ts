import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readModelRows } from '../../../bin/arguments/model-rows.ts';
import { CONFIG as SCORING } from '../../score/fixture.ts';
import { tempDir } from '../../support/temp-dir.ts';

const CONFIG = { ...SCORING, source: { ...SCORING.source, key: 'id', eventTime: 'at' } };
const KEY = { name: 'id', type: 'category' } as const;
const AT = { name: 'at', type: 'timestamp' } as const;

it('reads an optional column where the file has it', async () => {
  const folder = tempDir();
  writeFileSync(join(folder, 'with.csv'), 'at,id\n2026-01-01,a\n');
  writeFileSync(join(folder, 'without.csv'), 'id\na\n');
  const columnsOf = async (file: string, needed: Parameters<typeof readModelRows>[2]) => [
    ...(await readModelRows(folder, file, needed, CONFIG, [AT])).table.columns.keys(),
  ];
  expect(await columnsOf('with.csv', [KEY])).toEqual(['id', 'at']);
  expect(await columnsOf('with.csv', [KEY, AT])).toEqual(['id', 'at']); // once
  expect(await columnsOf('without.csv', [KEY])).toEqual(['id']);
  await expect(columnsOf('without.csv', [KEY, AT])).rejects.toThrow("no column 'at'");
});
