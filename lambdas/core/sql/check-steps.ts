/**
 * Refuses steps that are not each one SELECT, before any database is asked.
 *
 * This is for early and readable messages. The wall itself is the READ ONLY transaction that the adapter opens and
 * the database role, which should hold nothing but SELECT: a function that a SELECT calls is not looked into here.
 */

import type { Within } from '../error-codes/index.ts';
import type { Problem } from '../errors.ts';
import { type Token, tokenize } from './tokens.ts';

/** One query of an export; later steps may select from its name. The last step is the table. */
export interface QueryStep {
  readonly name: string;
  /** One SELECT, which may begin with WITH; no semicolon. */
  readonly query: string;
  /** Also export this step's rows. @default false */
  readonly keep?: boolean;
}

/** Form of a name that needs no quotes, so that `from <name>` means the step. */
const NAME = /^[a-z_][a-z0-9_]{0,62}$/;

/** Words that only statements which change data or lock rows are made of (`insert into`, `for update`). */
const WRITING = new Set(['insert', 'update', 'delete', 'merge', 'into']);

/** First words of other statements, which the body of a CTE cannot be. */
const STATEMENTS = new Set(
  'alter analyze call checkpoint cluster comment copy create deallocate declare discard do drop execute explain fetch grant import listen load lock notify prepare reassign refresh reindex reset revoke security set truncate vacuum'.split(
    ' ',
  ),
);

/**
 * Every problem of the steps, none when they can be composed.
 *
 * @param path - Path of the steps in the user's input.
 */
export function checkSteps(steps: readonly QueryStep[], path = 'steps'): Problem[] {
  if (steps.length === 0) return [{ code: 'source/no-steps', path, message: 'needs at least one step' }];
  return steps.flatMap(({ name, query }, index) => {
    const earlier = steps.slice(0, index).some((step) => step.name === name);
    return [
      ...checkName(name, earlier, `${path}[${index}].name`),
      ...checkQuery(query, `${path}[${index}].query`),
    ];
  });
}

function checkName(name: string, earlier: boolean, path: string): Problem[] {
  if (!NAME.test(name)) {
    const allowed = 'a letter or _, then letters, digits and _, lower case, at most 63';
    return [
      { code: 'source/invalid-name', path, message: 'is not a name', got: JSON.stringify(name), allowed },
    ];
  }
  if (!earlier) return [];
  return [{ code: 'source/duplicate-step', path, message: 'is the name of an earlier step', got: name }];
}

/** Every problem of one query. */
export function checkQuery(query: string, path: string): Problem[] {
  const problem = (what: Within<'source'>, message: string, fix?: string): Problem => ({
    code: `source/${what}`,
    path,
    message,
    ...(fix !== undefined && { fix }),
  });
  const line = ({ at }: { readonly at: number }): string => `line ${query.slice(0, at).split('\n').length}`;

  if (query.includes('\0')) return [problem('control-character', 'must not hold a NUL character')];
  const { tokens, unterminated } = tokenize(query);
  if (unterminated !== undefined) {
    const { what } = unterminated;
    return [problem('unterminated', `has a ${what} that does not end, begun in ${line(unterminated)}`)];
  }
  const first = tokens[0];
  if (first === undefined) return [problem('empty', 'is empty')];
  if (first.kind !== 'word' || (first.text !== 'select' && first.text !== 'with')) {
    return [problem('not-a-select', 'must begin with SELECT or WITH')];
  }

  const problems: Problem[] = [];
  const semicolon = tokens.find(isSymbol(';'));
  if (semicolon !== undefined) {
    const fix = 'remove the semicolon; give each statement its own step';
    problems.push(problem('several-statements', `must be one statement, has ';' in ${line(semicolon)}`, fix));
  }
  const loose = unbalanced(tokens);
  if (loose !== undefined) {
    problems.push(problem('unbalanced', `has a '${loose.text}' without its partner in ${line(loose)}`));
  }
  const writing = tokens.find((token, index) => writes(token, tokens.slice(Math.max(0, index - 2), index)));
  if (writing !== undefined) {
    const fix = `only SELECT is allowed; if it is a column, write "${writing.text}" in double quotes`;
    problems.push(problem('writes', `has ${writing.text.toUpperCase()} in ${line(writing)}`, fix));
  }
  return problems;
}

const isSymbol = (text: string) => (token: Token | undefined) =>
  token?.kind === 'symbol' && token.text === text;
const isDot = isSymbol('.');
const isOpening = isSymbol('(');
const isClosing = isSymbol(')');

/** @param before - The one or two tokens before it. */
function writes(token: Token, before: readonly Token[]): boolean {
  if (token.kind !== 'word') return false;
  const previous = before.at(-1);
  if (WRITING.has(token.text)) return !isDot(previous);
  // A body that has nothing to do with a window or a column list: `as (grant`, `as materialized (copy`.
  const opener = before.at(-2)?.text;
  return STATEMENTS.has(token.text) && isOpening(previous) && (opener === 'as' || opener === 'materialized');
}

/** The parenthesis that closes nothing, or the outermost that is never closed: neither can leave the CTE. */
function unbalanced(tokens: readonly Token[]): Token | undefined {
  const open: Token[] = [];
  for (const token of tokens) {
    if (isOpening(token)) open.push(token);
    else if (isClosing(token) && open.pop() === undefined) return token;
  }
  return open[0];
}
