/** Turns what zod found into problems with a code, what was got, what is allowed and how to correct it. */

import * as z from 'zod';
import { closest } from '../lambdas/core/closest.ts';
import type { ErrorCode, Within } from '../lambdas/core/error-codes/index.ts';
import type { Problem } from '../lambdas/core/errors.ts';
import type { Expected } from './expected.ts';
import { expectedAt } from './expected.ts';
import { printable } from './printable.ts';
import { meant } from './synonyms.ts';

type Path = readonly PropertyKey[];

type Area = 'blueprint' | 'environment';

/** The second half of a code that both areas have, or a code of the schema's own. */
type Named = { readonly what: Within<'environment'> & Within<'blueprint'> } | { readonly code: ErrorCode };

type Found = Omit<Problem, 'code'> & Named;

/** Kind of input that has the problems. */
export interface About {
  /** The first half of their codes: `blueprint` in `blueprint/missing`. */
  readonly area: Area;
  /** Returns the inputs that its schema allows at a path. */
  readonly expectedAt: (path: Path, value?: unknown) => Expected;
  /** Returns why an object does not have a field that another kind has; undefined for any other field. */
  readonly whyNoField?: ((value: unknown, key: string) => Reason | undefined) | undefined;
}

type Reason = { readonly message: string; readonly fix: string };

/** About inputs of one schema; its JSON Schema is built when something is wrong, and once. */
export function aboutInputs(area: Area, schema: z.ZodType, whyNoField?: About['whyNoField']): About {
  let built: unknown;
  return {
    area,
    whyNoField,
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
    .map((found): Problem => {
      if ('code' in found) return found;
      const { what, ...rest } = found;
      return { code: `${about.area}/${what}`, ...rest };
    });
}

function fromIssue(issue: z.core.$ZodIssue, input: unknown, prefix: Path, about: About): Found[] {
  const path = [...prefix, ...issue.path];
  const value = valueAt(input, path);
  const at = { path: formatPath(path), got: show(value) };
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(path, key, value, about));
    case 'invalid_type':
      return [
        value === undefined
          ? { what: 'missing', path: at.path, message: 'is required', allowed: a(issue.expected) }
          : { what: 'wrong-type', ...at, message: `must be ${a(issue.expected)}` },
      ];
    case 'too_big':
    case 'too_small':
      return [outside(issue, at)];
    case 'invalid_format':
      return [{ what: 'bad-format', ...at, message: issue.message }];
    case 'invalid_value':
      return [notAllowed(at, issue.values.map(String), value)];
    case 'invalid_union':
      return union(issue, input, path, at, about);
    case 'invalid_key':
      return issue.issues.map(({ message }) => ({
        what: 'bad-format',
        path: at.path,
        message: `the name ${message}`,
      }));
    case 'invalid_element':
    case 'not_multiple_of':
      return [{ what: 'wrong-type', ...at, message: issue.message }];
    case 'custom':
      return [{ ...customCode(issue.params), ...at, message: issue.message }];
  }
}

function unknownKey(path: Path, key: string, value: unknown, about: About): Found {
  const { keys } = about.expectedAt(path, value);
  const reason = about.whyNoField?.(value, key);
  if (reason !== undefined) return { what: 'unknown-key', path: formatPath([...path, key]), ...reason };
  const guess = closest(key, keys);
  return {
    what: 'unknown-key',
    path: formatPath([...path, key]),
    message: 'is not a field',
    ...(keys.length > 0 && { allowed: keys.join(', ') }),
    fix: guess === undefined ? 'remove it' : `did you mean '${guess}'?`,
  };
}

function outside(
  issue: z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall,
  at: { readonly path: string; readonly got: string },
): Found {
  const big = issue.code === 'too_big';
  const bound = (big ? issue.maximum : issue.minimum).toLocaleString('en-US', { maximumFractionDigits: 10 });
  const limit = big ? `at most ${bound}` : `${issue.inclusive === false ? 'more than' : 'at least'} ${bound}`;
  if (issue.origin === 'string' || issue.origin === 'array') {
    const [one, more] = issue.origin === 'string' ? ['character', 'characters'] : ['entry', 'entries'];
    const unit = bound === '1' ? one : more;
    return {
      what: big ? 'too-long' : 'too-short',
      ...at,
      message: `must have ${limit} ${unit}`,
    };
  }
  const isShare = /(share|Threshold|Rate)$/i.test(at.path) && big && issue.maximum === 1;
  const fix = isShare ? { fix: 'shares are fractions: write 0.1 for 10 %' } : {};
  return { what: 'out-of-range', ...at, message: `must be ${limit}`, ...fix };
}

function notAllowed(
  at: { readonly path: string; readonly got: string },
  values: readonly string[],
  value: unknown,
): Found {
  if (value === undefined)
    return { what: 'missing', path: at.path, message: 'is required', allowed: values.join(', ') };
  const guess = typeof value === 'string' ? (closest(value, values) ?? meant(value, values)) : undefined;
  return {
    what: 'not-allowed',
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
): Found[] {
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
  const { types } = about.expectedAt(path);
  const objects = isObject ? [] : types.filter((type) => type.startsWith('an object'));
  if (inner !== undefined)
    return inner
      .flatMap((one) => fromIssue(one, input, path, about))
      .map((one) => ('allowed' in one ? { ...one, allowed: [one.allowed, ...objects].join(', or ') } : one));
  const message = `must be ${types.join(' or ')}`;
  return [{ what: 'wrong-type', ...at, message }];
}

function customCode(params: Record<string, unknown> | undefined): Named {
  // The schemas' `refusal` is the only one that gives a code, and takes it from the table.
  return typeof params?.code === 'string' ? { code: params.code as ErrorCode } : { what: 'invalid' };
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
