import { beforeAll, expect, it } from 'vitest';
import * as kql from '../../../constructs/azure/kql.ts';
import { type LogRow, metricRow, requestRow, runKql } from '../../support/kql-engine.ts';
import { analyseKql } from '../../support/kusto.ts';
import { describeWith, kqlEngine, kusto } from '../../support/tools.ts';

const LINES = { model: 'bank', environment: 'dev', seconds: 900 } as const;
const CHAMPION = { model: 'bank', environment: 'dev', arm: 'champion' } as const;
const ARM = { failed: kql.sumOf('failed', 'champion'), requests: kql.sumOf('requests', 'champion') } as const;
const CALLS = { failed: kql.SERVER_ERRORS, requests: 'count()' } as const;
const calls = (seconds: number) => kql.appRequests({ app: 'bank-score', seconds });

const QUERIES = {
  share: kql.rowWhere(kql.metricLines(LINES), ARM, kql.failedShareAbove(0.05, 3)),
  crashes: kql.rowWhere(calls(900), { ...CALLS, failed: kql.CRASHES }, kql.failedShareAbove(0.05, 3)),
  errors: kql.rowWhere(calls(900), CALLS, kql.failedShareAbove(0.3, 3)),
  slow: kql.rowWhere(
    calls(900),
    { slowest: kql.quantileOfDurations(0.99), requests: 'count()' },
    'slowest > 800 and requests >= 3',
  ),
  psi: kql.rowWhere(kql.metricLines(LINES), { value: kql.meanOf('scorePsi') }, kql.valueAbove(0.2)),
  quiet: kql.rowWherePeriods(calls(86_400), CALLS, kql.failedShareAbove(0.5, 1), {
    periodSec: 900,
    breaching: 4,
  }),
  series: kql.seriesOf(kql.metricLines(LINES), { requests: kql.sumOf('requests') }, 3_600),
  messages: kql.notificationRows(LINES),
  largest: kql.seriesOf(kql.metricLines(LINES), { memory: kql.largestOf('memoryPercent') }, 3_600),
} as const;

const named = (queries: Readonly<Record<string, string>>): kql.AlarmQuery[] =>
  Object.entries(queries).map(([name, query]) => ({ name, query, says: "it isn't well", todo: 'page' }));

describeWith(kusto, 'queries of logs against the parser of their vendor', () => {
  it.each(Object.entries(QUERIES))('%s is valid', (_, query) => {
    expect(analyseKql(query).problems).toEqual([]);
  });

  it('returns what people are told in columns of text', () => {
    expect(analyseKql(kql.alarmRows(named(QUERIES)))).toEqual({
      problems: [],
      columns: kql.ALARM_COLUMNS.map((name) => `${name}: string`),
    });
  });

  it.each([
    [
      'a column that is not there',
      QUERIES.share.replace('parse_json(Message)', 'parse_json(Mesage)'),
      /'Mesage'/,
    ],
    ['a function that is not there', QUERIES.share.replace('ago(', 'agoo('), /'agoo'/],
    ['a table that is not there', QUERIES.share.replace(', AppTraces', ', AppTrace'), /'AppTrace'/],
    ['an operator that is not there', QUERIES.share.replace('summarize', 'summarise'), /operator expected/],
  ])('finds %s', (_, query, problem) => {
    expect(analyseKql(query).problems.join('\n')).toMatch(problem);
  });
});

const { series: _, largest: __, messages: ___, ...alarms } = QUERIES;
/** One query that returns the name of each alarm that fires. */
const FIRING = kql.alarmRows(named(alarms));

const many = (count: number, row: (index: number) => LogRow): LogRow[] =>
  Array.from({ length: count }, (_, index) => row(index));
const champion = (failed: number, requests: number, other = {}, secondsAgo = 60): LogRow =>
  metricRow(secondsAgo, { requests, failed }, { ...CHAMPION, ...other });
const answers = (count: number, status: number, how = {}, app = 'bank-score'): LogRow[] =>
  many(count, () => requestRow(60, app, status, how));
const hourly = (count: number): LogRow[] =>
  many(count, (hour) => requestRow(hour * 3_600 + 1_000, 'bank-score', 503));
const HEALTHY = [champion(0, 100), ...answers(9, 200)];

/** Rows, and the alarms that fire on them. */
const WORLDS: Readonly<Record<string, readonly [rows: readonly LogRow[], alarms: readonly string[]]>> = {
  'no row at all': [[], []],
  'healthy traffic': [HEALTHY, []],
  'failures of the champion above the limit': [[champion(6, 100)], ['share']],
  'failures of the champion at the limit': [[champion(5, 100)], []],
  'fewer failures than the minimum': [[champion(2, 2)], []],
  'failures of another arm': [[champion(9, 9, { arm: 'challenger' })], []],
  'failures of another model': [[champion(9, 9, { model: 'crm' })], []],
  'failures of another environment': [[champion(9, 9, { environment: 'prod' })], []],
  'failures before the window': [[champion(9, 9, {}, 1_000)], []],
  'a line that is not JSON': [
    [{ table: 'AppTraces', secondsAgo: 60, values: { AppRoleName: 'any', Message: 'metric {' } }],
    [],
  ],
  'a third of 5xx': [[...HEALTHY, ...answers(5, 500)], ['errors']],
  'failures of another app': [answers(9, 500, {}, 'crm-score'), []],
  'requests that ended without an answer': [[...HEALTHY, ...answers(3, 0, { success: false })], ['crashes']],
  'slow requests': [answers(4, 200, { ms: 900 }), ['slow']],
  'scores that moved': [[metricRow(60, { scorePsi: 0.4 }, CHAMPION)], ['psi']],
  'scores that moved and came back': [
    many(2, (index) => metricRow(60, { scorePsi: 0.3 * index }, CHAMPION)),
    [],
  ],
  'five failures an hour apart': [hourly(5), ['quiet']],
  'three failures an hour apart': [hourly(3), []],
};

/** The engine translates each query anew. */
const ENGINE_MS = 120_000;

describeWith(kqlEngine, 'queries of logs on rows, by an engine of KQL', () => {
  let fired: Readonly<Record<string, readonly string[]>> = {};
  beforeAll(() => {
    const worlds = Object.values(WORLDS).map(([rows]) => ({ query: FIRING, rows }));
    const results = runKql(worlds);
    fired = Object.fromEntries(
      Object.keys(WORLDS).map((name, index) => [
        name,
        (results[index] ?? []).map(([alarm]) => `${alarm}`).sort(),
      ]),
    );
  }, ENGINE_MS);

  it.each(Object.entries(WORLDS))('find what they are for: %s', (name, [, alarms]) => {
    expect(fired[name]).toEqual(alarms);
  });

  it('find the messages to people', () => {
    const message = (model: string): LogRow => {
      const notification = { severity: 'alarm', subject: 'v7 waits', body: 'b', model, environment: 'dev' };
      return {
        table: 'AppTraces',
        secondsAgo: 60,
        values: { AppRoleName: 'x', Message: JSON.stringify({ message: 'notification', notification }) },
      };
    };
    const [found] = runKql([{ query: QUERIES.messages, rows: [message('bank'), message('crm')] }]);
    expect(found).toEqual([['v7 waits', 'alarm']]);
  });

  it('add the requests of an hour up', () => {
    const rows = many(3, () => metricRow(1, { requests: 7 }, CHAMPION));
    const [series = []] = runKql([{ query: QUERIES.series, rows }]);
    expect(series.map(([, sum]) => Number(sum))).toEqual([21]);
  });
});
