/** Turns what zod found into problems with a code, what was got, what is allowed and how to mend it. */

import * as z from 'zod';
import { closest } from '../lambdas/core/closest.ts';
import type { Problem } from '../lambdas/core/errors.ts';
import type { Expected } from './expected.ts';
import { expectedAt } from './expected.ts';
import { printable } from './printable.ts';
import { meant } from './synonyms.ts';

type Path = readonly PropertyKey[];

/** Whose problems they are. */
export interface About {
  /** The first half of their codes: `blueprint` in `blueprint/missing`. */
  readonly area: string;
  /** What its schema allows at a path. */
  readonly expectedAt: (path: Path, value?: unknown) => Expected;
}

/** About inputs of one schema; its JSON Schema is built when something is wrong, and once. */
export function aboutInputs(area: string, schema: z.ZodType): About {
  let built: unknown;
  return {
    area,
    expectedAt: (path, value) => {
      built ??= z.toJSONSchema(schema, { io: 'input' });
      return expectedAt(built, path, value);
    },
  };
}

/** `features.fields[3].name`. */
export function formatPath(path: Path): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${printable(String(part))}`))
    .join('')
    .replace(/^\./, '');
}

/** A value as a person would recognise it, shortened. */
function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return `an object with ${Object.keys(value).length} keys`;
  return typeof value === 'string' ? `'${printable(value)}'` : String(value);
}

/** The value at this path, or undefined. */
function valueAt(input: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => {
    const inside = typeof value === 'object' && value !== null && Object.hasOwn(value, key);
    return inside ? (value as Record<PropertyKey, unknown>)[key] : undefined; // own property of an object
  }, input);
}

/** All problems of one zod error. */
export function problemsOf(error: z.ZodError, input: unknown, about: About): Problem[] {
  return error.issues
    .flatMap((issue) => fromIssue(issue, input, [], about))
    .map((problem) => ({
      ...problem,
      code: problem.code.includes('/') ? problem.code : `${about.area}/${problem.code}`,
    }));
}

function fromIssue(issue: z.core.$ZodIssue, input: unknown, prefix: Path, about: About): Problem[] {
  const path = [...prefix, ...issue.path];
  const value = valueAt(input, path);
  const at = { path: formatPath(path), got: show(value) };
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(path, key, value, about));
    case 'invalid_type':
      return [
        value === undefined
          ? { code: 'missing', path: at.path, message: 'is required', allowed: a(issue.expected) }
          : { code: 'wrong-type', ...at, message: `must be ${a(issue.expected)}` },
      ];
    case 'too_big':
    case 'too_small':
      return [outside(issue, at)];
    case 'invalid_format':
      return [{ code: 'bad-format', ...at, message: issue.message }];
    case 'invalid_value':
      return [notAllowed(at, issue.values.map(String), value)];
    case 'invalid_union':
      return union(issue, input, path, at, about);
    case 'invalid_key':
      return issue.issues.map(({ message }) => ({
        code: 'bad-format',
        path: at.path,
        message: `the name ${message}`,
      }));
    case 'invalid_element':
    case 'not_multiple_of':
      return [{ code: 'wrong-type', ...at, message: issue.message }];
    case 'custom':
      return [{ code: customCode(issue.params), ...at, message: issue.message }];
  }
}

function unknownKey(path: Path, key: string, value: unknown, about: About): Problem {
  const { keys } = about.expectedAt(path, value);
  const guess = closest(key, keys);
  return {
    code: 'unknown-key',
    path: formatPath([...path, key]),
    message: 'is not a field',
    ...(keys.length > 0 && { allowed: keys.join(', ') }),
    fix: guess === undefined ? 'remove it' : `did you mean '${guess}'?`,
  };
}

function outside(
  issue: z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall,
  at: { readonly path: string; readonly got: string },
): Problem {
  const big = issue.code === 'too_big';
  const bound = (big ? issue.maximum : issue.minimum).toLocaleString('en-US', { maximumFractionDigits: 10 });
  const limit = big ? `at most ${bound}` : `${issue.inclusive === false ? 'more than' : 'at least'} ${bound}`;
  if (issue.origin === 'string' || issue.origin === 'array') {
    const [one, more] = issue.origin === 'string' ? ['character', 'characters'] : ['entry', 'entries'];
    const unit = bound === '1' ? one : more;
    return {
      code: big ? 'too-long' : 'too-short',
      ...at,
      message: `must have ${limit} ${unit}`,
    };
  }
  const isShare = /(share|Threshold|Rate)$/i.test(at.path) && big && issue.maximum === 1;
  const fix = isShare ? { fix: 'shares are fractions: write 0.1 for 10 %' } : {};
  return { code: 'out-of-range', ...at, message: `must be ${limit}`, ...fix };
}

function notAllowed(
  at: { readonly path: string; readonly got: string },
  values: readonly string[],
  value: unknown,
): Problem {
  if (value === undefined)
    return { code: 'missing', path: at.path, message: 'is required', allowed: values.join(', ') };
  const guess = typeof value === 'string' ? (closest(value, values) ?? meant(value, values)) : undefined;
  return {
    code: 'not-allowed',
    ...at,
    message: 'is not one of the values',
    allowed: values.join(', '),
    ...(guess !== undefined && { fix: `did you mean '${guess}'?` }),
  };
}

function union(
  issue: z.core.$ZodIssueInvalidUnion,
  input: unknown,
  path: Path,
  at: { readonly path: string; readonly got: string },
  about: About,
): Problem[] {
  if (issue.discriminator !== undefined) {
    return [notAllowed(at, about.expectedAt(path).values, valueAt(input, path))];
  }
  const value = valueAt(input, path);
  const isObject = typeof value === 'object' && value !== null;
  // The branch that the value was meant for says what is wrong with it: one that looked inside it, or, of a single
  // value, one that only found another value.
  const inner = issue.errors.find((issues) =>
    issues.every((one) => (isObject ? one.path.length > 0 : one.code !== 'invalid_type')),
  );
  if (inner !== undefined) return inner.flatMap((one) => fromIssue(one, input, path, about));
  const message = `must be ${about.expectedAt(path).types.join(' or ')}`;
  return [{ code: 'wrong-type', ...at, message }];
}

function customCode(params: Record<string, unknown> | undefined): string {
  return typeof params?.code === 'string' ? params.code : 'invalid';
}

const a = (type: string): string => ARTICLES[type] ?? `a ${type}`;
const ARTICLES: Readonly<Record<string, string>> = {
  object: 'an object',
  array: 'a list',
  int: 'a whole number',
  string: 'a text',
  record: 'an object',
  boolean: 'true or false',
};
