/** Titles of tests read alone, as far as a program can count it: by their first word, in every file of tests. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from '@swc/core';
import { describe, expect, it } from 'vitest';
import { ROOT } from './pages.ts';

/** A call that has a title, and where it stands. */
interface Titled {
  readonly file: string;
  readonly call: string;
  /** The text of the title, `X` for each value in it. */
  readonly title: string;
}

/** A relative, a preposition or a conjunction: a fragment that continues the title of its suite. */
const FRAGMENT =
  /^(?:of|that|which|who|whose|whom|what|where|when|while|if|by|in|on|at|to|for|from|with|without|as|before|after|between|and|or|but|also|not|because)\b/i;
/** A verb in the plural whose subject only the suite names. */
const PLURAL = /^(?:are|have|were|do)\b/i;
/** A suite that waits for the rest of a sentence. */
const OPEN_END = /[:,]$|\b(?:because|finds?|that|which|of|with)$/;

/** Titles that break a rule, at most, by area; 0 elsewhere. A bound only falls. */
const BOUNDS: Readonly<Record<string, number>> = { constructs: 13, policy: 1 };

const CALLS = new Set(['describe', 'describeWith', 'it', 'itWith', 'test']);

/** Every titled call of a file; `it.each(rows)(title)` and `describe.each` are among them. */
function titledIn(file: string, source: string): readonly Titled[] {
  const titled: Titled[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if (isNode(node) && node.type === 'CallExpression') {
      const call = nameOf(node.callee);
      const at = call.endsWith('With') ? 1 : 0;
      const title = textOf((node.arguments as { expression: unknown }[])[at]?.expression);
      if (CALLS.has(call) && title !== undefined) titled.push({ file, call, title });
    }
    for (const child of Object.values(node)) visit(child);
  };
  visit(parseSync(source, { syntax: 'typescript', target: 'es2022' }).body);
  return titled;
}

type Node = Readonly<Record<string, unknown>> & { readonly type: string };
const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Partial<Node>).type === 'string';

/** `it` of `it(…)`, `it.each(rows)(…)` and `it.skip(…)`. */
function nameOf(callee: unknown): string {
  if (!isNode(callee)) return '';
  if (callee.type === 'Identifier') return String(callee.value);
  return nameOf(callee.type === 'MemberExpression' ? callee.object : callee.callee);
}

function textOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === 'StringLiteral') return String(node.value);
  if (node.type !== 'TemplateLiteral') return undefined;
  return (node.quasis as { raw: string }[]).map(({ raw }) => raw).join('X');
}

const problemsOf = ({ file, call, title }: Titled): readonly string[] =>
  [
    call === 'test' && 'is a test, not an it',
    FRAGMENT.test(title) && 'opens with a fragment',
    !call.startsWith('describe') && PLURAL.test(title) && 'opens with a plural verb',
    call.startsWith('describe') && OPEN_END.test(title) && 'ends open',
  ].flatMap((problem) => (problem === false ? [] : [`${file}: '${title}' ${problem}`]));

const areaOf = (problem: string): string => String(problem.split('/')[1]);

describe('the titles of tests', () => {
  it('read alone', () => {
    const titled = (readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' }) as string[])
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
      .sort()
      .flatMap((name) => titledIn(`test/${name}`, readFileSync(join(ROOT, 'test', name), 'utf8')));
    console.log(`${titled.length} titles of tests looked at`);
    expect(titled.length).toBeGreaterThan(2_000);
    const problems = titled.flatMap(problemsOf);
    for (const area of new Set(problems.map(areaOf))) {
      const own = problems.filter((problem) => areaOf(problem) === area);
      expect(own.length, own.join('\n')).toBeLessThanOrEqual(BOUNDS[area] ?? 0);
    }
    expect(titled.filter(({ call }) => call === 'test')).toEqual([]);
  });

  it.each([
    ["it('of every kind at once are counted', () => {})", 'opens with a fragment'],
    ["it.each([1])('that %s are counted', () => {})", 'opens with a fragment'],
    ["itWith(python, 'what SciPy gives', () => {})", 'opens with a fragment'],
    ['it(`when there are many rows`, () => {})', 'opens with a fragment'],
    ["describe('when there are none', () => {})", 'opens with a fragment'],
    ["describe('AWS, when it fails:', () => {})", 'ends open'],
    ["describe('a bundle', () => { it('are refused', () => {}); })", 'opens with a plural verb'],
    ["test('counts rows', () => {})", 'is a test, not an it'],
  ])('detects the fault in %s', (source, problem) => {
    expect(titledIn('a.ts', source).flatMap(problemsOf)).toEqual([expect.stringContaining(problem)]);
  });

  it('accepts a predicate, a sentence, a noun phrase and a row of a table', () => {
    const source = [
      "describe('rows of a file', () => { it('counts rejected rows by reason', () => {}); });",
      "describeWith(bank, 'an import from SQL', () => { it.each(ROWS)('%s', () => {}); });",
      "expect(/of/.test('of which')).toBe(true);",
    ].join('\n');
    const titled = titledIn('a.ts', source);
    expect([titled.length, titled.flatMap(problemsOf)]).toEqual([4, []]);
  });
});
