/** Events of a history: their order, and their keys as numbers. */

import { columnOf, numbersOf } from './rows.ts';
import type { Column, Table } from './table.ts';

/**
 * Row positions of a history in order of event time, one per key and time: of rows that say the same key and
 * time, the last in the table (ingested last) counts. Rows outside [from, to) are left out.
 */
export function orderEvents(
  table: Table,
  names: { readonly key: string; readonly time: string },
  window: { readonly from: number; readonly to: number },
): Int32Array {
  const times = numbersOf(table, names.time);
  const key = keyCodes(columnOf(table, names.key));
  const inside: number[] = [];
  for (let row = 0; row < table.rows; row += 1) {
    const time = times[row] as number; // row < rows
    if (time >= window.from && time < window.to) inside.push(row);
  }
  const timeOf = (row: number) => times[row] as number; // positions come from the table
  inside.sort((a, b) => timeOf(a) - timeOf(b) || key(a) - key(b) || a - b);
  const kept = inside.filter((row, i) => {
    const next = inside[i + 1];
    return next === undefined || timeOf(next) !== timeOf(row) || key(next) !== key(row);
  });
  return Int32Array.from(kept);
}

/** A number per row that is equal where the key is equal. */
export function keyCodes(column: Column): (row: number) => number {
  const numbers = column.kind === 'numeric' ? column.values : column.codes;
  return (row) => numbers[row] as number; // the caller's rows are inside
}
