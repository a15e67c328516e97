import { PGlite, type Results } from '@electric-sql/pglite';
import type { Problem } from '../core/errors.ts';
import type { QueryStep } from '../core/sql/check-steps.ts';
import { tokenize } from '../core/sql/tokens.ts';

/** Class 42, syntax error (postgresql.org/docs/current/errcodes-appendix.html); a table that is missing has another code. */
const SYNTAX_ERROR = '42601';
const EXPLAIN = 'EXPLAIN ';
/** Reserved words that no column is named after. */
const STRUCTURE = new Set(['select', 'from', 'where', 'as', 'and', 'or', 'on']);

/**
 * Parses each step with PostgreSQL's own parser, embedded: no table of the steps needs to exist, and none is read.
 *
 * @param path - Path of the steps in the file that a person wrote.
 * @returns `source/syntax` for each step that PostgreSQL cannot parse
 */
export async function syntaxProblems(
  steps: readonly Pick<QueryStep, 'query'>[],
  path = 'source.steps',
): Promise<Problem[]> {
  const database = await PGlite.create();
  try {
    const reserved = await reservedWords(database);
    const problems: Problem[] = [];
    for (const [index, { query }] of steps.entries()) {
      const error = await syntaxErrorOf(database, query);
      if (error !== undefined) problems.push(describe(error, query, reserved, `${path}[${index}].query`));
    }
    return problems;
  } finally {
    await database.close();
  }
}

interface SyntaxError {
  readonly message: string;
  /** Position of the error in the query, in UTF-16 units. */
  readonly at: number;
}

/** A statement is parsed as a whole before any name in it is looked up, so every other failure means that it parses. */
async function syntaxErrorOf(database: PGlite, query: string): Promise<SyntaxError | undefined> {
  try {
    await database.query(`${EXPLAIN}${query}`);
    return undefined;
  } catch (error) {
    const { code, message, position } = error as {
      readonly code?: string;
      readonly message: string;
      readonly position?: string;
    };
    if (code !== SYNTAX_ERROR) return undefined;
    const characters = Number(position ?? 1) - 1 - EXPLAIN.length; // the server counts code points
    return { message, at: Array.from(query).slice(0, Math.max(0, characters)).join('').length };
  }
}

/** Words that cannot name a column without quotes. */
async function reservedWords(database: PGlite): Promise<ReadonlySet<string>> {
  const { rows }: Results<{ word: string }> = await database.query(
    "SELECT word FROM pg_get_keywords() WHERE catcode IN ('R', 'T')",
  );
  return new Set(rows.map(({ word }) => word));
}

function describe(
  { message, at }: SyntaxError,
  query: string,
  reserved: ReadonlySet<string>,
  path: string,
): Problem {
  const { tokens } = tokenize(query);
  const index = tokens.findIndex((token) => token.at >= at);
  const near = index < 0 ? tokens.slice(-1) : tokens.slice(Math.max(0, index - 1), index + 1);
  const word = near.find(
    ({ kind, text }) => kind === 'word' && reserved.has(text) && !STRUCTURE.has(text),
  )?.text;
  return {
    code: 'source/syntax',
    path,
    message: `is not SQL that PostgreSQL parses: ${message} in line ${query.slice(0, at).split('\n').length}`,
    ...(word !== undefined && {
      fix: `'${word}' is a reserved word; where it names a column, write "${word}" in double quotes`,
    }),
  };
}
