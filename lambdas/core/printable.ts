/** Text of a stranger, such as a name in a request or in a bundle: whether it can be kept, and how it is shown. */

/** Control characters, marks that reorder text, and line separators. */
const UNSEEN = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;
/** Characters; the ARN of a role session has at most 200. */
const LONGEST_IDENTITY = 200;

/** The text with each control character and each mark that reorders text as `\u{1b}`, in one line. */
export function escapeUnseen(text: string): string {
  return text.replace(UNSEEN, escaped);
}

/** As `escapeUnseen`, but line feeds and tabs stay. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (mark) => (mark === '\n' || mark === '\t' ? mark : escaped(mark)));
}

/** Whether every character of the text shows where it stands. */
export function isPrintable(text: string): boolean {
  return text.search(UNSEEN) < 0;
}

/** Whether the text can name who approved or rolled back: 1 to 200 printable characters. */
export function isIdentity(text: string): boolean {
  return text.trim() !== '' && text.length <= LONGEST_IDENTITY && isPrintable(text);
}

const escaped = (mark: string): string => `\\u{${mark.charCodeAt(0).toString(16)}}`;
