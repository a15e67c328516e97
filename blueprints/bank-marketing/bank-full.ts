/**
 * The real file, `bank-full.csv`, as rows of `contacts`. Its lines are in time order from May 2008 to November 2010
 * but carry no year and no time: a month before the last line's means a new year, and the lines of a day get
 * moments in their order.
 */

import { InvalidInput } from '../../lambdas/core/errors.ts';
import type { RowValue } from '../../lambdas/core/table.ts';
import type { CsvMapping } from '../sample-data.ts';

const HEADER =
  'age,job,marital,education,default,balance,housing,loan,contact,day,month,duration,campaign,pdays,previous,poutcome,y'.split(
    ',',
  );
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const FIRST_YEAR = 2008;
const OPENING_MS = 8 * 3_600_000;
/** The busiest day has 825 calls: a call every 30 seconds ends before 15:00. */
const STEP_MS = 30_000;

function createReader(): (fields: readonly string[]) => readonly RowValue[] {
  let line = 0;
  let year = FIRST_YEAR;
  let lastMonth = 0;
  let lastDay = -1;
  let ofDay = 0;

  return (fields) => {
    line += 1;
    if (fields.length !== HEADER.length)
      throw refused(line, `must have ${HEADER.length} fields, got ${fields.length}`);
    const [age, job, marital, education, inDefault, balance, housing, loan, contact, day, month, ...rest] =
      fields as [string, ...string[]]; // 17 fields
    const [duration, campaign, pdays, previous, poutcome, y] = rest;
    const monthIndex = MONTHS.indexOf(month ?? '');
    if (monthIndex < 0) throw refused(line, `month must be one of ${MONTHS.join(', ')}, got '${month}'`);
    if (monthIndex < lastMonth) year += 1;
    lastMonth = monthIndex;
    const midnight = Date.UTC(year, monthIndex, integer(day, line, 'day'));
    ofDay = midnight === lastDay ? ofDay + 1 : 0;
    lastDay = midnight;
    return [
      line,
      new Date(midnight + OPENING_MS + ofDay * STEP_MS).toISOString(),
      integer(age, line, 'age'),
      job ?? null,
      marital ?? null,
      education ?? null,
      yes(inDefault, line, 'default'),
      integer(balance, line, 'balance'),
      yes(housing, line, 'housing'),
      yes(loan, line, 'loan'),
      contact ?? null,
      integer(campaign, line, 'campaign'),
      integer(pdays, line, 'pdays'),
      integer(previous, line, 'previous'),
      poutcome ?? null,
      integer(duration, line, 'duration'),
      yes(y, line, 'y'),
    ];
  };
}

function integer(text: string | undefined, line: number, name: string): number {
  if (text !== undefined && /^-?\d{1,9}$/.test(text)) return Number(text);
  throw refused(line, `${name} must be a whole number, got '${text}'`);
}

function yes(text: string | undefined, line: number, name: string): boolean {
  if (text === 'yes' || text === 'no') return text === 'yes';
  throw refused(line, `${name} must be yes or no, got '${text}'`);
}

const refused = (line: number, message: string) =>
  new InvalidInput('bank-full.csv', [{ code: 'data/bad-line', path: `row ${line}`, message }]);

/** UCI Bank Marketing. */
export const bankFull: CsvMapping = {
  source:
    'Moro, Rita, Cortez: Bank Marketing, UCI Machine Learning Repository, DOI 10.24432/C5K306, CC BY 4.0',
  header: HEADER,
  createReader,
};
