import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sample } from '../../../blueprints/bank-marketing/generate.ts';
import type { RowsOptions } from '../../../blueprints/sample-data.ts';
import type { RowValue } from '../../../lambdas/core/table/table.ts';

const at = Object.fromEntries(sample.columns.map((name, index) => [name, index]));
const read = (row: readonly RowValue[], column: string): RowValue => row[at[column] ?? -1] ?? null;

function make(options: RowsOptions): readonly (readonly RowValue[])[] {
  return [...sample.rows(options)];
}

function digest(options: RowsOptions): string {
  const hash = createHash('sha256');
  let left = 5000;
  for (const row of sample.rows(options)) {
    if (left === 0) break;
    hash.update(`${JSON.stringify(row)}\n`);
    left -= 1;
  }
  return hash.digest('hex');
}

/** Share of rows per value of a column. */
function shares(rows: readonly (readonly RowValue[])[], column: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const row of rows) {
    const value = String(read(row, column));
    counts[value] = (counts[value] ?? 0) + 1 / rows.length;
  }
  return counts;
}

/** Population stability index of two tables of shares: sum of (q-p) ln(q/p). */
function stabilityIndex(p: Record<string, number>, q: Record<string, number>): number {
  const values = new Set([...Object.keys(p), ...Object.keys(q)]);
  return [...values].reduce((sum, value) => {
    const before = p[value] ?? 1e-4;
    const after = q[value] ?? 1e-4;
    return sum + (after - before) * Math.log(after / before);
  }, 0);
}

const quantile = (rows: readonly (readonly RowValue[])[], column: string, share: number): number => {
  const values = rows.map((row) => Number(read(row, column))).sort((a, b) => a - b);
  return values[Math.floor(share * values.length)] ?? Number.NaN;
};

const stable = make({ seed: 1, scenario: 'stable' });
const drift = make({ seed: 1, scenario: 'drift' });

describe('sample rows of bank-marketing', () => {
  it('generates the same rows on every machine', () => {
    expect(digest({ seed: 1, scenario: 'drift' })).toBe(
      '0de2be0fa6e42e894e8a381fc76415dfbdaa910fd0d07b6f8d62a63cf86f3320',
    );
    expect(digest({ seed: 1, scenario: 'stable' })).toBe(
      '1a093436d727a76c9aa400a2cc09b1cf6f0242621ed5ff21f1662af81dbb12d9',
    );
  });

  it('generates other rows with another seed', () => {
    expect(digest({ seed: 2, scenario: 'drift' })).not.toBe(digest({ seed: 1, scenario: 'drift' }));
  });

  it('generates 1,500 rows a month for six months, then 1,000 a month for 24', () => {
    const perMonth = new Map<string, number>();
    for (const row of drift) {
      const month = String(read(row, 'contacted_at')).slice(0, 7);
      perMonth.set(month, (perMonth.get(month) ?? 0) + 1);
    }
    expect([...perMonth.keys()].slice(0, 6)).toEqual([
      '2008-05',
      '2008-06',
      '2008-07',
      '2008-08',
      '2008-09',
      '2008-10',
    ]);
    expect([...perMonth.keys()].at(-1)).toBe('2010-10');
    expect([...perMonth.values()]).toEqual([...Array(6).fill(1500), ...Array(24).fill(1000)]);
    expect(make({ seed: 1, scenario: 'drift', months: 2 })).toEqual(drift.slice(0, 3000));
  });

  it('generates rows in order of time, on working days, with every key once', () => {
    const times = drift.map((row) => String(read(row, 'contacted_at')));
    expect(times).toEqual(times.toSorted());
    const weekdays = new Set(times.map((time) => new Date(time).getUTCDay()));
    expect([...weekdays].sort()).toEqual([1, 2, 3, 4, 5]);
    expect(new Set(drift.map((row) => read(row, 'client_id'))).size).toBe(drift.length);
  });

  // Shares and quantiles of bank-full.csv (DOI 10.24432/C5K306), computed with pandas 2.
  it.each([
    [
      'job',
      { 'blue-collar': 0.2153, management: 0.2092, technician: 0.168, retired: 0.0501, student: 0.0207 },
    ],
    ['marital', { married: 0.6019, single: 0.2829, divorced: 0.1152 }],
    ['education', { secondary: 0.5132, tertiary: 0.2942, primary: 0.1515, unknown: 0.0411 }],
    ['in_default', { true: 0.018 }],
    ['housing', { true: 0.5558 }],
    ['loan', { true: 0.1602 }],
    ['contact', { cellular: 0.6477, unknown: 0.288, telephone: 0.0643 }],
    ['poutcome', { unknown: 0.8175, failure: 0.1084, other: 0.0407, success: 0.0334 }],
    ['pdays', { '-1': 0.8174 }],
    ['subscribed', { true: 0.117 }],
  ])('generates the published shares of %s', (column, published) => {
    const found = shares(stable, column);
    for (const [value, share] of Object.entries(published))
      expect(Math.abs((found[value] ?? 0) - share), `${column} = ${value}`).toBeLessThan(0.02);
  });

  it.each([
    ['age', [27, 33, 39, 48, 59], 2],
    ['balance', [-172, 72, 448, 1428, 5768], 400],
    ['campaign', [1, 1, 2, 3, 8], 1],
    ['previous', [0, 0, 0, 0, 3], 1],
  ])('generates the published quantiles of %s', (column, published, tolerance) => {
    [0.05, 0.25, 0.5, 0.75, 0.95].forEach((share, index) => {
      expect(Math.abs(quantile(stable, column, share) - (published[index] ?? 0))).toBeLessThanOrEqual(
        tolerance,
      );
    });
  });

  it('generates drift from March 2009 on in how clients are reached and in how they answer', () => {
    const [before, after] = [drift.slice(0, 13_000), drift.slice(13_000)];
    expect(String(read(after[0] ?? [], 'contacted_at'))).toContain('2009-03');
    expect(stabilityIndex(shares(before, 'contact'), shares(after, 'contact'))).toBeGreaterThan(1);
    expect(shares(before, 'subscribed').true).toBeLessThan(0.1);
    expect(shares(after, 'subscribed').true).toBeGreaterThan(0.25);
  });

  it('generates no drift in the stable scenario', () => {
    const [before, after] = [stable.slice(0, 13_000), stable.slice(13_000)];
    for (const column of ['contact', 'poutcome', 'job', 'housing', 'subscribed'])
      expect(stabilityIndex(shares(before, column), shares(after, column)), column).toBeLessThan(0.01);
  });

  it('turns a home loan from a reason against into a reason for', () => {
    const rate = (rows: readonly (readonly RowValue[])[], housing: boolean) =>
      shares(
        rows.filter((row) => read(row, 'housing') === housing),
        'subscribed',
      ).true ?? 0;
    expect(rate(drift.slice(0, 13_000), true)).toBeLessThan(rate(drift.slice(0, 13_000), false));
    expect(rate(drift.slice(13_000), true)).toBeGreaterThan(rate(drift.slice(13_000), false));
  });

  it('never generates the category of the incident', () => {
    const { feature, value } = sample.incident ?? { feature: '', value: '' };
    expect(Object.keys(shares(drift, feature)).length).toBeGreaterThan(1);
    expect(Object.keys(shares(drift, feature))).not.toContain(value);
  });

  it('names the columns of the table, in order', () => {
    const declared = [...sample.table.ddl.matchAll(/^ {2}([a-z_]+) /gm)].map(([, name]) => name);
    expect(declared).toEqual(sample.columns);
  });
});
