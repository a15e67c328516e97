/** Whether a value is plain JSON of a bounded size, tested before any schema looks at it. */

import { types } from 'node:util';
import type { ErrorCode } from '../lambdas/core/error-codes/index.ts';
import type { Problem } from '../lambdas/core/errors.ts';
import { formatPath } from './problems.ts';
import { UNSAFE_KEYS } from './schema/primitives.ts';

const MAX_DEPTH = 32;
const SHOWN_DEPTH = 4;
const MAX_VALUES = 100_000;
const MAX_PROBLEMS = 50;
/** As long as the longest query. */
const MAX_TEXT = 20_000;

/** Problems of a value that no schema should see: unsafe keys, numbers that are none, code, cycles, excess. */
export function plainDataProblems(input: unknown): Problem[] {
  const problems: Problem[] = [];
  const waiting: { readonly value: unknown; readonly path: readonly PropertyKey[] }[] = [
    { value: input, path: [] },
  ];
  const report = (code: ErrorCode, path: readonly PropertyKey[], message: string) =>
    problems.push({ code, path: formatPath(path), message });

  for (let seen = 0; seen < waiting.length && problems.length < MAX_PROBLEMS; seen += 1) {
    const { value, path } = waiting[seen] as (typeof waiting)[number]; // seen < length
    if (typeof value === 'number' && !Number.isFinite(value)) {
      report('blueprint/not-finite', path, `must be a finite number, got ${value}`);
    } else if (typeof value === 'string' && value.length > MAX_TEXT) {
      report('blueprint/too-long', path, `must have at most ${MAX_TEXT} characters, got ${value.length}`);
    } else if (['function', 'symbol', 'bigint'].includes(typeof value)) {
      report('blueprint/not-data', path, `must be plain data, got a ${typeof value}`);
    }
    if (typeof value !== 'object' || value === null) continue;
    if (!isPlain(value)) {
      report('blueprint/not-data', path, 'must be a plain object or list');
      continue;
    }
    if (path.length >= MAX_DEPTH) {
      report('blueprint/too-deep', path.slice(0, SHOWN_DEPTH), `must not be nested deeper than ${MAX_DEPTH}`);
      break;
    }
    for (const key of Object.keys(value)) {
      const inner = [...path, Array.isArray(value) ? Number(key) : key];
      if (UNSAFE_KEYS.includes(key))
        report('blueprint/unsafe-key', inner, 'is a name that objects keep for themselves');
      else if (Object.getOwnPropertyDescriptor(value, key)?.get !== undefined)
        report('blueprint/not-data', inner, 'must be plain data, got a getter');
      else waiting.push({ value: (value as Record<string, unknown>)[key], path: inner }); // own key
    }
    if (waiting.length > MAX_VALUES) {
      report(
        'blueprint/too-large',
        [],
        `must not hold more than ${MAX_VALUES.toLocaleString('en-US')} values`,
      );
      break;
    }
  }
  return problems;
}

/** A proxy answers each question with code, also with another answer each time. */
function isPlain(value: object): boolean {
  if (types.isProxy(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Array.isArray(value) || isObjectPrototype(prototype);
}

/** `Object.prototype`, also of another realm: jest gives each file of tests one of its own. */
function isObjectPrototype(prototype: unknown): boolean {
  if (prototype === Object.prototype) return true;
  if (typeof prototype !== 'object' || prototype === null || types.isProxy(prototype)) return false;
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf');
}
