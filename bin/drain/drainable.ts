/** Parts of a deployed model that a drain stops and deletes, as their cloud hands them over. */

import type { Deletion, Kept, StackState } from './receipt.ts';

/** Called with the work under way, for a progress line. */
export type OnStep = (doing: string) => void;

/** A schedule that still starts something. */
export interface Stoppable {
  readonly name: string;
  /** Keeps everything about it but that it runs. */
  readonly stop: () => Promise<void>;
}

/** A container that runs and releases fill; its stack cannot be deleted before it is empty. */
export interface Drainable {
  readonly name: string;
  /**
   * Lets nobody write to it any more, so that it stays empty until its stack is gone; absent where only a run writes.
   *
   * @returns whether it was open before
   */
  readonly stop?: () => Promise<boolean>;
  /** Counts its contents; an empty list when there is nothing, or when the container is gone. */
  readonly survey: (onStep: OnStep) => Promise<readonly Deletion[]>;
  /**
   * Deletes everything in it.
   *
   * @param found - Result of the survey.
   * @returns the rest that is still there afterwards, and why
   */
  readonly delete: (found: readonly Deletion[], onStep: OnStep) => Promise<Kept | undefined>;
}

/** Everything that a model's stacks have made, as far as a drain is concerned. */
export interface Drainables {
  readonly stacks: readonly StackState[];
  readonly schedules: readonly Stoppable[];
  /** They are emptied in this order. */
  readonly containers: readonly Drainable[];
  /** Resources that stay when their stack goes. */
  readonly retained: readonly Kept[];
  /** Leftovers after a deletion that went well. */
  readonly remains: readonly Kept[];
}

/** A place that the credentials of a sign-in open. */
export interface Account {
  readonly account: string;
  readonly region: string;
  readonly drainables: () => Promise<Drainables>;
}

/** The deletion of the stacks themselves, which people start. */
export interface Teardown {
  /** Its command in two words, for sentences. */
  readonly name: string;
  /** @param environment - As people type it, `dev` or `dev/pr-42`. */
  readonly command: (model: string, environment: string) => string;
  /** The way to go on with a drained model instead. */
  readonly undo: string;
}
