/**
 * Expressions of Cloud Workflows: exactly those that our definitions have, with the types that the documentation allows
 * (cloud.google.com/workflows/docs/reference/syntax/datatypes, …/reference/stdlib). Anything else is an error of the
 * test, not of the run.
 */

export type Fields = Readonly<Record<string, unknown>>;

/** An error of a run: a map with tags, or what a step raised. */
export class Raised extends Error {
  readonly value: unknown;
  constructor(value: unknown) {
    super(JSON.stringify(value));
    this.value = value;
  }
}

/** Facts that expressions read beside their variables. */
export interface Surroundings {
  /** Milliseconds since 1970. */
  now(): number;
  readonly variables: Readonly<Record<string, string>>;
}

export const isMap = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const TOKEN = /\s*(?:("[^"]*")|([A-Za-z_][\w.]*)|(\d+)|(==|!=|[+(),[\]]))/y;
const KEYWORDS = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  const pattern = new RegExp(TOKEN);
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex;
    const [, ...groups] = pattern.exec(text) ?? [];
    const token = groups.find((group) => group !== undefined);
    if (token === undefined) throw new Error(`unknown at '${text.slice(at)}' of ${text}`);
    tokens.push(token);
  }
  return tokens;
}

/** The value of the text between `${` and `}`. */
export function evaluate(text: string, scope: ReadonlyMap<string, unknown>, around: Surroundings): unknown {
  const tokens = tokensOf(text);
  const take = (expected?: string): string => {
    const token = tokens.shift();
    if (token === undefined || (expected !== undefined && token !== expected))
      throw new Error(`'${expected ?? 'a value'}' is missing in ${text}`);
    return token;
  };
  const list = (closing: string): unknown[] => {
    const values: unknown[] = [];
    while (tokens[0] !== closing) {
      values.push(either());
      if (tokens[0] === ',') take();
    }
    take(closing);
    return values;
  };
  const primary = (): unknown => {
    const token = take();
    if (token.startsWith('"')) return token.slice(1, -1);
    if (/^\d/.test(token)) return Number(token);
    if (token === '[') return list(']');
    if (token === '(') {
      const value = either();
      take(')');
      return value;
    }
    if (tokens[0] === '(') {
      take();
      return functionOf(token, around)(...list(')'));
    }
    return KEYWORDS.has(token) ? KEYWORDS.get(token) : variable(token, scope);
  };
  const sum = (): unknown => {
    let value = primary();
    while (tokens[0] === '+') {
      take();
      value = textOf(value) + textOf(primary());
    }
    return value;
  };
  const comparison = (): unknown => {
    const value = sum();
    if (tokens[0] === '==' || tokens[0] === '!=')
      return take() === '==' ? same(value, sum()) : !same(value, sum());
    if (tokens[0] !== 'in') return value;
    take();
    const values = sum();
    if (!Array.isArray(values)) throw new Error(`'in' needs a list in ${text}`);
    return values.includes(value);
  };
  const both = (): unknown => operator('and', comparison, (one, other) => one && other);
  const either = (): unknown => operator('or', both, (one, other) => one || other);
  const operator = (
    name: string,
    operand: () => unknown,
    join: (one: boolean, other: boolean) => boolean,
  ) => {
    let value = operand();
    while (tokens[0] === name) {
      take();
      value = join(booleanOf(value), booleanOf(operand()));
    }
    return value;
  };
  const value = either();
  if (tokens.length > 0) throw new Error(`'${tokens.join(' ')}' is left of ${text}`);
  return value;
}

function variable(path: string, scope: ReadonlyMap<string, unknown>): unknown {
  const [name = '', ...keys] = path.split('.');
  if (!scope.has(name)) throw new Error(`no variable ${name}`);
  return keys.reduce((value, key) => {
    if (!isMap(value)) throw new Raised({ tags: ['TypeError'], message: `${path}: not a map` });
    if (!(key in value))
      throw new Raised({ tags: ['KeyError', 'LookupError'], message: `${path}: no ${key}` });
    return value[key];
  }, scope.get(name));
}

/** Only values of one type are compared, or one with null: the documentation is silent on others. */
function same(one: unknown, other: unknown): boolean {
  if (one === null || other === null || typeof one === typeof other) return one === other;
  throw new Error(`${JSON.stringify(one)} is compared with ${JSON.stringify(other)}`);
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Raised({ tags: ['TypeError'], message: `${JSON.stringify(value)} is not a string` });
}

function booleanOf(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new Raised({ tags: ['TypeError'], message: `${JSON.stringify(value)} is not a boolean` });
}

function functionOf(name: string, { now, variables }: Surroundings): (...values: unknown[]) => unknown {
  const functions: Readonly<Record<string, (...values: unknown[]) => unknown>> = {
    default: (value, otherwise) => value ?? otherwise,
    'map.get': (map, keys) =>
      [keys]
        .flat()
        .reduce<unknown>((value, key) => (isMap(value) ? (value[textOf(key)] ?? null) : null), map),
    'text.substring': (text, from, to) => {
      if (textOf(text).length < Number(to))
        throw new Raised({ tags: ['IndexError', 'LookupError'], message: name });
      return textOf(text).slice(Number(from), Number(to));
    },
    'sys.now': () => now() / 1000,
    'time.format': (seconds) => new Date(Number(seconds) * 1000).toISOString().replace('Z', '001Z'),
    'sys.get_env': (key) => {
      const value = variables[textOf(key)];
      if (value === undefined) throw new Error(`no environment variable ${key}`);
      return value;
    },
  };
  const found = functions[name];
  if (found === undefined) throw new Error(`no function ${name}`);
  return found;
}
