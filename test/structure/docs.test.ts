import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runMain } from '../bin/run-main.ts';
import { anchorsOf, commandsOf, linksOf, mlopsWords, PAGES, ROOT, readPage, sentencesOf } from './pages.ts';
import { wordingProblems } from './wording.ts';

/** Links of a page that lead nowhere. */
function brokenLinks(page: string, text: string): string[] {
  return linksOf(text).flatMap(({ file, anchor }) => {
    const target = file === '' ? page : normalize(join(dirname(page), file));
    if (!existsSync(join(ROOT, target))) return [`${target} is missing`];
    if (anchor === '') return [];
    const linked = file === '' ? text : readPage(target);
    return anchorsOf(linked).has(anchor) ? [] : [`${target} has no heading #${anchor}`];
  });
}

/** Code spans that are paths of the repository and are not there. */
function missingPaths(text: string): string[] {
  return [...text.matchAll(/`((?:bin|blueprints|constructs|docs|lambdas|stacks|test)\/[\w./-]+)`/g)]
    .map(([, path]) => String(path))
    .filter((path) => !/churn|your-model/.test(path) && !existsSync(join(ROOT, path)));
}

const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
const NPM = ['ci', 'cit', 'install', 'start', 'test'];
/** Programs of the packages that are installed, or that a command names. */
const PROGRAMS = ['cdk', 'cdktf', 'vitest'];

/** What a command names that its program does not have. */
async function unknownParts(command: string): Promise<string[]> {
  const words = mlopsWords(command);
  if (words !== undefined) return unknownOptions(words.filter((word) => !/^[A-Z]/.test(word)));
  const [, script] = /^npm run ([\w:]+)/.exec(command) ?? [];
  if (script !== undefined) return scripts[script] === undefined ? [`npm run ${script}`] : [];
  const [, word] = /^npm (\w+)/.exec(command) ?? [];
  if (word !== undefined) return NPM.includes(word) ? [] : [`npm ${word}`];
  const [, program] = /^npx (?:--package=\S+ )?(\S+)/.exec(command) ?? [];
  if (program !== undefined) return PROGRAMS.includes(program) ? [] : [`npx ${program}`];
  return statSync(join(ROOT, '.ci/run')).isFile() && command === '.ci/run' ? [] : [command];
}

const known = new Map<string, ReadonlySet<string> | undefined>();
/** Options in the help of a command; undefined where there is no such command. */
async function optionsOf(words: readonly string[]): Promise<ReadonlySet<string> | undefined> {
  const name = words.join(' ');
  if (!known.has(name)) {
    const { out } = await runMain([...words, '--help']);
    const options = [...out.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, option]) => String(option));
    // For a name that it does not have, the program prints its own help.
    const isIts = name === '' || new RegExp(`^Usage: mlops (?:\\w+\\|)?${name}\\b`, 'm').test(out);
    known.set(name, isIts ? new Set(options) : undefined);
  }
  return known.get(name);
}

async function unknownOptions(words: readonly string[]): Promise<string[]> {
  const path =
    words[0] === 'bundle' ? words.slice(0, 2) : words.slice(0, 1).filter((w) => !w.startsWith('-'));
  const [own, global] = [await optionsOf(path), await optionsOf([])];
  if (own === undefined) return [`mlops ${path.join(' ')}`];
  return words.filter((word) => word.startsWith('--') && !own.has(word) && !global?.has(word));
}

const OTHERS = ['CONTRIBUTING.md', 'CHANGELOG.md', 'blueprints/bank-marketing/README.md'];

describe.each([...PAGES, ...OTHERS])('%s', (page) => {
  const text = readPage(page);

  it('has links to existing files and headings, and names existing files', () => {
    expect(brokenLinks(page, text)).toEqual([]);
    expect(missingPaths(text)).toEqual([]);
  });

  it('has existing commands and options', async () => {
    for (const command of commandsOf(text)) expect(await unknownParts(command), command).toEqual([]);
  });
});

it.each(PAGES)('%s keeps the rules of wording', (page) => {
  expect(sentencesOf(readPage(page)).flatMap(wordingProblems)).toEqual([]);
});

it.each(PAGES.slice(1))('%s begins with its intended readers', (page) => {
  expect(readPage(page).split('\n\n')[1]).toMatch(/^This page is for /);
});

describe('the checks of pages', () => {
  it('detects links to a missing file or heading', () => {
    const text =
      '# Here\n\n[a](no-such.md) [b](#here) [c](#there) [d](../README.md#licence) [f](../README.md#none) [e](https://x.org/y)\n';
    expect(brokenLinks('docs/cli.md', text)).toEqual([
      'docs/no-such.md is missing',
      'docs/cli.md has no heading #there',
      'README.md has no heading #none',
    ]);
    expect(missingPaths('`lambdas/core` and `lambdas/cores`')).toEqual(['lambdas/cores']);
  });

  it.each([
    ['npm run mlops -- demo --sead 1', ['--sead']],
    ['npm start -- --seed 1 --sea 2', ['--sea']],
    ['npm run mlops -- demonstrate', ['mlops demonstrate']],
    ['mlops bundle export churn --digest x', ['--digest']],
    ['npm run tests', ['npm run tests']],
    ['npx cdk list', []],
  ])("detects unknown parts of '%s'", async (command, problems) => {
    expect(await unknownParts(command)).toEqual(problems);
  });

  it('detects each kind of bad wording, by sentence', () => {
    const text = `# What this is\n\nIt runs. Of these, none. A thing by which it ends.\n\n- It tells people.\n- ${'x '.repeat(21)}\n`;
    expect(
      sentencesOf(text)
        .flatMap(wordingProblems)
        .map((problem) => problem.split(':')[0]),
    ).toEqual([
      'the subject comes first',
      'the subject comes first',
      'two sentences instead',
      'a verb of software',
      'at most 20 words',
    ]);
  });
});
