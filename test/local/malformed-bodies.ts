/** Bodies that are not what a model takes, with the status and code that each must get. */

import { gzipSync } from 'node:zlib';
import { GOOD } from '../score/fixture.ts';

export interface Malformed {
  readonly title: string;
  readonly body: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
  /** Of the error, or of one of its problems. */
  readonly code: string;
}

const text = JSON.stringify({ features: GOOD });
const withFeature = (name: string, json: string) =>
  `{"features":{${Object.entries({ ...GOOD, [name]: undefined })
    .map(([key, value]) => `${JSON.stringify(key)}:${key === name ? json : JSON.stringify(value)}`)
    .join()}}}`;
const without = (name: string) => JSON.stringify({ features: { ...GOOD, [name]: undefined } });
const withExtra = (json: string) => `${text.slice(0, -2)},${json}}}`;
const beside = (json: string) => `${text.slice(0, -1)},${json}}`;
const nested = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth);

const syntax: readonly (readonly [title: string, body: string | Uint8Array])[] = [
  ['nothing', ''],
  ['blanks', '  \n'],
  ['a word', 'features'],
  ['a torn object', text.slice(0, -1)],
  ['two documents', text + text],
  ['a trailing comma', '{"features":{},}'],
  ['single quotes', "{'features':{}}"],
  ['a comment', '{/* */"features":{}}'],
  ['NaN', withFeature('age', 'NaN')],
  ['Infinity', withFeature('age', 'Infinity')],
  ['a hexadecimal number', withFeature('age', '0x10')],
  ['a number with a leading zero', withFeature('age', '007')],
  ['a number with a plus sign', withFeature('age', '+1')],
  ['a decimal comma', withFeature('age', '1,5')],
  ['full-width digits', withFeature('age', '１２')],
  ['undefined', withFeature('age', 'undefined')],
  ['a line break in a text', withFeature('job', '"a\nb"')],
  ['a NUL in a text', withFeature('job', '"a\0b"')],
  ['a byte order mark', `\ufeff${text}`],
  ['UTF-16', Buffer.from(text, 'utf16le')],
  ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22])],
  ['an overlong encoding', Buffer.from([0x22, 0xc0, 0xaf, 0x22])],
  ['a surrogate encoded in UTF-8', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
  ['gzip that is not declared', gzipSync(text)],
  ['an unclosed array, 100,000 deep', '['.repeat(100_000)],
];

