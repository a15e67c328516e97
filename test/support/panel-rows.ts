/**
 * Real data in which keys come back, made ready for a blueprint: a table with one row per key and event time, in order
 * of time. As a program: `node --import tsx test/support/panel-rows.ts sales|hotel FILE.csv.gz > rows.csv`.
 */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

export interface PanelRows {
  readonly header: readonly string[];
  /** Texts as they stand in a CSV file; none needs quotes. */
  readonly rows: readonly (readonly string[])[];
}

const DAY_MS = 86_400_000;
/** The data set names weeks by number only, so their first is any Monday. */
const FIRST_WEEK = Date.UTC(2020, 0, 6);
const WEEKS = 52;
const isoOf = (at: number): string => new Date(at).toISOString();

/**
 * UCI "Sales Transactions Weekly" (W0 to W51 beside each other) as one row per product and week.
 *
 * @param unitsOf - Changes the label. @default as it is
 */
export function weeklySales(
  text: string,
  unitsOf = (units: number, _week: number): number => units,
): PanelRows {
  const [, ...products] = text.trimEnd().split('\n');
  const cells = products.map((line) => line.split(','));
  const weeks = Array.from({ length: WEEKS }, (_, week) => week);
  return {
    header: ['product_code', 'week_of', 'units'],
    rows: weeks.flatMap((week) =>
      cells.map(([code = '', ...units]) => [
        code,
        isoOf(FIRST_WEEK + week * 7 * DAY_MS),
        String(unitsOf(Number(units[week]), week)),
      ]),
    ),
  };
}

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/**
 * "Hotel booking demand" with the time of booking as event time: arrival less lead time. The key is who booked: country,
 * agent and company. Bookings of one key and day are apart by microseconds, in the order of the file. `NULL` is empty.
 */
export function hotelBookings(text: string): PanelRows {
  const [head = '', ...lines] = text.trimEnd().split(/\r?\n/);
  const names = head.split(',');
  const bookings = lines.map((line) => {
    const cells = line.split(',').map((cell) => (cell === 'NULL' || cell === 'NA' ? '' : cell));
    const of = (name: string) => cells[names.indexOf(name)] ?? '';
    const month = MONTHS.indexOf(of('arrival_date_month'));
    const arrival = Date.UTC(Number(of('arrival_date_year')), month, Number(of('arrival_date_day_of_month')));
    const key = [of('country'), of('agent'), of('company')].join('-');
    return { key, at: arrival - Number(of('lead_time')) * DAY_MS, cells };
  });
  bookings.sort((a, b) => a.at - b.at);
  const seen = new Map<string, number>();
  return {
    header: ['booker', 'booked_at', ...names],
    rows: bookings.map(({ key, at, cells }) => {
      const event = `${key} ${at}`;
      const nth = seen.get(event) ?? 0;
      seen.set(event, nth + 1);
      return [key, isoOf(at).replace('.000Z', `.${String(nth).padStart(6, '0')}Z`), ...cells];
    }),
  };
}

/** The rows as a CSV file. */
export const csvOf = ({ header, rows }: PanelRows): string =>
  `${[header, ...rows].map((cells) => cells.join(',')).join('\n')}\n`;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [kind, file = ''] = process.argv.slice(2);
  const text = gunzipSync(readFileSync(file)).toString('utf8');
  process.stdout.write(csvOf(kind === 'sales' ? weeklySales(text) : hotelBookings(text)));
}
