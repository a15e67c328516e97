/**
 * The forms that a value may have, decided once: for cells of a file or an export (PostgreSQL prints `t` and `f`, MySQL
 * `1` and `0`, pandas `True` or `1.0`), for what a model was fitted on, and for the JSON of a request. A number in JSON
 * has no text, so that categories that are numbers are compared by value where their texts differ.
 */

/** Texts of a boolean, in any case. A number may have zero decimals: pandas prints 0 and 1 beside gaps so. */
const TRUE_WORDS = ['true', 't', 'yes', 'y'];
const FALSE_WORDS = ['false', 'f', 'no', 'n'];

/** The accepted forms of a boolean, in words. */
export const BOOLEAN_FORMS = 'true, t, yes, y, 1, false, f, no, n or 0, in any case';

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...TRUE_WORDS.map((word) => [word, true] as const),
  ...FALSE_WORDS.map((word) => [word, false] as const),
  ['1', true],
  ['0', false],
]);

/** Longest text of a boolean, a number with one zero decimal included. */
const LONGEST_WORD = 5;

/** Matches what {@link booleanOf} reads. A pattern of JSON Schema has no flag for any case. */
export const BOOLEAN_PATTERN = `^(${[...TRUE_WORDS, ...FALSE_WORDS]
  .map((word) => word.replace(/./g, (letter) => `[${letter.toUpperCase()}${letter}]`))
  .join('|')}|[01](\\.0{1,3})?)$`;

/** The boolean that a text writes, or undefined. */
export function booleanOf(text: string): boolean | undefined {
  const known = BOOLEANS.get(text);
  if (known !== undefined || text.length > LONGEST_WORD) return known;
  return BOOLEANS.get(text.replace(/^([01])\.0+$/, '$1').toLowerCase());
}

/** Characters of a category in a request. */
export const MAX_TEXT = 1_000;

/**
 * The largest number that rounds to a finite float32, which is what trees compare: half a step above the largest float32
 * itself (IEEE 754, 4.3.1), so that the text `3.4028235e+38`, PostgreSQL's of the largest `float4`, is within.
 */
export const MAX_NUMBER = 3.4028235677973362e38;

/** A whole number with zero decimals; leading zeros are a text's (`007.0`). */
const WHOLE = /^(-?(?:0|[1-9]\d*))\.0+$/;
/** A number as databases and JSON write it. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i;

/** A category as it is compared: a whole number without its zero decimals, any other text as it is. */
export function categoryText(text: string): string {
  // Nearly every text ends here.
  if (text.charCodeAt(text.length - 1) !== 48 || !text.includes('.')) return text;
  const whole = WHOLE.exec(text)?.[1];
  return whole === undefined ? text : whole === '-0' ? '0' : whole;
}

/**
 * The category that a number of JSON names; undefined beyond 2^53, where different numbers are one double.
 */
export function categoryOfNumber(value: number): string | undefined {
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER ? String(value) : undefined;
}

/**
 * Compiles the search for a category: the same text; or the same whole number, with zero decimals or without; or, for
 * the text of a JSON number, the category of that value (`1.5` finds `1.50`, a `numeric(4,2)` of PostgreSQL). `5.10` does
 * not find `5.1`: it may be a version.
 *
 * @returns a function of a text: its position in `categories`, or undefined
 */
export function categoryFinder(categories: readonly string[]): (text: string) => number | undefined {
  const exact = new Map(categories.map((category, position) => [category, position]));
  const byValue = new Map<string, number>();
  categories.forEach((category, position) => {
    const value = numberText(category);
    if (value !== undefined && !byValue.has(value)) byValue.set(value, position);
  });
  return (text) => {
    const found = exact.get(text);
    if (found !== undefined || byValue.size === 0) return found;
    const value = numberText(text);
    return value !== undefined && value === categoryText(text) ? byValue.get(value) : undefined;
  };
}

/** One text for each value that a number may write; whole numbers digit by digit, for they may be beyond 2^53. */
function numberText(text: string): string | undefined {
  const plain = categoryText(text);
  if (!NUMBER.test(plain)) return undefined;
  return /^-?\d+$/.test(plain) ? plain : String(Number(plain));
}
