/** HTML that can only be made from escaped parts: what a summary says is text, whatever it looks like. */

import { escapeHtml } from '../core/html.ts';

/** Markup that is safe to write. Made by {@link html} only. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Values that a template may hold: text and numbers are escaped, markup and lists of it are kept. */
export type Part = string | number | Html | readonly Html[];

/** Nothing. */
export const NOTHING = new Html('');

/**
 * A template of HTML or SVG.
 *
 * @example html`<td>${row.reason}</td>`
 */
export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const texts = parts.map((part, index) => textOf(part) + (literals[index + 1] ?? ''));
  return new Html((literals[0] ?? '') + texts.join(''));
}

function textOf(part: Part): string {
  if (part instanceof Html) return part.text;
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  return part.map(({ text }) => text).join('\n');
}
