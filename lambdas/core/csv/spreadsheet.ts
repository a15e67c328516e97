/** Texts that a spreadsheet takes for formulas: https://owasp.org/www-community/attacks/CSV_Injection */

/** At the start of a cell, or after what is a separator of cells in some countries. */
const FORMULA = /(?<=^|[;\t])(?=[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20])/g;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** The text with a `'` before what a spreadsheet would take for a formula; a number stays a number. */
export function spreadsheetSafe(text: string): string {
  return NUMBER.test(text) ? text : text.replace(FORMULA, "'");
}
