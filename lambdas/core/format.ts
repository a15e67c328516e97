/** `45,211`. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** `2009-03-01`. */
export function dateOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** `1 window`, `3 windows`. */
export function plural(number: number, noun: string): string {
  return `${count(number)} ${noun}${number === 1 ? '' : 's'}`;
}
