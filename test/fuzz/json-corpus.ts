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
const caseOf = (title: string, body: string, expected: string): Case => ({
  title,
  input: bytesOf(body),
  expected,
});

/** Beside those that are sent through real HTTP, whose headers are not looked at here. */
const MORE: readonly Case[] = [
  caseOf('reasons that are a number', beside('"reasons":1'), 'request/wrong-value'),
  caseOf('reasons that are null', beside('"reasons":null'), 'request/wrong-value'),
  caseOf('reasons that are a text', beside('"reasons":"true"'), 'request/wrong-value'),
  caseOf('reasons of another case', beside('"Reasons":true'), 'request/unknown-field'),
  caseOf('reasons in a row', `{"rows":[{"features":{},"reasons":true}]}`, 'request/unknown-field'),
  caseOf('rows of rows', '{"rows":[[{}]]}', 'request/wrong-type'),
  caseOf('rows that are a text', '{"rows":"all"}', 'request/wrong-rows'),
  caseOf('rows that are true', '{"rows":true}', 'request/wrong-rows'),
  caseOf('a row that is a number', '{"rows":[1]}', 'request/wrong-type'),
  caseOf('a row with an unknown field', '{"rows":[{"features":{},"x":1}]}', 'request/unknown-field'),
  caseOf('a row whose id is a list', `{"rows":[{"features":{},"id":[]}]}`, 'request/wrong-value'),
  caseOf('a text with a marker', withFeature('age', `"${MARKER}"`), 'request/wrong-value'),
  caseOf('a name with a marker', `{"features":{"${MARKER}":1}}`, 'request/unknown-field'),
  caseOf('an id with a marker', beside(`"id":"${MARKER} x"`), 'request/wrong-value'),
  caseOf('a key with a marker', `{"key":"${MARKER}"}`, 'score/unknown-key'),
  caseOf('a bare null', 'null', 'request/wrong-type'),
  caseOf('a bare number', '1', 'request/wrong-type'),
  caseOf('a bare text', '"features"', 'request/wrong-type'),
  caseOf('a bare list', '[]', 'request/wrong-type'),
  caseOf('a bare true', 'true', 'request/wrong-type'),
  caseOf('a number with a huge exponent', withFeature('age', '1e99999999999'), 'request/wrong-value'),
  caseOf('a number of a thousand digits', withFeature('age', '9'.repeat(1_000)), 'request/wrong-value'),
  caseOf('a nested list for a boolean', withFeature('housing', '[[true]]'), 'request/wrong-value'),
  caseOf('an object for a time', withFeature('called', '{"now":1}'), 'request/wrong-value'),
  caseOf('an empty time', withFeature('called', '""'), 'request/wrong-value'),
  caseOf('a time of the year 10000', withFeature('called', '"10000-01-01"'), 'request/wrong-value'),
  caseOf('a time with a sign', withFeature('called', '"+2026-01-01"'), 'request/wrong-value'),
  caseOf('a time with a NUL', withFeature('called', '"2026-01-01\\u0000"'), 'request/wrong-value'),
  caseOf('prototype as a feature', `{"features":{"prototype":1}}`, 'request/unknown-field'),
  caseOf('hasOwnProperty as a feature', `{"features":{"hasOwnProperty":1}}`, 'request/unknown-field'),
  caseOf('keys by number', `{"features":{"0":1,"1":2}}`, 'request/unknown-field'),
  caseOf('a key of blanks', '{"key":" "}', 'score/unknown-key'),
  caseOf('a key that is a list', '{"key":["a"]}', 'request/wrong-value'),
  caseOf('a key with reasons that are a text', '{"key":"a","reasons":"no"}', 'request/wrong-value'),
  caseOf('a category that was not seen', withFeature('job', '"unseen"'), 'score/refused'),
  caseOf('two rows and a bad one', `{"rows":[${good},${good},{"features":null}]}`, 'request/wrong-type'),
  caseOf('a row with an id of blanks', '{"rows":[{"features":{},"id":" "}]}', 'request/wrong-value'),
  caseOf('features as a number', '{"features":7}', 'request/wrong-type'),
  caseOf('features as true', '{"features":true}', 'request/wrong-type'),
  caseOf('a boolean as another text', withFeature('housing', '"maybe"'), 'request/wrong-value'),
  caseOf('a time as a list', withFeature('called', '[2026,1,1]'), 'request/wrong-value'),
  caseOf('a text as a list', withFeature('job', '["admin"]'), 'request/wrong-value'),
  caseOf('a text as true', withFeature('job', 'true'), 'request/wrong-value'),
  caseOf('a key that is true', '{"key":true}', 'request/wrong-value'),
  caseOf('all features null', withFeature('age', 'null'), 'accepted'),
  caseOf('reasons', beside('"reasons":true'), 'accepted'),
  caseOf('a feature twice, the last one good', `${good.slice(0, -2)},"age":70}}`, 'accepted'),
  caseOf('numbers at the edge of float32', withFeature('age', '3.4028234663852886e38'), 'accepted'),
  caseOf('minus zero', withFeature('age', '-0'), 'accepted'),
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
