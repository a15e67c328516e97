import type { Stacks } from '../support/template.ts';

/** What a check found, and how much it looked at: a check that looked at nothing proves nothing. */
export interface Checked {
  readonly looked: number;
  /** `<stack>/<logical id>: what is wrong`. */
  readonly findings: readonly string[];
}

/** How the environment wants data at rest to be kept. */
export interface Expectations {
  readonly encryption: 'provider' | 'customer';
}

export type Check = (stacks: Stacks, expectations: Expectations) => Checked;

/** Looks at each item; what `judge` says of it is a finding. */
export function checkEach<T extends { readonly id: string }>(
  items: readonly T[],
  judge: (item: T) => readonly (string | false | undefined)[],
): Checked {
  return {
    looked: items.length,
    findings: items.flatMap((item) =>
      judge(item)
        .filter((what): what is string => typeof what === 'string')
        .map((what) => `${item.id}: ${what}`),
    ),
  };
}

/** Several looks as one. */
export function together(...all: readonly Checked[]): Checked {
  return {
    looked: all.reduce((sum, { looked }) => sum + looked, 0),
    findings: all.flatMap(({ findings }) => findings),
  };
}
