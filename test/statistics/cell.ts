/**
 * One cell of a table of simulations: what came out beside its bar. A file of this folder makes one table, for
 * `npm run bench -- statistics` with many runs, for `*.ci.test.ts` with every cell and fewer, for `*.test.ts` one cell.
 */
export interface Cell {
  /** What was simulated, for people: `AUC, 5 of 1,000`. */
  readonly name: string;
  /** A share between 0 and 1, a width, or a loss. */
  readonly value: number;
  readonly atMost?: number;
  readonly atLeast?: number;
}

/** A table: its title and its cells, in the order of print; `runs` is of each cell, `seed` the first of them. */
export interface Table {
  readonly title: string;
  readonly cells: (options: {
    readonly runs: number;
    readonly seed: number;
  }) => Iterable<Cell> | AsyncIterable<Cell>;
  /** Runs that `npm run bench -- statistics` makes of each cell. */
  readonly runs: number;
}

/** True when the cell is within its bar; a value that is not a number never is. */
export function isHeld({ value, atMost, atLeast }: Cell): boolean {
  return (
    Number.isFinite(value) &&
    (atMost === undefined || value <= atMost) &&
    (atLeast === undefined || value >= atLeast)
  );
}

/** A line for people: name, value, bar, and a mark when the bar is missed. */
export function cellLine(cell: Cell): string {
  const bar = [
    cell.atLeast === undefined ? undefined : `at least ${cell.atLeast}`,
    cell.atMost === undefined ? undefined : `at most ${cell.atMost}`,
  ].filter((part) => part !== undefined);
  return `${isHeld(cell) ? ' ' : '✖'} ${cell.name.padEnd(60)} ${cell.value.toFixed(4).padStart(9)}  ${bar.join(', ')}`;
}
