import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { compareGroups } from '../../../lambdas/core/fairness/compare-groups.ts';
import type { Column, Table } from '../../../lambdas/core/table/table.ts';
import { dataFile, describeWith, itWith, pythonIn, run } from '../../support/tools.ts';

interface Reference {
  readonly parityDifference: number;
  readonly parityRatio: number;
  readonly equalizedOdds: number;
  readonly equalOpportunity: number;
  readonly groups: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

const SCRIPT = new URL('../../fixtures/fairness/make.py', import.meta.url);
const committed = readFileSync(new URL('../../fixtures/fairness/fairlearn.json', import.meta.url), 'utf8');
const fairlearn = pythonIn('fairlearn', ['fairlearn', 'pandas']);
const bank = dataFile('bank-full.csv.gz');

describeWith(bank, 'fairness of a fixed score on the bank marketing data', () => {
  const { table, predictions, outcomes } = scored(bank.text());
  const reference = JSON.parse(committed) as Record<string, Reference | number>;

  it('uses the score that fairlearn measured', () => {
    expect(predictions.filter((score) => score >= 0.35).length).toBe(reference.selected);
    expect(outcomes.filter((outcome) => outcome === 1).length).toBe(reference.positives);
  });

  it.each([
    ['age', ['age']],
    ['marital', ['marital']],
    ['age and marital', ['age', 'marital']],
  ])('differs between the groups of %s as in fairlearn, to 1e-9', (name, columns) => {
    const expected = reference[name] as Reference;
    const { groups, disparities } = compareGroups(
      table,
      columns,
      { predictions, outcomes, threshold: 0.35 },
      1,
    );
    for (const metric of ['parityDifference', 'parityRatio', 'equalizedOdds', 'equalOpportunity'] as const) {
      const { value, low, high } = disparities[metric] ?? { value: Number.NaN, low: 0, high: 0 };
      expect(Math.abs(value - expected[metric])).toBeLessThan(1e-9);
      expect(low <= value && value <= high).toBe(true);
    }
    expect(groups.map(({ group }) => group)).toEqual(Object.keys(expected.groups).sort());
    for (const { group, ...rates } of groups)
      for (const rate of ['selectionRate', 'truePositiveRate', 'falsePositiveRate'] as const)
        expect(
          Math.abs((rates[rate]?.value ?? Number.NaN) - (expected.groups[group]?.[rate] ?? 0)),
        ).toBeLessThan(1e-9);
  });

  itWith(fairlearn, 'gives the numbers of the installed fairlearn', () => {
    const folder = mkdtempSync(join(tmpdir(), 'fairlearn-'));
    writeFileSync(join(folder, 'bank.csv'), bank.text());
    const said = run(fairlearn, ['-W', 'ignore', fileURLToPath(SCRIPT), join(folder, 'bank.csv')]);
    rmSync(folder, { recursive: true });
    expect(JSON.parse(said)).toEqual(reference);
  });
});

/** The score of make.py, the outcomes, and the columns that groups are made of. */
function scored(csv: string): { table: Table; predictions: Float64Array; outcomes: Float64Array } {
  const [head = '', ...lines] = csv.trim().split('\n');
  const names = head.trim().split(',');
  const cells = lines.map((line) => line.trim().split(','));
  const text = (name: string) => cells.map((row) => row[names.indexOf(name)] ?? '');
  const numbers = (name: string) => text(name).map(Number);
  const is = (name: string, value: string) => text(name).map((cell) => Number(cell === value));
  const [balance, campaign, age] = ['balance', 'campaign', 'age'].map(numbers) as [
    number[],
    number[],
    number[],
  ];
  const [housing, success, known] = [
    is('housing', 'no'),
    is('poutcome', 'success'),
    is('contact', 'unknown'),
  ];
  const clip = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));
  const predictions = Float64Array.from(cells, (_, i) => {
    const score =
      0.00004 * (clip(balance[i] ?? 0, -1000, 9000) + 1000) +
      0.1 * (housing[i] ?? 0) +
      0.45 * (success[i] ?? 0) +
      0.05 * (1 - (known[i] ?? 0)) +
      0.12 * Number((age[i] ?? 0) >= 60) +
      0.01 * clip(5 - (campaign[i] ?? 0), 0, 5);
    return Number(score.toFixed(10));
  });
  const outcomes = Float64Array.from(text('y'), (cell) => Number(cell === 'yes' || cell === '1'));
  const bands = age.map((years) =>
    years < 30 ? '18-29' : years < 45 ? '30-44' : years < 60 ? '45-59' : '60+',
  );
  const columns = new Map([
    ['age', category(bands)],
    ['marital', category(text('marital'))],
  ]);
  return { table: { rows: cells.length, columns }, predictions, outcomes };
}

function category(texts: readonly string[]): Column {
  const dictionary = [...new Set(texts)];
  return { kind: 'category', codes: Int32Array.from(texts, (text) => dictionary.indexOf(text)), dictionary };
}
