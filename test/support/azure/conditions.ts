/**
 * Conditions of role assignments, version 2.0: the subset of
 * learn.microsoft.com/azure/role-based-access-control/conditions-format that grants of blobs are written in. A text outside of the
 * subset is an error, so that a condition is never read as something else than it says.
 */

/** A call as Azure sees it when it evaluates a condition. */
export interface ConditionRequest {
  /** `Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read`. */
  readonly action: string;
  /** `Blob.List`. @default - none */
  readonly subOperation?: string;
  /** Attributes by source and name. One that the call does not have matches nothing. */
  readonly attributes: Readonly<Partial<Record<`@${'Resource' | 'Request'}[${string}]`, string>>>;
}

/** A condition that was read: whether it allows a call. */
export type Condition = (request: ConditionRequest) => boolean;

const TOKEN =
  /\s*(?:(?<word>AND|OR|NOT|&&|\|\||[!(){},])|'(?<text>[^']*)'|(?<attribute>@(?:Resource|Request)\[[^\]]+\])|(?<name>[A-Za-z]+))/y;

interface Token {
  readonly kind: 'word' | 'text' | 'attribute' | 'name';
  readonly value: string;
}

/** Operators of texts; each has a form that begins with `StringNot` (conditions-format#string-comparison-operators). */
const OPERATORS: Readonly<Record<string, (left: string, right: string) => boolean>> = {
  StringEquals: (left, right) => left === right,
  StringEqualsIgnoreCase: (left, right) => left.toLowerCase() === right.toLowerCase(),
  StringStartsWith: (left, right) => left.startsWith(right),
  StringStartsWithIgnoreCase: (left, right) => left.toLowerCase().startsWith(right.toLowerCase()),
  StringLike: (left, right) => like(right).test(left),
};

/** A pattern with `*` for any characters and `?` for one. */
const like = (pattern: string): RegExp =>
  new RegExp(
    `^${[...pattern].map((one) => (one === '*' ? '.*' : one === '?' ? '.' : one.replace(/\W/, '\\$&'))).join('')}$`,
    's',
  );

/**
 * Reads a condition.
 *
 * @throws SyntaxError where it is not of the subset, or mixes `AND` and `OR` without parentheses, which Azure refuses
 */
export function readCondition(text: string): Condition {
  const tokens = tokensOf(text);
  let at = 0;
  const peek = (): string | undefined => (tokens[at]?.kind === 'word' ? tokens[at]?.value : undefined);
  const next = (kind: Token['kind'], value?: string): string => {
    const token = tokens[at];
    at += 1;
    if (token?.kind !== kind || (value !== undefined && token.value !== value))
      throw new SyntaxError(`expected ${value ?? kind}, got ${token?.value ?? 'the end'}`);
    return token.value;
  };

  const several = (): Condition => {
    const parts = [single()];
    const operators = new Set<string>();
    for (let word = peek(); word !== undefined && word in JOINS; word = peek()) {
      at += 1;
      operators.add(JOINS[word] ?? '');
      parts.push(single());
    }
    if (operators.size > 1) throw new SyntaxError('AND and OR beside each other need parentheses');
    return operators.has('OR')
      ? (request) => parts.some((part) => part(request))
      : (request) => parts.every((part) => part(request));
  };

  const single = (): Condition => {
    const word = peek();
    if (word === '!' || word === 'NOT') {
      at += 1;
      const inner = single();
      return (request) => !inner(request);
    }
    if (word !== '(') return comparison();
    at += 1;
    const inner = several();
    next('word', ')');
    return inner;
  };

  const comparison = (): Condition => {
    if (tokens[at]?.kind !== 'attribute') return matches();
    const attribute = next('attribute') as `@Resource[${string}]`; // the form of its token
    const operator = comparator(next('name'));
    const value = next('text');
    return ({ attributes }) => {
      const given = attributes[attribute];
      return given !== undefined && operator(given, value);
    };
  };

  const matches = (): Condition => {
    const name = next('name');
    if (name !== 'ActionMatches' && name !== 'SubOperationMatches')
      throw new SyntaxError(`${name} is not of the subset`);
    next('word', '{');
    const pattern = like(next('text').toLowerCase());
    next('word', '}');
    return ({ action, subOperation }) =>
      pattern.test((name === 'ActionMatches' ? action : (subOperation ?? '')).toLowerCase());
  };

  const condition = several();
  if (at < tokens.length) throw new SyntaxError(`${tokens[at]?.value} comes after the end of the condition`);
  return condition;
}

const JOINS: Readonly<Record<string, 'AND' | 'OR'>> = { AND: 'AND', '&&': 'AND', OR: 'OR', '||': 'OR' };

function comparator(name: string): (left: string, right: string) => boolean {
  const positive = OPERATORS[name];
  if (positive !== undefined) return positive;
  const negated = OPERATORS[name.replace(/^StringNot/, 'String')];
  if (negated === undefined) throw new SyntaxError(`the operator ${name} is not of the subset`);
  return (left, right) => !negated(left, right);
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const from = TOKEN.lastIndex;
    const groups = TOKEN.exec(text)?.groups;
    const [kind, value] = Object.entries(groups ?? {}).find(([, one]) => one !== undefined) ?? [];
    if (kind === undefined || value === undefined)
      throw new SyntaxError(`cannot read ${text.slice(from, from + 20)}`);
    tokens.push({ kind: kind as Token['kind'], value }); // the names of the groups
  }
  return tokens;
}
