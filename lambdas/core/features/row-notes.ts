/** Warnings about rows before a model is trained on them: columns without a value, and keys that look like one. */

import { columnOf } from '../table/rows.ts';
import type { Column, Table } from '../table/table.ts';
import { columnFeatures } from './columns.ts';
import { columnNameOf, type FeatureSpec } from './spec.ts';

export interface RowNotes {
  /** Columns of features without a value in any row. */
  readonly empty: readonly string[];
  /** Different keys that are equal but for case and spaces around them; each counts as an entity of its own. */
  readonly alikeKeys: number;
}

/** The noteworthy of rows that are about to be learnt from; nothing of a table without rows. */
export function noteRows(table: Table, spec: FeatureSpec, key: string): RowNotes {
  if (table.rows === 0) return { empty: [], alikeKeys: 0 };
  const columns = new Set(columnFeatures(spec).map(columnNameOf));
  const empty = [...columns].filter((name) => isEmpty(columnOf(table, name)));
  return { empty, alikeKeys: alikeKeys(columnOf(table, key)) };
}

/** `'married' has no value in any row; 12 keys differ by case or spaces only`. */
export function describeRowNotes({ empty, alikeKeys: alike }: RowNotes): string {
  return [
    ...empty.map((name) => `'${name}' has no value in any row`),
    ...(alike > 0 ? [`${alike} keys differ by case or spaces only`] : []),
  ].join('; ');
}

const isEmpty = (column: Column): boolean =>
  column.kind === 'numeric' ? column.values.every(Number.isNaN) : column.codes.every((code) => code < 0);

function alikeKeys(column: Column): number {
  if (column.kind === 'numeric') return 0;
  const counts = new Map<string, number>();
  for (const code of new Set(column.codes)) {
    if (code < 0) continue;
    const plain = (column.dictionary[code] as string).trim().toLowerCase(); // a code is of the dictionary
    counts.set(plain, (counts.get(plain) ?? 0) + 1);
  }
  return [...counts.values()].reduce((sum, count) => sum + (count > 1 ? count : 0), 0);
}
