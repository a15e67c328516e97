/** The group of a row. */

import type { ModelConfig } from '../config.ts';
import { columnNameOf } from '../features/spec.ts';
import { columnOf } from '../table/rows.ts';
import type { Table } from '../table/table.ts';
import type { Group } from './groups.ts';

/** One column, or several whose combinations are the groups. */
export type Attribute = string | readonly string[];

/** As it is shown: `sex`, `age_band and sex`. */
export function attributeName(attribute: Attribute): string {
  return typeof attribute === 'string' ? attribute : attribute.join(' and ');
}

/** Every attribute that a model is held to or watched by, each once, in order of first appearance. */
export function attributesOf({
  training,
  monitoring,
}: Pick<ModelConfig, 'training' | 'monitoring'>): readonly Attribute[] {
  const named: readonly Attribute[] = [
    ...training.validation.fairness.map(({ attribute }) => attribute),
    ...monitoring.fairness.attributes,
  ];
  return [...new Map(named.map((attribute) => [attributeName(attribute), attribute])).values()];
}

/** The columns of the source that say which group a row belongs to. An attribute may name a feature or a column. */
export function groupColumns(
  attribute: Attribute,
  { features }: Pick<ModelConfig, 'features'>,
): readonly string[] {
  return [attribute].flat().map((name) => {
    const feature = features.fields.find((field) => field.name === name);
    return feature === undefined ? name : columnNameOf(feature);
  });
}

/**
 * The group of each row by its columns; undefined where one of them is missing: nobody's group is guessed.
 *
 * @throws TypeError when the table lacks a column: the caller parsed other ones
 */
export function groupsOf(table: Table, columns: readonly string[]): (row: number) => Group | undefined {
  const readers = columns.map((name) => textReader(table, name));
  return (row) => {
    const texts = readers.map((read) => read(row));
    return texts.every((text) => text !== undefined) ? texts : undefined;
  };
}

/** The text of a cell; a boolean is `true` or `false`. */
function textReader(table: Table, name: string): (row: number) => string | undefined {
  const column = columnOf(table, name);
  if (column.kind === 'category') return (row) => column.dictionary[column.codes[row] as number]; // -1 is missing
  return (row) => {
    const value = column.values[row] as number; // the caller's rows are inside
    return Number.isNaN(value) ? undefined : String(value === 1);
  };
}
