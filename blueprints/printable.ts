import { escapeUnseen } from '../lambdas/core/printable.ts';

const MAX_SHOWN = 60;

/** Text of a stranger, safe to print in one line: escaped, and what is long is cut. */
export function printable(text: string): string {
  const cut = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}… (${text.length} characters)` : text;
  return escapeUnseen(cut);
}
