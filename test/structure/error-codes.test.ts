import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES, type ErrorCode } from '../../lambdas/core/error-codes/index.ts';
import { type Problem, RuntimeFailure } from '../../lambdas/core/errors.ts';
import { errorPage } from '../../stacks/build/error-page.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const CODES = Object.keys(ERROR_CODES) as ErrorCode[]; // the keys of a literal are its type

/** Every source file but the table. */
const SOURCE = ['lambdas', 'bin', 'blueprints', 'constructs', 'stacks'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.m?ts$/.test(name) && !name.includes('error-codes'))
    .map((name) => ({ file: join(folder, name), text: readFileSync(join(ROOT, folder, name), 'utf8') })),
);
const ALL = SOURCE.map(({ text }) => text).join('\n');
/** Checks of `mlops doctor`, whose ids are codes. */
const DOCTOR = SOURCE.filter(({ file }) => /\/doctor\/|^bin\/clouds\//.test(file))
  .map(({ text }) => text)
  .join('\n');

const captured = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].flatMap(([, ...groups]) => groups.filter((group) => group !== undefined));

/** Literals that look like a code and are not one. */
const OTHERS = [
  'application/json',
  'application/octet-stream',
  'application/xml',
  'application/zip',
  'hashicorp/random',
  'hashicorp/time',
  'lambdas/adapters',
  'storage/blobs',
  'storage/queues',
  'store/objects',
  'text/markdown',
  'text/plain',
];

const literals = (text: string): string[] =>
  captured(text, /'([a-z]+\/[a-z0-9]+(?:-[a-z0-9]+)*)'/g).filter((code) => !OTHERS.includes(code));

const notInTable = (codes: readonly string[]): string[] =>
  codes.filter((code) => !Object.hasOwn(ERROR_CODES, code));

/** Codes that are composed: the template, and where the literals of its parts stand. */
interface Composed {
  readonly template: RegExp;
  readonly areas: (file: string) => readonly string[];
  readonly words: (file: string) => readonly string[];
}

