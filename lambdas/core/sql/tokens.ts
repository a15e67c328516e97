/**
 * Splits SQL into tokens by PostgreSQL's lexical rules, so that a keyword or a semicolon inside a string, a quoted
 * name or a comment is not taken for one.
 *
 * Source: PostgreSQL documentation 4.1 "Lexical Structure" (standard_conforming_strings is on).
 */

export interface Token {
  /** `word`: an unquoted name, keyword or number, in lower case. `quoted`: a name in double quotes. */
  readonly kind: 'word' | 'quoted' | 'literal' | 'symbol';
  /** Text of a word or a symbol; empty for the others, which never mean a keyword. */
  readonly text: string;
  /** Offset in the SQL, in UTF-16 units. */
  readonly at: number;
}

/** A token that does not end, and its start. */
export interface Unterminated {
  readonly what: 'string' | 'quoted name' | 'comment';
  readonly at: number;
}

export interface Tokens {
  readonly tokens: readonly Token[];
  /** Set when the text ends inside a string, a quoted name or a comment. */
  readonly unterminated?: Unterminated;
}

/** Not part of the meaning, but for block comments. */
const SKIPPED = /(?:[ \t\n\r\f\v]|--[^\n\r]*)+/y;
const COMMENT_EDGE = /\/\*|\*\//g;

const QUOTED_NAME = /(?:[Uu]&)?"(?:[^"]|"")*"(?!")/y;
/** `'it''s'`, also as bits, hexadecimal digits or Unicode. A backslash does not escape a quote here. */
const STRING = /(?:[BbNnXx]|[Uu]&)?'(?:[^']|'')*'(?!')/y;
/**
 * `E'it\'s'`. After white space with a line break a quote continues it by the same rules, so that `\'` still
 * does not end it.
 */
const ESCAPED =
  /[Ee]'(?:[^'\\]|\\[\s\S]|'')*'(?!')(?:(?:[ \t\f\v]|--[^\n\r]*(?=[\n\r]))*[\n\r](?:[ \t\n\r\f\v]|--[^\n\r]*[\n\r])*'(?:[^'\\]|\\[\s\S]|'')*'(?!'))*/y;
/** `$$it's$$`, `$body$it's$body$`. */
const DOLLAR_QUOTED = /(\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$)[\s\S]*?\1/y;
/** Every character above ASCII may be part of a name. */
const WORD = /[A-Za-z_\u0080-\uffff][A-Za-z0-9_$\u0080-\uffff]*|[0-9][A-Za-z0-9_.]*/y;

const QUOTED_BEGIN = /(?:[Uu]&)?"/y;
const STRING_BEGIN = /(?:[BbEeNnXx]|[Uu]&)?'|\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$/y;

/** Splits SQL into tokens, without white space and comments. */
export function tokenize(sql: string): Tokens {
  const tokens: Token[] = [];
  let at = 0;
  /** Returns the end of the text that begins here and has this form, or undefined. */
  const end = (form: RegExp): number | undefined => {
    form.lastIndex = at;
    return form.test(sql) ? form.lastIndex : undefined;
  };
  const take = (kind: Token['kind'], to: number): void => {
    const text = kind === 'word' || kind === 'symbol' ? sql.slice(at, to).toLowerCase() : '';
    tokens.push({ kind, text, at });
    at = to;
  };

  while (at < sql.length) {
    const comment = sql.startsWith('/*', at);
    const skipped = comment ? endOfComment(sql, at) : end(SKIPPED);
    if (skipped !== undefined) {
      at = skipped;
      continue;
    }
    if (comment) return { tokens, unterminated: { what: 'comment', at } };
    const quoted = end(QUOTED_NAME);
    const literal = end(STRING) ?? end(ESCAPED) ?? end(DOLLAR_QUOTED);
    if (quoted !== undefined) take('quoted', quoted);
    else if (literal !== undefined) take('literal', literal);
    else if (end(QUOTED_BEGIN) !== undefined) return { tokens, unterminated: { what: 'quoted name', at } };
    else if (end(STRING_BEGIN) !== undefined) return { tokens, unterminated: { what: 'string', at } };
    else {
      const word = end(WORD);
      if (word === undefined) take('symbol', at + 1);
      else take('word', word);
    }
  }
  return { tokens };
}

/** Comments nest. */
function endOfComment(sql: string, start: number): number | undefined {
  COMMENT_EDGE.lastIndex = start;
  let depth = 0;
  for (let edge = COMMENT_EDGE.exec(sql); edge !== null; edge = COMMENT_EDGE.exec(sql)) {
    depth += edge[0] === '/*' ? 1 : -1;
    if (depth === 0) return COMMENT_EDGE.lastIndex;
  }
  return undefined;
}
