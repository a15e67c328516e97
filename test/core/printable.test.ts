import { describe, expect, it } from 'vitest';
import { escapeUnseen, isIdentity, isPrintable, visible } from '../../lambdas/core/printable.ts';

describe('untrusted text', () => {
  // CWE-150; CVE-2021-42574 (marks that reorder source text)
  it.each([
    ['an escape sequence', '\u001b[2J', '\\u{1b}[2J'],
    ['an 8-bit escape sequence', '\u009b2J', '\\u{9b}2J'],
    ['a carriage return', 'a\rb', 'a\\u{d}b'],
    ['an override', 'a\u202eb', 'a\\u{202e}b'],
    ['an isolate', 'a\u2066b', 'a\\u{2066}b'],
    ['a line separator', 'a\u2028b', 'a\\u{2028}b'],
    ['a DEL', 'a\u007f', 'a\\u{7f}'],
  ])('escapes a text that holds %s', (_, text, shown) => {
    expect(visible(text)).toBe(shown);
    expect(escapeUnseen(text)).toBe(shown);
    expect(isPrintable(text)).toBe(false);
    expect(isIdentity(text)).toBe(false);
  });

  it('keeps letters of every script, and lines only where lines are shown', () => {
    const text = 'Zoë 李 עברית 👩‍🔬';
    expect([visible(text), escapeUnseen(text), isPrintable(text)]).toEqual([text, text, true]);
    expect(visible('a\n\tb')).toBe('a\n\tb');
    expect(escapeUnseen('a\n\tb')).toBe('a\\u{a}\\u{9}b');
  });

  it('accepts 1 to 200 characters as an identity', () => {
    expect(['ada', 'arn:aws:sts::1:assumed-role/x/y', 'a'.repeat(200)].every(isIdentity)).toBe(true);
    expect(['', '  ', 'a'.repeat(201), 'a\nb'].some(isIdentity)).toBe(false);
  });
});
