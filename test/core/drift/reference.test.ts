/** Against recorded values of SciPy, Evidently and Azure ML on the bank marketing data, in its time order. */

import { expect, it } from 'vitest';
import { fitBins } from '../../../lambdas/core/drift/bins.ts';
import { readColumn } from '../../../lambdas/core/drift/compare.ts';
import { fitProfile } from '../../../lambdas/core/drift/fit-profile.ts';
import {
  chiSquareFit,
  chiSquareHomogeneity,
  jensenShannonDistance,
  largestShareChange,
  psi,
} from '../../../lambdas/core/drift/psi-and-tests.ts';
import { DRIFT_DEFAULTS } from '../../../lambdas/core/drift/spec.ts';
import { ksPValue, ksStatistic, wasserstein } from '../../../lambdas/core/drift/two-sample.ts';
import { addRows, emptyWindow } from '../../../lambdas/core/drift/window.ts';
import { dataFile, describeWith, referenceFile } from '../../support/tools.ts';
import { category, numeric, table } from './tables.ts';

interface NumericReference {
  n_ref: number;
  psi_ref_deciles_laplace: number;
  n_decile_bins: number;
  ks: number;
  ks_p_asymp: number;
  wasserstein: number;
  wasserstein_norm_popstd: number;
}
interface CategoryReference {
  ref: number[];
  cur: number[];
  categories: string[];
  psi_laplace_azure: number;
  jsdist_nat: number;
  jsdist_base2: number;
  linf: number;
  chi2_gof: [number, number] | null;
  chi2_indep: [number, number, number];
}
interface ToyReference {
  a: number[];
  b: number[];
  ks: [number, number];
  wasserstein: number;
  js_base2_of_p: number[];
  js_base2_of_q: number[];
  js_dist_base2: number;
  js_dist_nat: number;
  psi: number;
  chi2_gof: [number, number];
}

const recorded = referenceFile('drift-reference.json');
const values = (recorded.present ? JSON.parse(recorded.text()) : {}) as Record<string, unknown>;
const names = Object.keys(values).filter((name) => !name.startsWith('_'));
const isCategory = (name: string): boolean => 'categories' in (values[name] as object);
const bank = dataFile('bank-full.csv.gz');

const near = (actual: number, expected: number): void =>
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected)));

describeWith(recorded, 'recorded toy values', () => {
  const toy = values._toy as ToyReference;

  it('computes the recorded KS and Wasserstein of two small samples', () => {
    near(ksStatistic(toy.a, toy.b), toy.ks[0]);
    near(wasserstein(toy.a, toy.b), toy.wasserstein);
  });

  it('computes the recorded PSI and Jensen-Shannon of shares, without smoothing', () => {
    near(psi(toy.js_base2_of_p, toy.js_base2_of_q, 0).statistic, toy.psi);
    near(jensenShannonDistance(toy.js_base2_of_p, toy.js_base2_of_q), toy.js_dist_base2);
    near(jensenShannonDistance(toy.js_base2_of_p, toy.js_base2_of_q, 'e'), toy.js_dist_nat);
  });

  it('computes the recorded chi-square goodness of fit', () => {
    const { statistic, pValue } = chiSquareFit([30, 30, 40], [10, 20, 70]);
    near(statistic, toy.chi2_gof[0]);
    expect(Math.abs(pValue / toy.chi2_gof[1] - 1)).toBeLessThan(1e-9);
  });
});

describeWith(recorded, 'recorded values of category counts', () => {
  it.each(names.filter(isCategory))('computes the recorded statistics of %s', (name) => {
    const known = values[name] as CategoryReference;
    near(psi(known.ref, known.cur).statistic, known.psi_laplace_azure);
    near(jensenShannonDistance(known.ref, known.cur), known.jsdist_base2);
    near(jensenShannonDistance(known.ref, known.cur, 'e'), known.jsdist_nat);
    near(largestShareChange(known.ref, known.cur), known.linf);
    if (known.chi2_gof !== null) {
      const total = known.ref.reduce((a, b) => a + b, 0);
      const scale = known.cur.reduce((a, b) => a + b, 0) / total;
      const fit = chiSquareFit(
        known.cur,
        known.ref.map((count) => count * scale),
      );
      near(fit.statistic, known.chi2_gof[0]);
      near(fit.pValue, known.chi2_gof[1]);
    }
    const [statistic, pValue] = known.chi2_indep;
    near(chiSquareHomogeneity(known.ref, known.cur).statistic, statistic);
    near(chiSquareHomogeneity(known.ref, known.cur).pValue, pValue);
  });
});