const forms: readonly (readonly [title: string, body: string, code: string])[] = [
  ['null', 'null', 'request/wrong-type'],
  ['a number', '1', 'request/wrong-type'],
  ['a text', '"features"', 'request/wrong-type'],
  ['true', 'true', 'request/wrong-type'],
  ['an array', `[${text}]`, 'request/wrong-type'],
  ['an array, 100,000 deep', nested(100_000, '[', ']'), 'request/wrong-type'],
  ['an array of half a million elements', `[${'0,'.repeat(500_000)}0]`, 'request/wrong-type'],
  ['no form', '{}', 'request/wrong-form'],
  ['no form but an id', '{"id":"a"}', 'request/wrong-form'],
  ['two forms', '{"rows":[],"key":"a"}', 'request/wrong-form'],
  ['all forms', `{"features":{},"rows":[],"key":"a"}`, 'request/wrong-form'],
  ['a form of another case', '{"Features":{}}', 'request/wrong-form'],
  ['a field beside the features', beside('"model":2'), 'request/unknown-field'],
  ['__proto__ beside the features', beside('"__proto__":{"admin":true}'), 'request/unknown-field'],
  ['constructor beside the features', beside('"constructor":{"prototype":{}}'), 'request/unknown-field'],
  ['only __proto__', '{"__proto__":{"features":{}}}', 'request/wrong-form'],
  ['features that are null', '{"features":null}', 'request/wrong-type'],
  ['features that are an array', '{"features":[1]}', 'request/wrong-type'],
  ['features that are a text', '{"features":"age"}', 'request/wrong-type'],
  ['features given twice, the last one wrong', beside('"features":{}'), 'request/missing-field'],
  ['no feature', '{"features":{}}', 'request/missing-field'],
  ['a missing number', without('age'), 'request/missing-field'],
  ['a missing text', without('job'), 'request/missing-field'],
  ['a missing boolean', without('housing'), 'request/missing-field'],
  ['a missing time', without('called'), 'request/missing-field'],
  ['an extra feature', withExtra('"extra":1'), 'request/unknown-field'],
  ['an extra feature without a name', withExtra('"":1'), 'request/unknown-field'],
  ['__proto__ among the features', withExtra('"__proto__":{"age":1}'), 'request/unknown-field'],
  ['an escaped __proto__', withExtra('"\\u005f_proto__":{"age":1}'), 'request/unknown-field'],
  ['constructor among the features', withExtra('"constructor":{"prototype":{}}'), 'request/unknown-field'],
  ['toString among the features', withExtra('"toString":1'), 'request/unknown-field'],
  ['a number as a text', withFeature('age', '"40"'), 'request/wrong-value'],
  ['an empty text for a number', withFeature('age', '""'), 'request/wrong-value'],
  ['true for a number', withFeature('age', 'true'), 'request/wrong-value'],
  ['an array for a number', withFeature('age', '[40]'), 'request/wrong-value'],
  ['an object for a number', withFeature('age', '{"valueOf":1}'), 'request/wrong-value'],
  ['__proto__ inside a value', withFeature('age', '{"__proto__":{"a":1}}'), 'request/wrong-value'],
  ['1e400', withFeature('age', '1e400'), 'request/wrong-value'],
  ['-1e400', withFeature('age', '-1e400'), 'request/wrong-value'],
  ['a number beyond float32', withFeature('age', '1e39'), 'request/wrong-value'],
  [
    'an array 100,000 deep for a number',
    withFeature('age', nested(100_000, '[', ']')),
    'request/wrong-value',
  ],
  [
    'objects 50,000 deep for a text',
    withFeature('job', `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`),
    'request/wrong-value',
  ],
  ['a number beyond 2^53 for a text', withFeature('job', '9007199254740993'), 'request/wrong-value'],
  ['true for a text', withFeature('job', 'true'), 'request/wrong-value'],
  ['a text of 1,001 characters', withFeature('job', `"${'a'.repeat(1_001)}"`), 'request/wrong-value'],
  ['a lone high surrogate', withFeature('job', '"\\ud800"'), 'request/wrong-value'],
  ['a lone low surrogate', withFeature('job', '"a\\udc00b"'), 'request/wrong-value'],
  ['surrogates the wrong way round', withFeature('job', '"\\udc00\\ud800"'), 'request/wrong-value'],
  ['2 for a boolean', withFeature('housing', '2'), 'request/wrong-value'],
  ['another text for a boolean', withFeature('housing', '"perhaps"'), 'request/wrong-value'],
  ['a number for a time', withFeature('called', '1767323045000'), 'request/wrong-value'],
  ['a time with a zone by name', withFeature('called', '"2026-01-02T03:04:05 CET"'), 'request/wrong-value'],
  ['a time of 24 hours', withFeature('called', '"2026-01-02T24:00:00Z"'), 'request/wrong-value'],
  ['a 30 February', withFeature('called', '"2026-02-30"'), 'request/wrong-value'],
  ['a month 13', withFeature('called', '"2026-13-02T03:04:05Z"'), 'request/wrong-value'],
  ['rows that are an object', '{"rows":{"0":{}}}', 'request/wrong-rows'],
  ['no rows', '{"rows":[]}', 'request/wrong-rows'],
  ['1,001 rows', `{"rows":[${'0,'.repeat(1_000)}0]}`, 'request/wrong-rows'],
  ['a row that is null', '{"rows":[null]}', 'request/wrong-type'],
  ['a row that is an array', '{"rows":[[]]}', 'request/wrong-type'],
  ['a row without features', '{"rows":[{}]}', 'request/wrong-type'],
  ['a bad row among good ones', `{"rows":[${text},{"features":{}}]}`, 'request/missing-field'],
  ['__proto__ in a row', `{"rows":[${beside('"__proto__":{}')}]}`, 'request/unknown-field'],
  ['a key in a row', '{"rows":[{"key":"a"}]}', 'request/unknown-field'],
  ['an id beside rows', `{"rows":[${text}],"id":"a"}`, 'request/unknown-field'],
  ['two rows of one id', `{"rows":[${beside('"id":"a"')},${beside('"id":"a"')}]}`, 'request/duplicate-id'],
  [
    'two rows of one id and event time',
    `{"rows":[${beside('"id":"a","eventTime":"2026-01-01"')},${beside('"id":"a","eventTime":"2026-01-01T00:00Z"')}]}`,
    'request/duplicate-id',
  ],
  ['an event time of 24 hours', beside('"eventTime":"2026-01-02T24:00:00Z"'), 'request/wrong-value'],
  ['an event time that is null', beside('"eventTime":null'), 'request/wrong-value'],
  ['an event time beside rows', `{"rows":[${text}],"eventTime":"2026-01-01"}`, 'request/unknown-field'],
  ['an id that is a number', beside('"id":1'), 'request/wrong-value'],
  ['an id that is null', beside('"id":null'), 'request/wrong-value'],
  ['an empty id', beside('"id":""'), 'request/wrong-value'],
  ['an id of 129 characters', beside(`"id":"${'a'.repeat(129)}"`), 'request/wrong-value'],
  ['an id with a line break', beside('"id":"a\\nb"'), 'request/wrong-value'],
  ['an id with a quote', beside('"id":"a\\"b"'), 'request/wrong-value'],
  ['an id with a path', beside('"id":"../a"'), 'request/wrong-value'],
  ['a key that is a number', '{"key":1}', 'request/wrong-value'],
  ['an empty key', '{"key":""}', 'request/wrong-value'],
  ['a key of 513 characters', `{"key":"${'a'.repeat(513)}"}`, 'request/wrong-value'],
  ['a key with a lone surrogate', '{"key":"\\ud800"}', 'request/wrong-value'],
  ['a key with features', '{"key":"a","extra":1}', 'request/unknown-field'],
  ['a key with a bad id', '{"key":"a","id":"a b"}', 'request/wrong-value'],
];