const COMPOSED: readonly Composed[] = [
  {
    template: /`http\/\$\{refusal\}`/,
    areas: () => ['http'],
    words: (file) => captured(file, /^ {2}'?([a-z-]+)'?: \[\d{3},/gm),
  },
  {
    template: /`usage\/\$\{name\}`/,
    areas: () => ['usage'],
    words: (file) => captured(file, /choose\(cloud, '([a-z]+)'/g),
  },
  {
    template: /`source\/\$\{what\}`/,
    areas: () => ['source'],
    words: (file) => captured(file, /problem\(\s*'([a-z-]+)'/g),
  },
  {
    template: /`doctor\/\$\{id\}`/,
    areas: () => ['doctor'],
    words: () => captured(DOCTOR, /(?:\bid: |\bid = |\bcheck\()'([a-z-]+)'/g),
  },
  {
    template: /`\$\{about\.area\}\/\$\{what\}`/,
    areas: () => captured(ALL, /aboutInputs\('([a-z]+)'/g),
    words: (file) => captured(file, /\bwhat: (?:big \? )?'([a-z-]+)'(?: : '([a-z-]+)')?/g),
  },
  {
    template: /`\$\{area\}\/\$\{code\}`/,
    areas: () =>
      captured(
        ALL,
        /failureOf\('([a-z]+)'|createRestClient\(\{\s*area: '([a-z]+)'|serviceClient\(\w+, '([a-z]+)'/g,
      ),
    words: (file) => captured(file, /\bsay\(\s*'([a-z-]+)'/g),
  },
];

function composed({ template, areas, words }: Composed): string[] {
  const file = SOURCE.find(({ text }) => template.test(text))?.text;
  if (file === undefined) throw new Error(`no source file has ${template}`);
  return areas(file).flatMap((area) => words(file).map((word) => `${area}/${word}`));
}

describe('the codes of the source', () => {
  it('includes every code of the source, with those that doc comments promise', () => {
    const thrown = literals(ALL);
    const promised = captured(ALL, /(@throws .*)/g).flatMap((line) =>
      captured(line, /`([a-z]+\/[a-z0-9-]+)`/g),
    );
    expect(notInTable([...thrown, ...promised])).toEqual([]);
    expect(COMPOSED.flatMap((one) => notInTable(composed(one)))).toEqual([]);
    console.log(
      `${SOURCE.length} files, ${thrown.length} literals of ${new Set(thrown).size} codes, ` +
        `${promised.length} promises, ${COMPOSED.length} templates, ${CODES.length} entries looked at`,
    );
  });

  it('has no code that nothing uses', () => {
    const used = new Set([...literals(ALL), ...COMPOSED.flatMap(composed)]);
    expect(CODES.filter((code) => !used.has(code))).toEqual([]);
  });

  it('lists each code once', () => {
    const folder = join(ROOT, 'lambdas/core/error-codes');
    const keys = readdirSync(folder).flatMap((name) =>
      captured(readFileSync(join(folder, name), 'utf8'), /^ {2}'([a-z]+\/[a-z0-9-]+)': \{$/gm),
    );
    expect(keys.sort()).toEqual(CODES.toSorted());
  });

  it('detects planted codes', () => {
    expect(notInTable(literals("throw new RuntimeFailure('csv/planted', 'x'); f('csv/nul');"))).toEqual([
      'csv/planted',
    ]);
  });

  it('does not compile with a code that is not in the table', () => {
    // @ts-expect-error the code is not in the table
    const failure = new RuntimeFailure('csv/planted', 'x');
    // @ts-expect-error the code is not in the table
    const problem: Problem = { code: 'csv/planted', path: '', message: 'x' };
    expect([failure.code, problem.code]).toEqual(['csv/planted', 'csv/planted']);
  });

  it('bundles codes into functions as types, without the texts', () => {
    const carriers = SOURCE.filter(
      ({ file, text }) =>
        /^(lambdas|blueprints|constructs)\//.test(file) && /^import (?!type )[^;]*error-codes/m.test(text),
    );
    expect(carriers.map(({ file }) => file)).toEqual([]);
  });
});

/** First words of a fix: something that can be done. */
const IMPERATIVES = new Set(
  (
    'Activate Add Approve Ask Build Call Cast Change Check Choose Close Compare Compress Copy Correct Create Declare Delete Deploy Do ' +
    'Download Enable Exchange Export Fill Follow Free Give Grant Hold Import Install Leave Lengthen Load Lower Make Map Merge ' +
    'Move Name Narrow Open Pass Put Raise Read Reduce Reject Remove Rename Repeat Report Request Restore Retry Roll Run Save Select ' +
    'Send Set Shorten Sign Start Store Switch Synchronise Train Treat Trust Upgrade Use Wait Widen Write'
  ).split(' '),
);
/** A sentence has a subject first. */
const OPENERS = /^(?:What|Whatever|Whose|Who|Whoever|Where|Which|When|Of|By|How|Why|There)\b/;
/** Words for people, not for software; and double negations. */
const WORDS =
  /\b(?:tells?|told|says|said|hears?|heard|mends?|judges?|knows?|looks?|set aside|put aside|of which|by which|is no|are no)\b/;

const MAX_WORDS = 20;
const wordsIn = (text: string): number => text.split(/\s+/).length;

/** What is wrong with an entry's words. */
function faults({ meaning, fix }: { readonly meaning: string; readonly fix: string }): string[] {
  return [
    ...(/^[A-Z][^\n|]*\.$/.test(meaning) && /^[A-Z][^\n|]*\.$/.test(fix) ? [] : ['not a sentence']),
    ...(/\. [A-Z]/.test(meaning) ? ['two sentences'] : []),
    ...(OPENERS.test(meaning) ? ['no subject first'] : []),
    ...(WORDS.test(meaning) ? [`'${WORDS.exec(meaning)?.[0]}'`] : []),
    ...(IMPERATIVES.has(fix.split(/\W/, 1)[0] ?? '') ? [] : ['the fix is not an imperative']),
    ...(Math.max(wordsIn(meaning), wordsIn(fix)) > MAX_WORDS ? ['too long'] : []),
  ];
}

describe('the texts of the table of codes', () => {
  it('has a plain sentence and an imperative for each code', () => {
    const found = CODES.flatMap((code) => faults(ERROR_CODES[code]).map((fault) => `${code}: ${fault}`));
    expect(found).toEqual([]);
  });

  it.each([
    ['no subject first', 'What is not CSV.', 'Write CSV.'],
    ["'knows'", 'The reader knows the file.', 'Write CSV.'],
    ['not a sentence', 'the file is empty', 'Write CSV.'],
    ['the fix is not an imperative', 'The file is empty.', 'It should have rows.'],
  ])('refuses a text with a fault: %s', (fault, meaning, fix) =>
    expect(faults({ meaning, fix })).toEqual([fault]),
  );

  it('equals docs/errors.md (npm run docs)', () => {
    const page = readFileSync(join(ROOT, 'docs/errors.md'), 'utf8');
    expect(errorPage()).toBe(page);
    expect(CODES.filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
  });
});
