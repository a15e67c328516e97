import { visible } from '../lambdas/core/printable.ts';
import type { Screen } from './page.ts';

const ESCAPE = '\u001b';
/** The colours that `Page.colors` writes: bold, dim, the foreground's colours, and their ends. */
const COLOR = new RegExp(`(${ESCAPE}\\[(?:0|1|2|22|39|3[1-6])m)`);
/** How a line under way begins on a terminal: back to its start, and what stands there is removed. */
export const CLEAR = `\r${ESCAPE}[K`;

export interface TextStyle {
  /** Whether this program writes colours on this screen. */
  readonly color: boolean;
  /** Whether a text may begin with `CLEAR`. */
  readonly redraw: boolean;
}

/**
 * Text that cannot drive a terminal: control characters and marks that reorder text are escaped, wherever they come
 * from (a model card, a name, a database's error). Only what this program itself draws with stays.
 * https://cwe.mitre.org/data/definitions/150.html
 */
export function terminalText(text: string, { color, redraw }: TextStyle): string {
  if (redraw && text.startsWith(CLEAR))
    return CLEAR + terminalText(text.slice(CLEAR.length), { color, redraw });
  // The pattern captures, so every second part is a colour.
  const parts = color ? text.split(COLOR) : [text];
  return parts.map((part, i) => (i % 2 === 0 ? visible(part) : part)).join('');
}

/** Returns a screen that writes nothing but `terminalText`. Bytes are data, which a file or a pipe gets as they are. */
export function guarded(screen: Screen, color: boolean): Screen {
  const { isTTY, columns } = screen;
  const style = { color, redraw: isTTY === true };
  return {
    ...(isTTY !== undefined && { isTTY }),
    ...(columns !== undefined && { columns }),
    write(text) {
      if (typeof text !== 'string' && isTTY !== true) return screen.write(text);
      return screen.write(
        terminalText(typeof text === 'string' ? text : new TextDecoder().decode(text), style),
      );
    },
  };
}

/** JSON with every character that a terminal acts on escaped; it reads back the same. */
export function terminalJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(
    /[\u007f-\u009f\u2028\u2029]|\p{Bidi_Control}/gu,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
