import { JSDOM } from 'jsdom';
import { renderReport } from '../../lambdas/report/render-report.ts';
import type { Summary } from '../../lambdas/report/summary.ts';

export const HEAT = 'Drift of every feature in every window';

export const documentOf = (summary: Summary) => new JSDOM(renderReport(summary)).window.document;

/** The texts of a table's rows, by its caption. */
export function tableRows(summary: Summary, caption: string): string[][] {
  const found = [...documentOf(summary).querySelectorAll('table')].find(
    (table) => table.caption?.textContent === caption,
  );
  return [...(found?.rows ?? [])].map((row) => [...row.cells].map((cell) => cell.textContent ?? ''));
}
