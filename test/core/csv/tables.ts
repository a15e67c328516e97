import type { CsvColumn } from '../../../lambdas/core/csv/header.ts';
import { type CsvLimits, parseCsv } from '../../../lambdas/core/csv/parse.ts';
import type { Table } from '../../../lambdas/core/table/table.ts';

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** `a:number b:category` */
export function columnsOf(declaration: string): CsvColumn[] {
  return declaration.split(' ').map((part) => {
    const at = part.lastIndexOf(':');
    return { name: part.slice(0, at), type: part.slice(at + 1) as CsvColumn['type'] };
  });
}

/** A table as plain values by column; null is missing. */
export function plain(table: Table): Record<string, (number | string | null)[]> {
  const entries = [...table.columns].map(([name, column]) => [
    name,
    column.kind === 'numeric'
      ? Array.from(column.values, (value) => (Number.isNaN(value) ? null : value))
      : Array.from(column.codes, (code) => column.dictionary[code] ?? null),
  ]);
  return Object.fromEntries(entries);
}

/** Parses text or bytes, cut into pieces where asked. */
export function parse(
  source: string | Uint8Array,
  declaration: string,
  { limits, cuts = [] }: { limits?: CsvLimits; cuts?: readonly number[] } = {},
) {
  const bytes = typeof source === 'string' ? bytesOf(source) : source;
  const edges = [0, ...cuts, bytes.length];
  const chunks = edges.slice(1).map((end, piece) => bytes.subarray(edges[piece], end));
  const { table, badRows } = parseCsv(chunks, { columns: columnsOf(declaration), limits });
  return { values: plain(table), badRows, table };
}

/** `code column line` of each bad row. */
export function reasons(result: { badRows: ReturnType<typeof parse>['badRows'] }): string[] {
  return result.badRows.map(({ code, column = '-', line }) => `${code} ${column} ${line}`);
}
