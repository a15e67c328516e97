/** Names that must fit a limit: cut, with a digest of the whole in place of the rest. */

import { createHash } from 'node:crypto';

/** Hexadecimal digits of the digest. Two names with the same start and end have equal digits once in 16.8 million pairs. */
const DIGITS = 6;
/** Fewest characters of the start that still point to the model. */
const LEAST_START = 3;

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, DIGITS);

/** Returns the start of a text without dashes at its end. */
const start = (text: string, length: number): string => text.slice(0, length).replace(/-+$/, '');

/**
 * Returns the text itself if it fits, else its start with the digest of the whole.
 *
 * @param max - Characters of the longest name, at least 8.
 */
export function shortName(text: string, max: number): string {
  return text.length <= max ? text : `${start(text, max - DIGITS - 1)}-${digest(text)}`;
}

/**
 * Returns `<model>-<environment>-<part>`. If that is too long, model and environment are cut and the part stays whole:
 * the name of a function or account ends in its purpose.
 *
 * @param max - Characters of the longest name, at least 8.
 */
export function partName(model: string, environment: string, part: string, max: number): string {
  const whole = `${model}-${environment}-${part}`;
  if (whole.length <= max) return whole;
  const end = `-${digest(whole)}-${part}`;
  const room = max - end.length;
  return room < LEAST_START ? shortName(whole, max) : start(whole, room) + end;
}
