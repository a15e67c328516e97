import type { FeatureSpec, NumericFeature } from '../../../lambdas/core/features/spec.ts';
import type { CategoryColumn, Column, NumericColumn, Table } from '../../../lambdas/core/table/table.ts';

/** A column of numbers; null is missing. */
export function numbers(values: readonly (number | null)[]): NumericColumn {
  return { kind: 'numeric', values: Float64Array.from(values, (value) => value ?? Number.NaN) };
}

/** A column of texts; null is missing. The dictionary is in order of first appearance unless one is given. */
export function texts(
  values: readonly (string | null)[],
  dictionary: readonly string[] = [...new Set(values)].filter((text) => text !== null),
): CategoryColumn {
  return {
    kind: 'category',
    codes: Int32Array.from(values, (text) => dictionary.indexOf(text ?? '\0')),
    dictionary,
  };
}

export function tableOf(columns: Readonly<Record<string, Column>>): Table {
  const [first] = Object.values(columns);
  const rows = first === undefined ? 0 : (first.kind === 'numeric' ? first.values : first.codes).length;
  return { rows, columns: new Map(Object.entries(columns)) };
}

/** A feature without its description. */
export type Declared = FeatureSpec['fields'][number] extends infer F
  ? F extends { readonly description: string }
    ? Omit<F, 'description'>
    : never
  : never;

export function specOf(...fields: readonly Declared[]): FeatureSpec {
  return { version: 3, fields: fields.map((field) => ({ ...field, description: 'described' })) };
}

/** What of a numeric feature a test varies. */
export type NumericOptions = Pick<NumericFeature, 'impute' | 'scale'>;
