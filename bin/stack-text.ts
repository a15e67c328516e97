import { InvalidInput, RuntimeFailure } from '../lambdas/core/errors.ts';

/** Causes that are followed. */
const MAX_CAUSES = 5;
/** Characters of one error. */
const MAX_SHOWN = 4_000;

/**
 * The stacks of an error and of its causes. Only errors of this project and of the language are read: a foreign class may
 * compute its message from its input, which takes as long as the author of the input wants.
 */
export function stackText(error: unknown): string {
  const shown: string[] = [];
  for (let one = error; one !== undefined && shown.length < MAX_CAUSES; one = causeOf(one))
    shown.push(one instanceof Error ? describe(one) : typeof one);
  return shown.join('\ncaused by ');
}

function describe(error: Error): string {
  return isReadable(error) ? (error.stack ?? error.name).slice(0, MAX_SHOWN) : error.constructor.name;
}

const LANGUAGE: readonly unknown[] = [Error, TypeError, RangeError, SyntaxError, ReferenceError, URIError];

const isReadable = (error: Error): boolean =>
  error instanceof InvalidInput || error instanceof RuntimeFailure || LANGUAGE.includes(error.constructor);

const causeOf = (error: unknown): unknown =>
  error instanceof Error && isReadable(error) ? error.cause : undefined;
