/** The result of a drain: what was found, and what was done about it. */

/** Something made at run time that is deleted, or would be. */
export interface Deletion {
  /** In the plural, for people. */
  readonly what: string;
  /** Name of the container. */
  readonly where: string;
  readonly count: number;
  readonly bytes: number;
  /** ISO 8601; null when nothing is there or the time is not known. */
  readonly lastWrite: string | null;
}

export interface Kept {
  readonly what: string;
  readonly why: string;
}

/** A stack, and how many resources it has; null when there is no such stack. */
export interface StackState {
  readonly name: string;
  readonly resources: number | null;
}

/** The data of `mlops drain --json`. */
export interface DrainReceipt {
  readonly model: string;
  readonly environment: string;
  readonly account: string;
  readonly region: string;
  /** True when nothing was changed. */
  readonly dryRun: boolean;
  readonly stacks: readonly StackState[];
  /** Schedules that no longer start anything, and buckets that nobody can write to. */
  readonly stopped: { readonly schedules: readonly string[]; readonly buckets: readonly string[] };
  readonly deleted: readonly Deletion[];
  readonly retained: readonly Kept[];
  readonly mayRemain: readonly Kept[];
  /** Leftovers that were to go. */
  readonly left: readonly Kept[];
}
