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
import { createPopulation, type Drawn, NAMES, type Population } from './drift/population.ts';

/** Rows of references. */
const REFERENCES = [1_000, 5_000, 50_000] as const;
/** Rows of windows in which nothing changes. */
const WINDOWS = [50, 200, 1_000, 10_000] as const;
/** Windows that are compared with one reference: of few rows, many references, each may be unlike the population. */
const perReference = (rows: number): number => (rows > 10_000 ? 50 : 10);
/** Every feature alone makes a window drifted: the strictest reading of a false alarm. */
const SCOPE = { monitored: NAMES, decisive: NAMES };
const SPEC = { ...DRIFT_DEFAULTS, minRows: 30 };

export const table: Table = {
  title: 'drift of 20 features: stable windows that are drifted, and power over a quarter as many windows',
  runs: 2_000,
  *cells({ runs, seed }) {
    const population = createPopulation(seed);
    yield* stableCells(population, { runs, seed });
    yield* powerCells(population, { runs: Math.ceil(runs / 4), seed });
  },
};

interface Options {
  readonly runs: number;
  readonly seed: number;
  /** @default 50, 200, 1,000 and 10,000 */
  readonly windows?: readonly number[];
  /** @default 1,000, 5,000 and 50,000 */
  readonly references?: readonly number[];
  /** @default all */
  readonly changes?: readonly Change[];
}

/** Shares of drifted windows that are drawn like the references; each window is compared with every reference. */
export function* stableCells(
  population: Population,
  { runs, seed, windows = WINDOWS, references = REFERENCES }: Options,
): Iterable<Cell> {
  const random = Random.fromSeed(seed);
  const drifted = new Map<string, number>();
  let profiles: readonly Profile[] = [];
  for (let run = 0; run < runs; run++) {
    profiles = renewed(profiles, population, references, run, random);
    for (const rows of windows) {
      const drawn = population.draw(rows, random);
      profiles.forEach((profile, i) => {
        const key = `${rows} rows beside ${references[i]}`;
        drifted.set(key, (drifted.get(key) ?? 0) + Number(isDrifted(profile, drawn)));
      });
    }
  }
  for (const [key, count] of drifted)
    yield { name: `nothing changed, ${key}`, value: count / runs, atMost: 0.015 };
}

interface Change {
  readonly name: string;
  /** Rows of the window. */
  readonly rows: number;
  readonly column: string;
  /** Rows of a reference that know enough of the column. @default any */
  readonly leastReference?: number;
  readonly draw: (random: Random, population: Population) => number | string;
}

/** Changes of one feature that nine of ten windows must find. */
export const CHANGES: readonly Change[] = [
  {
    name: 'a flag from 3 % to 10 %',
    rows: 10_000,
    column: 'flag',
    draw: (random) => (random.uniform() < 0.1 ? 'yes' : 'no'),
  },
  {
    name: 'the rest of 97 % zeros by 1 sd',
    rows: 10_000,
    column: 'rare',
    leastReference: 5_000, // 1,000 rows have 30 that are not zero
    draw: (random, { normal }) => (random.uniform() < 0.97 ? 0 : 6 + normal(random)),
  },
  {
    name: 'a number by 0.3 sd',
    rows: 1_000,
    column: 'normal',
    draw: (random, { normal }) => 0.3 + normal(random),
  },
];

/** Shares of drifted windows in which one feature of 20 changed. */
export function* powerCells(
  population: Population,
  { runs, seed, references = REFERENCES, changes = CHANGES }: Options,
): Iterable<Cell> {
  for (const { name, rows, column, draw, leastReference = 0 } of changes) {
    const random = Random.fromSeed(seed);
    const found = references.map(() => 0);
    let profiles: readonly Profile[] = [];
    for (let run = 0; run < runs; run++) {
      profiles = renewed(profiles, population, references, run, random);
      const drawn = population.draw(rows, random);
      const values = columnOf(Array.from({ length: rows }, () => draw(random, population)));
      const columns = new Map([...drawn.table.columns, [column, values] as const]);
      profiles.forEach((profile, i) => {
        const changed = { ...drawn, table: { rows, columns } };
        found[i] = (found[i] as number) + Number(isDrifted(profile, changed));
      });
    }
    yield* found.map((count, i) => ({
      name: `${name}, ${rows} rows beside ${references[i]}`,
      value: count / runs,
      ...((references[i] as number) >= leastReference && { atLeast: 0.9 }), // as many as counts
    }));
  }
}

/** The profiles of a run: those whose references are used up are fitted to new rows. */
function renewed(
  profiles: readonly Profile[],
  population: Population,
  references: readonly number[],
  run: number,
  random: Random,
): readonly Profile[] {
  return references.map((rows, i) => {
    const last = profiles[i];
    if (last !== undefined && run % perReference(rows) !== 0) return last;
    const { table, scores } = population.draw(rows, random);
    return fitProfile(table, NAMES, { scores });
  });
}

function isDrifted(profile: Profile, { table, scores }: Drawn): boolean {
  const window = emptyWindow(profile);
  addRows(window, profile, table);
  addScores(window, profile, scores);
  return evaluateDrift(profile, window, SPEC, SCOPE).verdict === 'drifted';
}

function columnOf(values: readonly (number | string)[]): Column {
  if (typeof values[0] === 'number') return { kind: 'numeric', values: Float64Array.from(values, Number) };
  const dictionary = [...new Set(values.map(String))];
  const codes = Int32Array.from(values, (value) => dictionary.indexOf(String(value)));
  return { kind: 'category', dictionary, codes };
}
