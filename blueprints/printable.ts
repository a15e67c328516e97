const MAX_SHOWN = 60;

/** Control characters, marks that reorder text, and line separators, but for the line feed and the tab. */
const UNSEEN = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/**
 * Text of a stranger, safe to print: control characters and marks that reorder text are escaped, so that a name
 * cannot drive a terminal, and what is long is cut.
 */
export function printable(text: string): string {
  const cut = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}… (${text.length} characters)` : text;
  return cut.replace(UNSEEN, escaped);
}

/** Text of a stranger in lines, safe to print and not cut: `printable` that leaves line feeds and tabs. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (mark) => (mark === '\n' || mark === '\t' ? mark : escaped(mark)));
}

/** Whether every character of the text shows where it stands: no control characters, no marks that reorder text. */
export function isPrintable(text: string): boolean {
  return text.search(UNSEEN) < 0;
}

const escaped = (mark: string): string => `\\u{${mark.charCodeAt(0).toString(16)}}`;
