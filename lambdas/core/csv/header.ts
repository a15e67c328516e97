import { closest } from '../closest.ts';
import { RuntimeFailure } from '../errors.ts';
import type { ColumnType } from '../table/table.ts';

/** A column that is read or written. */
export interface CsvColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** For numbers: the texts of a boolean are read too, as 1 and 0. @default false */
  readonly booleans?: boolean;
}

/** Names of the header that a message shows. */
const MAX_SHOWN = 20;
/** Characters of a name that are shown. */
const MAX_TEXT = 60;
/** Delimiters that other tools put between fields. */
const DELIMITERS = [
  [';', "';'"],
  ['\t', 'tabs'],
  ['|', "'|'"],
] as const;

/**
 * Position of each declared column in the file.
 *
 * @param names - The file's header; columns that nobody declared are ignored, and so is a first one without a name: pandas
 *   writes its index so.
 * @throws RuntimeFailure `csv/bad-header` for an empty or repeated name, `csv/missing-column` for absent ones
 */
export function locateColumns(names: readonly string[], declared: readonly CsvColumn[]): Int32Array {
  const positions = new Map<string, number>();
  for (const [position, name] of names.entries()) {
    if (name === '' && position === 0 && names.length > 1) continue;
    if (name === '') throw badHeader(`column ${position + 1} has no name`, 'name it, or remove the column');
    if (positions.has(name))
      throw badHeader(`two columns are named '${name}'`, 'rename or remove one of them');
    positions.set(name, position);
  }
  const missing = declared.filter(({ name }) => !positions.has(name)).map(({ name }) => name);
  if (missing.length > 0) throw missingColumns(missing, [...positions.keys()]);
  return Int32Array.from(declared, ({ name }) => positions.get(name) as number); // none is missing
}

export function badHeader(reason: string, fix?: string): RuntimeFailure {
  return new RuntimeFailure('csv/bad-header', `the header line cannot be used: ${reason}`, {
    ...(fix !== undefined && { fix }),
  });
}

/** Says what the header has, and what each missing name may have been meant by. */
function missingColumns(missing: readonly string[], header: readonly string[]): RuntimeFailure {
  const [only = ''] = header;
  const [delimiter] = DELIMITERS.filter(([text]) => header.length === 1 && only.includes(text));
  const held =
    delimiter === undefined
      ? `the header is ${listOf(header)}`
      : `the header is one column with ${only.split(delimiter[0]).length - 1} ${delimiter[1]}: '${shorten(only)}'`;
  const near = missing.flatMap((name) => {
    const found = closest(name, header);
    return found === undefined ? [] : [`'${shorten(found)}' is renamed to '${name}'`];
  });
  const fix =
    delimiter !== undefined
      ? 'write the file with commas between fields'
      : near.length > 0
        ? `did you mean: ${near.join(', ')}; the header must spell every column that the model reads the same way`
        : 'export every column that the model reads; the header must spell them the same way';
  const names = missing.map((name) => `'${name}'`).join(', ');
  return new RuntimeFailure('csv/missing-column', `the file has no column ${names}; ${held}`, { fix });
}

function listOf(header: readonly string[]): string {
  const shown = header.slice(0, MAX_SHOWN).map((name) => `'${shorten(name)}'`);
  const more = header.length - shown.length;
  return [...shown, ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

/** On one line of a terminal. */
const shorten = (name: string): string => JSON.stringify(name.slice(0, MAX_TEXT)).slice(1, -1);
