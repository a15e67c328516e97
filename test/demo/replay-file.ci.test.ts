import { expect, it } from 'vitest';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import { fileFeed } from '../../lambdas/demo/replay-file.ts';
import { CONFIG } from '../score/fixture.ts';

// PostgreSQL keeps microseconds (postgresql.org/docs/current/datatype-datetime.html), JavaScript's Date does not.
const TIMES = ['2020-01-01T00:00:00.000001Z', '2020-01-01T00:00:00.000002Z', '2020-01-01T00:00:00.000999Z'];
const CALLED = '1999-12-31T23:59:59.999999Z';

const config: ModelConfig = {
  ...CONFIG,
  source: { ...CONFIG.source, steps: [{ name: 'clients', query: 'SELECT * FROM clients', keep: false }] },
};
const { key, eventTime } = config.source;
const header = `${key},${eventTime},age,job,housing,called,ssn,salary,y`;
const text = [header, ...TIMES.map((at) => `7,${at},44,nurse,true,${CALLED},12,1000,yes`)].join('\n');

it('keeps the microseconds of events of one key, in the database and in requests', async () => {
  const open = async () => new Blob([text]).stream();
  const { rows, asked, table } = await fileFeed(config, { path: 'clients.csv', open });
  const at = table.columns.indexOf(eventTime);
  expect(rows.map((row) => row[at])).toEqual(TIMES);
  expect(asked?.times.length).toBe(TIMES.length);
  expect(new Set(asked?.times).size).toBe(TIMES.length);
  expect(asked?.rows[0]?.[asked.table.columns.indexOf('called')]).toBe(CALLED);
});
