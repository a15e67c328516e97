import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { plainDataProblems } from '../../blueprints/plain-data.ts';

const codes = (value: unknown) => plainDataProblems(value).map(({ code }) => code);

it('accepts objects of another realm as plain, as a test of jest passes them', () => {
  expect(codes(runInNewContext('({ name: "churn", fields: [{ name: "plan" }] })'))).toEqual([]);
});

it.each([
  ['a class of another realm', runInNewContext('new (class Model {})()')],
  ['an object that inherits from another', Object.create({ name: 'churn' })],
  ['an object that inherits from one without a prototype', Object.create(Object.create(null))],
  ['an object that inherits from a proxy', Object.create(new Proxy(Object.prototype, {}))],
])('fails for %s', (_, value) => {
  expect(codes(value)).toEqual(['blueprint/not-data']);
});
