import { RuntimeFailure } from '../errors.ts';
import type { ColumnType } from '../table.ts';

/** A column that is read or written. */
export interface CsvColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** Of numbers: the texts of a boolean are read too, as 1 and 0. @default false */
  readonly booleans?: boolean;
}

/**
 * Position of each declared column in the file.
 *
 * @param names - The file's header; columns that nobody declared are ignored.
 * @throws RuntimeFailure `csv/bad-header` for an empty or repeated name, `csv/missing-column` for absent ones
 */
export function locateColumns(names: readonly string[], declared: readonly CsvColumn[]): Int32Array {
  const positions = new Map<string, number>();
  for (const [position, name] of names.entries()) {
    if (name === '') throw badHeader(`column ${position + 1} has no name`);
    if (positions.has(name)) throw badHeader(`two columns are named '${name}'`);
    positions.set(name, position);
  }
  const missing = declared.filter(({ name }) => !positions.has(name)).map(({ name }) => `'${name}'`);
  if (missing.length > 0) {
    throw new RuntimeFailure('csv/missing-column', `the file has no column ${missing.join(', ')}`, {
      fix: 'export every column that the features name; the header must spell them the same way',
    });
  }
  return Int32Array.from(declared, ({ name }) => positions.get(name) as number); // none is missing
}

export function badHeader(reason: string): RuntimeFailure {
  return new RuntimeFailure('csv/bad-header', `the header line cannot be used: ${reason}`);
}
