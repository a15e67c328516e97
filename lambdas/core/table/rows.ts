import type { Column, ColumnType, Table } from './table.ts';

/** The rows of a table at these positions, in this order. Dictionaries are shared, not rebuilt. */
export function takeRows(table: Table, rows: Int32Array): Table {
  const columns = new Map<string, Column>();
  for (const [name, column] of table.columns) columns.set(name, takeColumn(column, rows));
  return { rows: rows.length, columns };
}

function takeColumn(column: Column, rows: Int32Array): Column {
  // Loops: `from` with a function takes several times as long.
  if (column.kind === 'numeric') {
    const values = new Float64Array(rows.length);
    for (let i = 0; i < rows.length; i += 1) values[i] = column.values[rows[i] as number] ?? Number.NaN; // i < length
    return { kind: 'numeric', values };
  }
  const codes = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i += 1) codes[i] = column.codes[rows[i] as number] ?? -1; // i < length
  return { kind: 'category', codes, dictionary: column.dictionary };
}

/**
 * Tables one under the other, with the columns of the first.
 *
 * @throws TypeError when a column is absent from one of them or of another kind there; the caller parsed them alike
 */
export function concatTables(tables: readonly Table[]): Table {
  const first = tables[0];
  if (first === undefined) return { rows: 0, columns: new Map() };
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const columns = new Map<string, Column>();
  for (const name of first.columns.keys()) {
    const parts = tables.map((table) => columnOf(table, name));
    columns.set(name, parts.every(isNumeric) ? joinNumbers(parts, rows) : joinCategories(name, parts, rows));
  }
  return { rows, columns };
}

/**
 * A table with just these columns; one that it lacks, or holds as another kind, is missing in every row. For rows
 * that were written when other features were declared.
 */
export function withColumns(
  { rows, columns }: Table,
  declared: readonly { readonly name: string; readonly type: ColumnType }[],
): Table {
  const kept = declared.map(({ name, type }) => {
    const missing = missingColumn(type, rows);
    const held = columns.get(name);
    return [name, held?.kind === missing.kind ? held : missing] as const;
  });
  return { rows, columns: new Map(kept) };
}

function missingColumn(type: ColumnType, rows: number): Column {
  return type === 'category'
    ? { kind: 'category', codes: new Int32Array(rows).fill(-1), dictionary: [] }
    : { kind: 'numeric', values: new Float64Array(rows).fill(Number.NaN) };
}

/** The column of this name. @throws TypeError when there is none: a name that the caller did not parse */
export function columnOf(table: Table, name: string): Column {
  const column = table.columns.get(name);
  if (column === undefined) throw new TypeError(`no column '${name}'`);
  return column;
}

/** The numbers of a column. @throws TypeError when it is absent or holds text */
export function numbersOf(table: Table, name: string): Float64Array {
  const column = columnOf(table, name);
  if (column.kind !== 'numeric') throw new TypeError(`column '${name}' holds text`);
  return column.values;
}

/** The texts of a column; undefined where missing. @throws TypeError when it is absent or holds numbers */
export function textsOf(table: Table, name: string): (row: number) => string | undefined {
  const column = columnOf(table, name);
  if (column.kind !== 'category') throw new TypeError(`column '${name}' holds numbers`);
  const { codes, dictionary } = column;
  return (row) => dictionary[codes[row] as number]; // the caller's rows are inside; -1 is missing
}

const isNumeric = (column: Column): column is Extract<Column, { kind: 'numeric' }> =>
  column.kind === 'numeric';

function joinNumbers(parts: readonly Extract<Column, { kind: 'numeric' }>[], rows: number): Column {
  const values = new Float64Array(rows);
  let at = 0;
  for (const part of parts) {
    values.set(part.values, at);
    at += part.values.length;
  }
  return { kind: 'numeric', values };
}

function joinCategories(name: string, parts: readonly Column[], rows: number): Column {
  const codes = new Int32Array(rows).fill(-1);
  const dictionary: string[] = [];
  const codeOf = new Map<string, number>();
  let at = 0;
  for (const part of parts) {
    if (part.kind !== 'category')
      throw new TypeError(`column '${name}' holds numbers in one table, text in another`);
    const recode = part.dictionary.map((text) => {
      const known = codeOf.get(text);
      if (known !== undefined) return known;
      codeOf.set(text, dictionary.length);
      return dictionary.push(text) - 1;
    });
    for (const code of part.codes) {
      codes[at] = recode[code] ?? -1;
      at += 1;
    }
  }
  return { kind: 'category', codes, dictionary };
}
