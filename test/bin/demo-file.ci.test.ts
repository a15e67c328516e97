import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { Random } from '../../lambdas/core/numeric/random.ts';
import type { Summary } from '../../lambdas/report/summary.ts';
import { runMain } from './run-main.ts';

const DAY = 86_400_000;
const START = Date.UTC(2025, 0, 1);

/** What a team has: a blueprint and a table as CSV, no generate.ts. The query renames a column and computes another. */
const BLUEPRINT = {
  schemaVersion: 1,
  name: 'churn-file',
  description: 'Probability that a customer leaves.',
  owner: 'care',
  problem: { type: 'binary-classification', label: 'gone', positive: 1 },
  source: {
    engine: 'postgres',
    steps: [
      {
        name: 'customers_of_window',
        query:
          `SELECT id, seen_at, gone, Tier AS plan, cents::numeric / 100 AS spend, returning FROM crm."Order"
                WHERE seen_at >= current_setting('mlops.from')::timestamptz
                  AND seen_at < current_setting('mlops.to')::timestamptz`.replace('returning', '"returning"'),
      },
    ],
    key: 'id',
    eventTime: 'seen_at',
    schedule: '0 2 * * *',
    expectedRows: 1000,
  },
  features: {
    version: 1,
    fields: [
      { kind: 'categorical', name: 'plan', description: 'tariff, a number' },
      { kind: 'numeric', name: 'spend', description: 'euros' },
      { kind: 'boolean', name: 'returning', description: '0 or 1' },
    ],
  },
  training: { algorithm: 'xgboost', parameters: { rounds: 10 } },
  serving: { online: { requestsPerDay: 20 }, release: { watchHours: 720 } },
  monitoring: { schedule: '0 6 * * *', windowDays: 30, minRows: 50 },
  retraining: { on: { drift: true } },
};

const HEADER = 'tier,cents,id,note,gone,returning,seen_at';

/** Rows of a year, in no order; numbers stand for categories and booleans, keys have spaces. */
function lines(rows: number): string[] {
  const random = Random.fromSeed(7);
  return Array.from({ length: rows }, (_, index) => {
    const tier = 1 + random.below(3);
    const cents = random.below(10_000);
    const gone = Number(random.uniform() < (tier === 3 ? 0.7 : 0.2));
    const at = new Date(START + ((index * 7919) % 240) * DAY + index * 1000).toISOString();
    return `${tier},${cents},customer ${index},"a, b",${gone},${random.below(2)},${at}`;
  });
}

describe('a demonstration of a file, by its blueprint alone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mlops-'));
  const write = (name: string, rows: readonly string[], header = HEADER) => {
    const text = `${[header, ...rows].join('\n')}\n`;
    writeFileSync(join(folder, name), name.endsWith('.gz') ? gzipSync(text) : text);
  };
  const blueprint = (name: string, source: object = {}) => {
    writeFileSync(
      join(folder, name),
      JSON.stringify({ ...BLUEPRINT, source: { ...BLUEPRINT.source, ...source } }),
    );
    return name;
  };
  const demo = (model: string, data: string) =>
    runMain(['demo', join(folder, model), '--data', data, '--cwd', folder]);
  const summary = (): Summary =>
    JSON.parse(readFileSync(join(folder, '.mlops/demo/churn-file/summary.json'), 'utf8'));
  const report = () => readFileSync(join(folder, '.mlops/demo/churn-file/report.html'), 'utf8');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('answers every request and accounts for every row', async () => {
    write('rows.csv.gz', [...lines(900), `1,5,x,,1,perhaps,${new Date(START).toISOString()}`, '1,5,y,,1,0,']);
    const { code, out, err } = await demo(blueprint('blueprint.json'), 'rows.csv.gz');
    expect([code, err]).toEqual([0, expect.stringContaining('rows arrive in table crm.Order: ')]);
    expect(out).toMatch(
      /rows quarantined: 1 csv\/\S+ in returning, 1 prepare\/no-time in seen_at of the file/,
    );
    const { data, requests, answers, drift } = summary();
    expect(data).toMatchObject({ origin: 'file', rows: 900 });
    expect(Object.values(data.setAside)).toEqual([1, 1]);
    expect(requests).toMatchObject({ refusals: [], stopped: null });
    expect(answers.reduce((sum, { ok }) => sum + ok, 0)).toBe(requests.sent);
    expect(requests.sent).toBe(drift.reduce((sum, window) => sum + window.requests.sent, 0));
    expect(requests.sent).toBeGreaterThan(400);
  });

  it('exits with 2 where the champion refuses more than 2 % of the requests, with the reasons', async () => {
    // A text of a database may be longer than one of a request.
    const long = lines(900).map((line, index) =>
      index % 20 === 0 ? line.replace(/^\d/, 'x'.repeat(1001)) : line,
    );
    write('long.csv', long);
    const { code, out, err } = await demo(blueprint('blueprint.json'), 'long.csv');
    expect(code).toBe(2);
    expect(err).toMatch(/refused: \d+ request\/wrong-value at features\.plan/);
    expect(out).toMatch(
      /window 1: \d+ of \d+ requests refused, at most 2 % may be: \d+ request\/wrong-value at/,
    );
    const { requests, drift } = summary();
    expect(requests.stopped).toMatchObject({ window: 1, maxShare: 0.02 });
    expect(requests.refusals).toEqual([
      {
        status: 400,
        code: 'request/wrong-value',
        field: 'features.plan',
        requests: requests.stopped?.refused,
      },
    ]);
    expect(drift).toHaveLength(1);
    expect(report()).toMatch(/Stopped after window 1: \d+ of \d+ requests were refused/);
    expect(report()).toContain('<th scope="row">request/wrong-value</th>');
  });

  it.each([
    ['a header without the event time', HEADER.replace('seen_at', 'when'), {}, 'sample/missing-column'],
    ['a header without a column of the query', HEADER.replace('cents', 'euros'), {}, 'sample/query'],
    [
      'steps of two tables',
      HEADER,
      {
        steps: [
          {
            name: 'a',
            query: BLUEPRINT.source.steps[0]?.query.replace('WHERE', 'JOIN crm.plans USING (id) WHERE'),
          },
        ],
      },
      'sample/two-tables',
    ],
  ])('refuses %s', async (_, header, source, code) => {
    write('odd.csv', lines(10), header);
    const { code: exit, err } = await demo(blueprint('odd.json', source), 'odd.csv');
    expect([exit, err]).toEqual([3, expect.stringContaining(`[${code}]`)]);
  });
});
