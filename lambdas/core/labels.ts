/** The values of a label: which of them is the positive class, and how often each occurs. */

import type { ProblemType } from './config.ts';
import type { Problem } from './errors.ts';
import { columnOf } from './table/rows.ts';
import type { Column, Table } from './table/table.ts';
import { booleanOf, categoryText } from './table/values.ts';

type Binary = Extract<ProblemType, { type: 'binary-classification' }>;

/** Values named one by one, the most frequent ones. */
const MAX_SHOWN = 5;
/** Characters of a value that are shown. */
const MAX_TEXT = 40;
/** A binary label has no more. */
const CLASSES = 2;

/** One value of a label. Forms of one value (`1`, `1.0`) are one. */
export interface LabelValue {
  /** As the column first writes it. */
  readonly text: string;
  readonly rows: number;
  readonly positive: boolean;
}

/**
 * The class that a text stands for, as a text that is equal where the class is: the same text or whole number, or,
 * where the positive class is written as `1`, `true` or `t`, the same boolean. `Yes` and `yes` are two texts.
 */
export function classOf(positive: Binary['positive']): (text: string) => string {
  const written = String(positive);
  const writesBoolean = !/^(yes|no|y|n)$/i.test(written) && booleanOf(written) !== undefined;
  return (text) => String((writesBoolean ? booleanOf(text) : undefined) ?? categoryText(text));
}

/** The values of a binary label in a table, most frequent first; rows without a label do not count. */
export function labelValues(table: Table, { label, positive }: Binary): readonly LabelValue[] {
  const read = classOf(positive);
  const wanted = read(String(positive));
  const values = new Map<string, LabelValue>();
  for (const [text, rows] of countTexts(columnOf(table, label))) {
    const known = values.get(read(text)) ?? { text, rows: 0 };
    values.set(read(text), { text: known.text, rows: known.rows + rows, positive: read(text) === wanted });
  }
  return [...values.values()].sort((a, b) => b.rows - a.rows || (a.text < b.text ? -1 : 1));
}

function countTexts(column: Column): readonly (readonly [text: string, rows: number])[] {
  const counts = new Map<number, number>();
  const cells = column.kind === 'numeric' ? column.values : column.codes;
  for (const cell of cells) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  return [...counts].flatMap(([cell, rows]) => {
    const text = column.kind === 'numeric' ? String(cell) : column.dictionary[cell];
    return text === undefined || Number.isNaN(cell) ? [] : [[text, rows] as const]; // -1 and NaN are missing
  });
}

/** Describes a label's values for a message: `positive is 'Yes'; the column 'left' holds yes 397, No 603`. */
export function describeLabel(
  { label, positive }: Binary,
  values: readonly LabelValue[],
  sensitive: readonly string[],
): string {
  const shown = values.slice(0, MAX_SHOWN).map(({ text, rows }) => `${printable(text)} ${rows}`);
  const more = values.length - shown.length;
  const listed = [...shown, ...(more > 0 ? [`${more} more values`] : [])].join(', ');
  const held = sensitive.includes(label) ? `values that are sensitive, ${values.length} in all` : listed;
  const named = typeof positive === 'string' ? `'${positive}'` : String(positive);
  return `positive is ${named}; the column '${label}' holds ${held || 'no value'}`;
}

/** As one line of a terminal, however long or strange the text is. */
const printable = (text: string): string => JSON.stringify(text.slice(0, MAX_TEXT)).slice(1, -1);

/** Returns the problems of a label's values in rows of a source; none if the problem type has no classes. */
export function labelProblems(
  table: Table,
  {
    problem,
    source,
  }: { readonly problem: ProblemType; readonly source: { readonly sensitive: readonly string[] } },
): Problem[] {
  if (problem.type !== 'binary-classification') return [];
  const values = labelValues(table, problem);
  if (values.length <= CLASSES) return [];
  return [
    {
      code: 'label/third-value',
      path: problem.label,
      message: `a label of two classes has ${values.length} values: ${describeLabel(problem, values, source.sensitive)}`,
      allowed: 'the positive value and one other, or nothing where the outcome is not known',
      fix: 'map the label to two values in the query or the file, or leave out the rows of the others',
    },
  ];
}
