import type { ForgetOptions } from '../../lambdas/forget/forget.ts';

/** Everything that a cloud hands to the deletion of a person. */
export interface PersonStores extends Pick<ForgetOptions, 'ports' | 'secret' | 'former'> {
  readonly account: string;
  readonly region: string;
  /** Copies of rows that no command reaches. */
  readonly beyond: readonly Remains[];
}

/** Something of a person that stays, or may stay, and why. */
export interface Remains {
  readonly what: string;
  readonly why: string;
}
