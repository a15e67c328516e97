import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../lambdas/core/csv/parse.ts';
import { keepUsable, neededColumns } from '../../lambdas/local/score-file.ts';
import { CONFIG } from '../score/fixture.ts';

/** A regression that looks back at its own label, which is no feature. */
const PAST = {
  source: CONFIG.source,
  features: {
    version: 1,
    fields: [
      { kind: 'numeric', name: 'price', description: 'euros' },
      { kind: 'lag', name: 'last_units', description: 'the week before', of: 'units', events: 1 },
    ],
  },
} as const;
const EVERY_ROW = {
  source: CONFIG.source,
  features: { version: 1, fields: [PAST.features.fields[0]] },
} as const;

const tableOf = (config: Parameters<typeof neededColumns>[0], csv: string) =>
  parseCsv([Buffer.from(csv)], { columns: neededColumns(config) }).table;

describe('scored rows of a file', () => {
  it('gives rows their label where features look back at it', () => {
    expect(neededColumns(PAST)).toEqual([
      { name: 'client', type: 'category' },
      { name: 'at', type: 'timestamp' },
      { name: 'price', type: 'number' },
      { name: 'units', type: 'number' },
    ]);
    expect(neededColumns(EVERY_ROW).map(({ name }) => name)).toEqual(['client', 'price']);
  });

  const ROWS =
    'client,at,price,units\na,2026-01-01,1,1\n,2026-01-01,2,2\na,,3,3\na,2026-01-01,4,4\nb,2026-01-01,5,\n';

  it('rejects rows without a key or a time, and repeated ones, where features look back', () => {
    const { table, aside } = keepUsable(tableOf(PAST, ROWS), PAST);
    expect(table.columns.get('price')).toEqual({ kind: 'numeric', values: Float64Array.of(1, 5) });
    expect(aside).toEqual([
      { code: 'prepare/no-key', column: 'client' },
      { code: 'prepare/no-time', column: 'at' },
      { code: 'prepare/duplicate', column: 'client', value: 'a' },
    ]);
  });

  it('keeps every row with a key where features do not look back', () => {
    const { table, aside } = keepUsable(tableOf(EVERY_ROW, ROWS), EVERY_ROW);
    expect([table.rows, aside]).toEqual([4, [{ code: 'prepare/no-key', column: 'client' }]]);
  });
});
