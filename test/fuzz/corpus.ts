/** A kind of input that strangers hand in, and the real way in for it. */
export interface Corpus {
  readonly name: string;
  /** Whether inputs are JSON, whose values are exchanged too. @default false */
  readonly structured?: boolean;
  readonly cases: readonly Case[];
  /** Good inputs, which mutations begin from too. */
  readonly good: readonly Uint8Array[];
  /** Pieces that mean something in this format. */
  readonly tokens: readonly string[];
  /**
   * Gives the input to the code that takes it.
   *
   * @returns `accepted`, or the codes with which it is refused, separated by spaces; whatever else it throws is a crash
   */
  run(input: Uint8Array): Promise<string> | string;
}

export interface Case {
  readonly title: string;
  readonly input: Uint8Array;
  /** `accepted`, or a code that must be among those of the refusal. */
  readonly expected: string;
}

export const bytesOf = (input: string | Uint8Array): Uint8Array =>
  typeof input === 'string' ? new TextEncoder().encode(input) : input;

/** Each code once, in order. */
export const codes = (all: readonly string[]): string => [...new Set(all)].sort().join(' ');
