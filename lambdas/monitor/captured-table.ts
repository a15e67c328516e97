import type { Profile } from '../core/drift/profile.ts';
import type { Column, RowValue, Table } from '../core/table/table.ts';
import type { Prediction } from '../stores/predictions.ts';

/**
 * The captured features of predictions as a table with the profile's columns. A feature that is never captured is a
 * column without values.
 */
export function capturedTable(profile: Profile, predictions: readonly Prediction[]): Table {
  const captured = predictions.flatMap(({ features }) => (features === undefined ? [] : [features]));
  const columns = profile.columns.map(({ name, kind }): [string, Column] => {
    const values = captured.map((features) => features[name] ?? null);
    return [name, kind === 'numeric' ? toNumbers(values) : toCategories(values)];
  });
  return { rows: captured.length, columns: new Map(columns) };
}

function toNumbers(values: readonly RowValue[]): Column {
  return {
    kind: 'numeric',
    values: Float64Array.from(values, (value) =>
      value === null || typeof value === 'string' ? Number.NaN : Number(value),
    ),
  };
}

function toCategories(values: readonly RowValue[]): Column {
  const codeOf = new Map<string, number>();
  const codes = Int32Array.from(values, (value) => {
    if (typeof value !== 'string') return -1;
    const known = codeOf.get(value) ?? codeOf.size;
    codeOf.set(value, known);
    return known;
  });
  return { kind: 'category', codes, dictionary: [...codeOf.keys()] };
}
