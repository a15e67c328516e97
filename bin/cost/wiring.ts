/** Schedules, triggers and workflows of a synthesized app, as its cloud reads them from the resources. */

/** A schedule and what it starts. */
export interface ScheduledStart {
  readonly logicalId: string;
  readonly timesPerMonth: number;
  /** Logical id of a function or a workflow; undefined when it is something else. */
  readonly target: string | undefined;
  readonly input: unknown;
}

/** Something that happens in operation. */
export type Occurrence = 'prediction' | 'retraining-called' | 'version-approved';

/** A function or workflow that each of these occurrences starts. */
export interface EventStart {
  readonly target: string;
  readonly on: readonly Occurrence[];
}

/** One execution of a workflow without a failure. */
export interface Execution {
  /** How many states it visits. */
  readonly states: number;
  /** Logical ids of the functions that it calls, one after the other. */
  readonly calls: readonly string[];
}

export interface Wiring {
  readonly schedules: readonly ScheduledStart[];
  readonly triggers: readonly EventStart[];
  /** Undefined when the target is not a workflow. */
  readonly execution: (target: string, input: unknown) => Execution | undefined;
}
