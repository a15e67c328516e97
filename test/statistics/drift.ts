/**
 * Drift alarms: how many windows in which nothing changed are called drifted, and how many in which something did.
 * Rows are drawn from a population of 20 features, so that features depend on each other as columns of a table do.
 */

import { evaluateDrift } from '../../lambdas/core/drift/evaluate.ts';
import { fitProfile } from '../../lambdas/core/drift/fit-profile.ts';
import type { Profile } from '../../lambdas/core/drift/profile.ts';
import { DRIFT_DEFAULTS } from '../../lambdas/core/drift/spec.ts';
import { addRows, addScores, emptyWindow } from '../../lambdas/core/drift/window.ts';
import { Random } from '../../lambdas/core/numeric/random.ts';
import type { Column } from '../../lambdas/core/table/table.ts';
import type { Cell, Table } from './cell.ts';
import { createPopulation, NAMES, type Population } from './drift/population.ts';

const REFERENCES = [1_000, 5_000, 50_000];
const WINDOWS = [50, 200, 1_000, 10_000];
/** Windows that are compared with one reference. */
const PER_REFERENCE = 10;
/** Every feature alone makes a window drifted: the strictest reading of a false alarm. */
const SCOPE = { monitored: NAMES, decisive: NAMES };
const SPEC = { ...DRIFT_DEFAULTS, minRows: 30 };

export const table: Table = {
  title: 'drift of 20 features: false alarms at most 1.5 %, power at least 90 %',
  runs: 2_000,
  *cells({ runs, seed }) {
    const population = createPopulation(seed);
    for (const reference of REFERENCES)
      for (const rows of WINDOWS) yield stableCell(population, reference, rows, runs, seed);
    for (const [name, change] of Object.entries(CHANGES))
      for (const reference of change.references ?? REFERENCES)
        yield powerCell(population, name, change, reference, Math.ceil(runs / 4), seed);
  },
};

/** The share of windows drawn like the reference that are drifted. */
export function stableCell(
  population: Population,
  reference: number,
  rows: number,
  runs: number,
  seed: number,
): Cell {
  const value = drifted(population, reference, runs, seed, () => [rows, {}]);
  return { name: `nothing changed, ${rows} rows beside ${reference}`, value, atMost: 0.015 };
}

interface Change {
  readonly rows: number;
  /** Beside references with too few rows for any test, nothing is promised. */
  readonly references?: readonly number[];
  readonly column: string;
  readonly draw: (random: Random, population: Population) => number | string;
}

/** Changes of one feature that nine of ten windows must find. */
const CHANGES: Readonly<Record<string, Change>> = {
  'a flag from 3 % to 10 %': {
    rows: 10_000,
    column: 'flag',
    draw: (random) => (random.uniform() < 0.1 ? 'yes' : 'no'),
  },
  'what is not zero of 97 % zeros, by 1 sd': {
    rows: 10_000,
    references: [5_000, 50_000],
    column: 'rare',
    draw: (random, { normal }) => (random.uniform() < 0.97 ? 0 : 6 + normal(random)),
  },
  'a normal number by 0.3 sd': {
    rows: 1_000,
    column: 'normal',
    draw: (random, { normal }) => 0.3 + normal(random),
  },
};

export function powerCell(
  population: Population,
  name: string,
  { rows, column, draw }: Change,
  reference: number,
  runs: number,
  seed: number,
): Cell {
  const value = drifted(population, reference, runs, seed, (random) => {
    const values = Array.from({ length: rows }, () => draw(random, population));
    return [rows, { [column]: columnOf(values) }];
  });
  return { name: `${name}, ${rows} rows beside ${reference}`, value, atLeast: 0.9 };
}

/** The share of drifted windows. */
function drifted(
  population: Population,
  reference: number,
  runs: number,
  seed: number,
  changed: (random: Random) => readonly [rows: number, Readonly<Record<string, Column>>],
): number {
  const random = Random.fromSeed(seed + reference);
  let profile: Profile | undefined;
  let count = 0;
  for (let run = 0; run < runs; run++) {
    if (profile === undefined || run % PER_REFERENCE === 0) {
      const { table, scores } = population.draw(reference, random);
      profile = fitProfile(table, NAMES, { scores });
    }
    const [rows, change] = changed(random);
    const { table, scores } = population.draw(rows, random);
    const window = emptyWindow(profile);
    addRows(window, profile, { rows, columns: new Map([...table.columns, ...Object.entries(change)]) });
    addScores(window, profile, scores);
    if (evaluateDrift(profile, window, SPEC, SCOPE).verdict === 'drifted') count += 1;
  }
  return count / runs;
}

function columnOf(values: readonly (number | string)[]): Column {
  if (typeof values[0] === 'number') return { kind: 'numeric', values: Float64Array.from(values, Number) };
  const dictionary = [...new Set(values.map(String))];
  return {
    kind: 'category',
    dictionary,
    codes: Int32Array.from(values, (value) => dictionary.indexOf(String(value))),
  };
}
