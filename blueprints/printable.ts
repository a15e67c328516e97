const MAX_SHOWN = 60;

/**
 * Text of a stranger, safe to print: control characters and marks that reorder text are escaped, so that a name
 * cannot drive a terminal, and what is long is cut.
 */
export function printable(text: string): string {
  const cut = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}… (${text.length} characters)` : text;
  return cut.replace(/[\p{Cc}\p{Bidi_Control}]/gu, (mark) => `\\u{${mark.charCodeAt(0).toString(16)}}`);
}
