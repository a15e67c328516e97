import { PGlite } from '@electric-sql/pglite';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { count, dateOf, plural } from '../../lambdas/core/format.ts';
import { type Feed, requestsOf } from '../../lambdas/demo/replay-data.ts';
import { createTable, insertRows } from '../../lambdas/demo/source-table.ts';
import { CONFIG } from '../score/fixture.ts';

const FEED: Feed = {
  table: {
    name: 't',
    ddl: '',
    columns: ['client', 'at', 'age', 'job', 'housing', 'called', 'ssn', 'salary', 'y'],
  },
  rows: [
    [7, '2020-01-01', 44, 'nurse', true, '2020-01-01T10:00:00Z', '12', 1000, 'yes'],
    [8, '2020-01-02', null, 'baker', false, null, '13', 2000, 'no'],
  ],
  origin: 'generated',
  times: Float64Array.of(Date.UTC(2020, 0, 1), Date.UTC(2020, 0, 2)),
  historyEnd: 0,
};

it('names each feature by its own column, the event by key and time, and no other column of the row', () => {
  expect(JSON.parse(requestsOf(FEED, CONFIG)(0))).toEqual({
    id: '7',
    eventTime: '2020-01-01T00:00:00Z',
    features: {
      age: 44,
      job: 'nurse',
      housing: true,
      called: '2020-01-01T10:00:00Z',
      ssn_length: '12',
      salary: 1000,
    },
  });
});

it('sends a missing value as null', () => {
  expect(JSON.parse(requestsOf(FEED, CONFIG)(1)).features).toMatchObject({ age: null, called: null });
});

it('sends a key that cannot be an id where the model has lags, and makes no id of it', () => {
  const feed = { ...FEED, rows: [['a b ', ...(FEED.rows[0] ?? []).slice(1)]] };
  const past = { kind: 'lag', name: 'before', description: 'd', of: 'age', events: 1 } as const;
  const config = { ...CONFIG, features: { version: 1, fields: [...CONFIG.features.fields, past] } };
  expect(JSON.parse(requestsOf(feed, CONFIG)(0))).not.toHaveProperty('id');
  expect(JSON.parse(requestsOf(feed, config)(0))).toMatchObject({ key: 'a b ' });
});

it('changes one feature in every n-th request during an incident', () => {
  const incident = { feature: 'job', value: 'astronaut', every: 2 };
  const jobs = [0, 1].map((row) => JSON.parse(requestsOf(FEED, CONFIG)(row, incident)).features.job);
  expect(jobs).toEqual(['astronaut', 'baker']);
});

it('writes every text into the database unchanged', async () => {
  const database = await PGlite.create();
  const table = {
    name: 't',
    ddl: 'create table t (id int, text text, flag boolean)',
    columns: ['id', 'text', 'flag'],
  };
  await createTable(database, table);
  const character = fc.constantFrom('\\', '\t', '\n', '\r', 'N', '.', ' ', 'é', '𝄞', '"', ',');
  const texts = fc.array(fc.option(fc.string({ unit: character })), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(texts, async (values) => {
      await database.exec('delete from t');
      await insertRows(
        database,
        table,
        values.map((text, id) => [id, text, id % 2 === 0]),
      );
      const { rows } = await database.query('select text, flag from t order by id');
      expect(rows).toEqual(values.map((text, id) => ({ text, flag: id % 2 === 0 })));
    }),
    { numRuns: 30 },
  );
  await database.close();
});

it('writes numbers, dates and plurals for people', () => {
  expect([count(45_211), dateOf(0), plural(1, 'row'), plural(1_200, 'row')]).toEqual([
    '45,211',
    '1970-01-01',
    '1 row',
    '1,200 rows',
  ]);
});
