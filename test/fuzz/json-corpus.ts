import { answerScore } from '../../lambdas/score/http.ts';
import { MALFORMED } from '../local/malformed-bodies.ts';
import { GOOD, scoringBench } from '../score/fixture.ts';
import { bytesOf, type Case, type Corpus } from './corpus.ts';

const bench = scoringBench();
const ready = bench.release(1);
/** A value that no answer may repeat. */
const MARKER = 'CANARY-PII-3';

async function run(body: Uint8Array): Promise<string> {
  await ready;
  bench.lines.length = 0; // records of thousands of requests are looked at by nobody
  const request = { requestId: 'r', contentType: 'application/json', contentEncoding: undefined, body };
  const { status, body: text } = await answerScore(bench.scorer, request);
  await bench.scorer.flush();
  if (status >= 500) throw new Error(`answered ${status}`);
  if (status !== 200 && text.includes(MARKER)) throw new Error('the answer repeats a value');
  const { error } = JSON.parse(text) as { error?: { code: string; problems?: { code: string }[] } };
  if (error === undefined) return 'accepted';
  return [error.code, ...(error.problems ?? []).map(({ code }) => code)].join(' ');
}

const good = JSON.stringify({ features: GOOD });
const beside = (json: string): string => `${good.slice(0, -1)},${json}}`;
const withFeature = (name: string, json: string): string =>
  `{"features":{${Object.entries({ ...GOOD, [name]: 0 })
    .map(([key, value]) => `${JSON.stringify(key)}:${key === name ? json : JSON.stringify(value)}`)
    .join()}}}`;
const one = (title: string, body: string, expected: string): Case => ({
  title,
  input: bytesOf(body),
  expected,
});

/** Beside those that are sent through real HTTP, whose headers are not looked at here. */
const MORE: readonly Case[] = [
  one('reasons that are a number', beside('"reasons":1'), 'request/wrong-value'),
  one('reasons that are null', beside('"reasons":null'), 'request/wrong-value'),
  one('reasons that are a text', beside('"reasons":"true"'), 'request/wrong-value'),
  one('reasons of another case', beside('"Reasons":true'), 'request/unknown-field'),
  one('reasons in a row', `{"rows":[{"features":{},"reasons":true}]}`, 'request/unknown-field'),
  one('rows of rows', '{"rows":[[{}]]}', 'request/wrong-type'),
  one('rows that are a text', '{"rows":"all"}', 'request/wrong-rows'),
  one('rows that are true', '{"rows":true}', 'request/wrong-rows'),
  one('a row that is a number', '{"rows":[1]}', 'request/wrong-type'),
  one('a row with an unknown field', '{"rows":[{"features":{},"x":1}]}', 'request/unknown-field'),
  one('a row whose id is a list', `{"rows":[{"features":{},"id":[]}]}`, 'request/wrong-value'),
  one('a text with a marker', withFeature('age', `"${MARKER}"`), 'request/wrong-value'),
  one('a name with a marker', `{"features":{"${MARKER}":1}}`, 'request/unknown-field'),
  one('an id with a marker', beside(`"id":"${MARKER} x"`), 'request/wrong-value'),
  one('a key with a marker', `{"key":"${MARKER}"}`, 'score/unknown-key'),
  one('a bare null', 'null', 'request/wrong-type'),
  one('a bare number', '1', 'request/wrong-type'),
  one('a bare text', '"features"', 'request/wrong-type'),
  one('a bare list', '[]', 'request/wrong-type'),
  one('a bare true', 'true', 'request/wrong-type'),
  one('a number with a huge exponent', withFeature('age', '1e99999999999'), 'request/wrong-value'),
  one('a number of a thousand digits', withFeature('age', '9'.repeat(1_000)), 'request/wrong-value'),
  one('a nested list for a boolean', withFeature('housing', '[[true]]'), 'request/wrong-value'),
  one('an object for a time', withFeature('called', '{"now":1}'), 'request/wrong-value'),
  one('an empty time', withFeature('called', '""'), 'request/wrong-value'),
  one('a time of the year 10000', withFeature('called', '"10000-01-01"'), 'request/wrong-value'),
  one('a time with a sign', withFeature('called', '"+2026-01-01"'), 'request/wrong-value'),
  one('a time with a NUL', withFeature('called', '"2026-01-01\\u0000"'), 'request/wrong-value'),
  one('prototype as a feature', `{"features":{"prototype":1}}`, 'request/unknown-field'),
  one('hasOwnProperty as a feature', `{"features":{"hasOwnProperty":1}}`, 'request/unknown-field'),
  one('keys by number', `{"features":{"0":1,"1":2}}`, 'request/unknown-field'),
  one('a key of blanks', '{"key":" "}', 'score/unknown-key'),
  one('a key that is a list', '{"key":["a"]}', 'request/wrong-value'),
  one('a key with reasons that are a text', '{"key":"a","reasons":"no"}', 'request/wrong-value'),
  one('a category that was not seen', withFeature('job', '"unseen"'), 'score/refused'),
  one('two rows and a bad one', `{"rows":[${good},${good},{"features":null}]}`, 'request/wrong-type'),
  one('a row with an id of blanks', '{"rows":[{"features":{},"id":" "}]}', 'request/wrong-value'),
  one('features as a number', '{"features":7}', 'request/wrong-type'),
  one('features as true', '{"features":true}', 'request/wrong-type'),
  one('a boolean as another text', withFeature('housing', '"maybe"'), 'request/wrong-value'),
  one('a time as a list', withFeature('called', '[2026,1,1]'), 'request/wrong-value'),
  one('a text as a list', withFeature('job', '["admin"]'), 'request/wrong-value'),
  one('a text as true', withFeature('job', 'true'), 'request/wrong-value'),
  one('a key that is true', '{"key":true}', 'request/wrong-value'),
  one('all features null', withFeature('age', 'null'), 'accepted'),
  one('reasons', beside('"reasons":true'), 'accepted'),
  one('a feature twice, the last one good', `${good.slice(0, -2)},"age":70}}`, 'accepted'),
  one('numbers at the edge of float32', withFeature('age', '3.4028234663852886e38'), 'accepted'),
  one('minus zero', withFeature('age', '-0'), 'accepted'),
];

export const BODIES: Corpus = {
  name: 'bodies',
  structured: true,
  run,
  good: [
    good,
    beside('"id":"a","reasons":true'),
    JSON.stringify({ rows: [{ features: GOOD }, { features: GOOD, id: 'b' }] }),
  ].map(bytesOf),
  tokens: [
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    'null',
    'true',
    '1e400',
    '-0',
    '"__proto__":{}',
    '"constructor":{}',
    '\\ud800',
    '\\u0000',
    '"features":',
    '"rows":',
    '"key":"k"',
    '"id":"x"',
    '['.repeat(2_000),
    '9'.repeat(400),
  ],
  cases: [
    ...MALFORMED.filter(({ headers }) => headers === undefined).map(({ title, body, code }) => ({
      title,
      input: bytesOf(body),
      expected: code,
    })),
    ...MORE,
  ],
};
