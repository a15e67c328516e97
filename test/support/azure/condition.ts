/**
 * Conditions of role assignments, version 2.0, as far as this project writes them; anything else is an error of the test
 * (learn.microsoft.com/azure/role-based-access-control/conditions-format).
 */

/** What a condition is asked about. */
export interface AccessRequest {
  readonly action: string;
  /** `Blob.List` of a listing. */
  readonly subOperation?: string;
  /** By source and name: `Resource[…:path]`. An attribute that is absent satisfies no comparison. */
  readonly attributes: Readonly<Record<string, string | undefined>>;
}

type Test = (request: AccessRequest) => boolean;

/**
 * Reads a condition.
 *
 * @throws Error for a text that is not of the language, and for AND and OR side by side, which Azure refuses
 */
export function parseCondition(text: string): Test {
  const tokens = tokensOf(text);
  let at = 0;
  const peek = (): string => tokens[at] ?? '';
  const take = (expected?: string): string => {
    const token = peek();
    if (token === '' || (expected !== undefined && token !== expected))
      throw new Error(`'${token}' instead of ${expected ?? 'a word'} in ${text}`);
    at += 1;
    return token;
  };

  function expression(): Test {
    const parts = [factor()];
    const operator = peek();
    if (operator !== 'AND' && operator !== 'OR') return only(parts);
    while (peek() === operator) {
      take();
      parts.push(factor());
    }
    if (peek() === 'AND' || peek() === 'OR') throw new Error(`AND and OR without parentheses in ${text}`);
    return (request) =>
      operator === 'AND' ? parts.every((one) => one(request)) : parts.some((one) => one(request));
  }

  function factor(): Test {
    if (peek() === 'NOT') {
      take();
      const inner = factor();
      return (request) => !inner(request);
    }
    if (peek() !== '(') return comparison();
    take();
    const inner = expression();
    take(')');
    return inner;
  }

  function comparison(): Test {
    const subject = take();
    if (subject === 'ActionMatches' || subject === 'SubOperationMatches') {
      const [pattern = ''] = list();
      return subject === 'ActionMatches'
        ? ({ action }) => like(action, pattern)
        : ({ subOperation }) => subOperation === pattern;
    }
    const [, attribute] = /^@((?:Resource|Request)\[[\w./:]+\])$/.exec(subject) ?? [];
    if (attribute === undefined) throw new Error(`'${subject}' is neither an attribute nor a function`);
    const operator = take();
    const compare = COMPARISONS[operator];
    if (compare === undefined) throw new Error(`an operator '${operator}'`);
    const values = peek() === '{' ? list() : [textOf(take())];
    return ({ attributes }) => {
      const value = attributes[attribute];
      return value !== undefined && values.some((one) => compare(value, one));
    };
  }

  function list(): string[] {
    take('{');
    const values = [textOf(take())];
    while (peek() === ',') {
      take();
      values.push(textOf(take()));
    }
    take('}');
    return values;
  }

  const whole = expression();
  if (peek() !== '') throw new Error(`'${peek()}' after the condition`);
  return whole;
}

const TOKEN = /\s+|@\w+\[[^\]]+\]|'[^']*'|[(){},!]|&&|\|\||[\w:]+/y;
const WORDS: Readonly<Record<string, string>> = { '&&': 'AND', '||': 'OR', '!': 'NOT' };

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const from = TOKEN.lastIndex;
    const [token] = TOKEN.exec(text) ?? [];
    if (token === undefined) throw new Error(`character ${from} of ${text}`);
    if (token.trim() !== '') tokens.push(WORDS[token] ?? token);
  }
  return tokens;
}

const textOf = (token: string): string => {
  if (!/^'.*'$/.test(token)) throw new Error(`${token} is not a text`);
  return token.slice(1, -1);
};

const only = ([first]: readonly Test[]): Test => first ?? (() => false);

/** `*` stands for any characters, `?` for one. */
function like(value: string, pattern: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's').test(value);
}

const COMPARISONS: Readonly<Record<string, (value: string, other: string) => boolean>> = {
  StringEquals: (value, other) => value === other,
  StringStartsWith: (value, other) => value.startsWith(other),
  StringLike: like,
  'ForAnyOfAnyValues:StringEquals': (value, other) => value === other,
  'ForAnyOfAnyValues:StringStartsWith': (value, other) => value.startsWith(other),
  'ForAnyOfAnyValues:StringLike': like,
};

const BLOBS = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs';

/**
 * A request to a blob or to a container as what its rights are asked about
 * (learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory#permissions-for-blob-service-operations).
 *
 * @param path - After the container: `/models/1/model.ubj?comp=block`, `?restype=container&comp=list&prefix=models/`.
 */
export function blobAccess(method: string, path: string): AccessRequest {
  const { pathname, searchParams: query } = new URL(path, 'https://account/');
  const attributes = { [`Resource[${BLOBS}:path]`]: decodeURIComponent(pathname.slice(1)) };
  if (query.get('restype') === 'container') {
    if (method !== 'GET' || query.get('comp') !== 'list') return { action: 'container', attributes };
    const prefix = query.get('prefix') ?? undefined;
    return {
      action: `${BLOBS}/read`,
      subOperation: 'Blob.List',
      attributes: { [`Request[${BLOBS}:prefix]`]: prefix },
    };
  }
  if (method === 'GET' || method === 'HEAD') return { action: `${BLOBS}/read`, attributes };
  if (method === 'DELETE') return { action: `${BLOBS}/delete`, attributes };
  return {
    action: query.get('comp') === 'appendblock' ? `${BLOBS}/add/action` : `${BLOBS}/write`,
    attributes,
  };
}
