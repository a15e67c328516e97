/**
 * The real file, `bank-full.csv`, as rows of `contacts`. Its lines are in time order from May 2008 to November 2010
 * but carry no year and no time: a month before the last line's means a new year, and the lines of a day get
 * moments in their order.
 */

import { InvalidInput } from '../../lambdas/core/errors.ts';
import type { RowValue } from '../../lambdas/core/table/table.ts';
import type { CsvMapping } from '../sample-data.ts';

const HEADER = [
  'age',
  'job',
  'marital',
  'education',
  'default',
  'balance',
  'housing',
  'loan',
  'contact',
  'day',
  'month',
  'duration',
  'campaign',
  'pdays',
  'previous',
  'poutcome',
  'y',
] as const;
type Field = (typeof HEADER)[number];

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
    const text = (name: Field): string => fields[HEADER.indexOf(name)] as string; // as many fields as names
    const integer = (name: Field): number => {
      if (/^-?\d{1,9}$/.test(text(name))) return Number(text(name));
      throw refused(line, `${name} must be a whole number, got '${text(name)}'`);
    };
    const yes = (name: Field): boolean => {
      if (text(name) === 'yes' || text(name) === 'no') return text(name) === 'yes';
      throw refused(line, `${name} must be yes or no, got '${text(name)}'`);
    };

    const month = MONTHS.indexOf(text('month'));
    if (month < 0) throw refused(line, `month must be one of ${MONTHS.join(', ')}, got '${text('month')}'`);
    if (month < lastMonth) year += 1;
    lastMonth = month;
    const midnight = Date.UTC(year, month, integer('day'));
    ofDay = midnight === lastDay ? ofDay + 1 : 0;
    lastDay = midnight;
    return [
      line,
      new Date(midnight + OPENING_MS + ofDay * STEP_MS).toISOString(),
      integer('age'),
      text('job'),
      text('marital'),
      text('education'),
      yes('default'),
      integer('balance'),
      yes('housing'),
      yes('loan'),
      text('contact'),
      integer('campaign'),
      integer('pdays'),
      integer('previous'),
      text('poutcome'),
      integer('duration'),
      yes('y'),
    ];
  };
}

const refused = (line: number, message: string) =>
  new InvalidInput('bank-full.csv', [{ code: 'data/bad-line', path: `row ${line}`, message }]);

/** UCI Bank Marketing. */
export const bankFull: CsvMapping = {
  source:
    'Moro, Rita, Cortez: Bank Marketing, UCI Machine Learning Repository, DOI 10.24432/C5K306, CC BY 4.0',
  header: HEADER,
  // In July 2008 the bank began to write down how clients are reached: the first real drift.
  historyMonths: 2,
  createReader,
};
