import { parseBlueprint } from '../../blueprints/index.ts';
import { InvalidInput } from '../../lambdas/core/errors.ts';
import { CORPUS } from '../blueprints/corpus.ts';
import { validInput } from '../blueprints/valid.ts';
import { bytesOf, type Case, type Corpus, codes } from './corpus.ts';

function run(input: Uint8Array): string {
  let document: unknown;
  try {
    document = JSON.parse(Buffer.from(input).toString('utf8'));
  } catch {
    return 'not-json'; // a file of another kind never gets here
  }
  try {
    parseBlueprint(document, 'blueprint');
    return 'accepted';
  } catch (error) {
    if (error instanceof InvalidInput) return codes(error.problems.map(({ code }) => code));
    throw error;
  }
}

/** What JSON cannot hold or spells as something else, and what is too long to mutate; their own tests refuse them. */
const NOT_JSON = new Set([
  'nothing',
  'a date',
  'a function',
  'a bigint',
  'a class',
  'a cycle',
  'NaN',
  'Infinity',
  'a million values',
  'a text of 10 MB',
]);
const refused = CORPUS.filter(({ title }) => !NOT_JSON.has(title)).map(
  ({ title, input, code }): Case => ({ title, input: bytesOf(JSON.stringify(input)), expected: code }),
);

export const BLUEPRINTS: Corpus = {
  name: 'blueprints',
  structured: true,
  run,
  good: [bytesOf(JSON.stringify(validInput()))],
  tokens: [
    'null',
    '-1',
    '0',
    '1e308',
    '""',
    '[]',
    '{}',
    'true',
    '"__proto__":1,',
    '"constructor":{},',
    '../',
    '; drop table x',
    '--',
    '/*',
    '"a".b',
    '\\u202e',
    '(a+)+$',
    'http://169.254.169.254',
    '"kind":"lag",',
    '"expression":"a",',
    '9'.repeat(30),
    '['.repeat(500),
  ],
  cases: [
    { title: 'a good one', input: bytesOf(JSON.stringify(validInput())), expected: 'accepted' },
    ...refused,
  ],
};