describeWith([recorded, bank], 'recorded values on the bank data, rows 0 to 20,000 against 30,000 on', () => {
  const [header = '', ...lines] = bank.text().trim().split('\n');
  const fields = lines.map((line) => line.split(','));
  const column = (name: string, from: number, to: number): string[] => {
    const index = header.split(',').indexOf(name);
    return fields.slice(from, to).map((row) => row[index] as string);
  };
  const slice = (from: number, to: number) =>
    table(
      Object.fromEntries(
        names.map((name) => {
          const cells = column(name, from, to);
          return [name, isCategory(name) ? category(cells) : numeric(cells.map(Number))];
        }),
      ),
    );
  const profile = fitProfile(slice(0, 20_000), names);
  const window = emptyWindow(profile);
  addRows(window, profile, slice(30_000, fields.length));
  const compare = (name: string) => {
    const position = names.indexOf(name);
    const [shape, reference, current] = [
      profile.columns[position],
      profile.reference.columns[position],
      window.columns[position],
    ];
    if (shape === undefined || reference === undefined || current === undefined) throw new Error(name);
    return readColumn(shape, reference, current, DRIFT_DEFAULTS).measures;
  };
  const numericNames = names.filter((name) => !isCategory(name));
  const constants = ['pdays', 'previous'];
  const varying = numericNames.filter((name) => !constants.includes(name));

  it.each(numericNames)('computes the exact KS, Wasserstein and its norm of %s', (name) => {
    const known = values[name] as NumericReference;
    const reference = column(name, 0, 20_000).map(Number);
    const current = column(name, 30_000, fields.length).map(Number);
    near(ksStatistic(reference, current), known.ks);
    near(ksPValue(known.ks, reference.length, current.length), known.ks_p_asymp);
    near(wasserstein(reference, current), known.wasserstein);
    const { deviation } = fitBins(Float64Array.from(reference).sort());
    if (varying.includes(name)) near(known.wasserstein / deviation, known.wasserstein_norm_popstd);
    else expect(deviation).toBe(0);
  });

  // The values 1 and 2 of campaign are 39 % and 27 % of the rows: here each has a bin of its own.
  it.each(numericNames.filter((name) => ![...constants, 'campaign'].includes(name)))(
    'computes PSI of %s over reference deciles as recorded',
    (name) => {
      const known = values[name] as NumericReference;
      near(compare(name).psi?.value as number, known.psi_ref_deciles_laplace);
    },
  );

  it.each(constants)('notices a change of %s, a constant reference, unlike plain deciles', (name) => {
    expect((values[name] as NumericReference).psi_ref_deciles_laplace).toBe(0);
    expect(compare(name).psi?.value).toBeGreaterThan(1);
  });

  it.each(constants)('counts each value beside the constant %s as one deviation away', (name) => {
    const current = column(name, 30_000, fields.length);
    const [value] = column(name, 0, 1);
    const moved = current.filter((cell) => cell !== value).length / current.length;
    near(compare(name).wasserstein?.value as number, moved);
    near(compare(name).ks?.value as number, moved);
  });

  it.each(varying)('estimates KS and Wasserstein of %s close to the exact ones', (name) => {
    const known = values[name] as NumericReference;
    const { ks, wasserstein: normed } = compare(name);
    expect(Math.abs((ks?.value as number) - known.ks)).toBeLessThan(0.006);
    expect(ks?.value).toBeLessThanOrEqual(known.ks + 1e-12);
    const error = Math.abs((normed?.value as number) - known.wasserstein_norm_popstd);
    expect(error).toBeLessThan(0.005 * Math.max(1, known.wasserstein_norm_popstd));
  });

  it.each(names.filter(isCategory))('counts the values of %s that the file holds', (name) => {
    const known = values[name] as CategoryReference;
    const { psi: stability } = compare(name);
    const seen = known.ref.filter((count) => count > 0).length;
    if (seen === known.ref.length) near(stability?.value as number, known.psi_laplace_azure);
    else expect(stability?.value).toBeGreaterThan(0.25);
  });
});