const JSON_TYPE = { 'content-type': 'application/json' };

export const MALFORMED: readonly Malformed[] = [
  ...syntax.map(([title, body]) => ({ title, body, status: 400, code: 'http/not-json' })),
  ...forms.map(([title, body, code]) => ({ title, body, status: 400, code })),
  { title: 'a key that nobody has', body: '{"key":"a"}', status: 404, code: 'score/unknown-key' },
  {
    title: 'an array of a million elements',
    body: `[${'0,'.repeat(1_000_000)}0]`,
    status: 413,
    code: 'http/too-large',
  },
  { title: 'a body of 1 MiB and a byte', body: ' '.repeat(1_048_577), status: 413, code: 'http/too-large' },
  ...[
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=utf-16',
    'application/jsonp',
    'application/ld+json',
    'json',
    '*/*',
    ';;',
  ].map((type) => ({
    title: `content type ${type}`,
    body: text,
    headers: { 'content-type': type },
    status: 415,
    code: 'http/content-type',
  })),
  ...['gzip', 'br', 'deflate', 'zstd', 'gzip, gzip', 'unknown'].map((encoding) => ({
    title: `content encoding ${encoding}`,
    body: gzipSync(text),
    headers: { ...JSON_TYPE, 'content-encoding': encoding },
    status: 415,
    code: 'http/content-encoding',
  })),
];
