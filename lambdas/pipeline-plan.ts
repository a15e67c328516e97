/**
 * Both runs of a model as data: the training run, and the monitoring run. `pipeline-interpreter.ts` runs a plan in one
 * process; each cloud compiles it for its workflow service. One table of behaviours holds them all.
 */

import {
  DATA_STEPS,
  MONITOR_STEPS,
  type PipelineStep,
  STEPS,
  type StepName,
  TRAINING_PIPELINE,
} from './pipeline.ts';

/** Functions that a plan calls. */
export type PlanFunction = 'lease' | StepName | (typeof MONITOR_STEPS)[number];

export type Retry = PipelineStep['retry'];

/** Waits for a lease that another run holds: the first, doubled each time up to the longest. */
export interface BusyWaits {
  readonly firstSec: number;
  readonly longestSec: number;
  readonly count: number;
}

export type PlanEntry =
  /** Takes the lease, and waits while another run holds it. Its result is the state of the run. */
  | { readonly kind: 'begin'; readonly retry: Retry; readonly busy: BusyWaits }
  /** Calls a function with these fields of the state, and keeps its result under its name. */
  | {
      readonly kind: 'step';
      readonly name: Exclude<PlanFunction, 'lease'>;
      readonly input: readonly string[];
      readonly retry: Retry;
      /** @default the time-out of the function itself */
      readonly timeoutSec?: number;
      readonly does?: string;
    }
  /** Ends a run that only brings new rows in: `data` of the state is true. */
  | { readonly kind: 'stop-if-data' }
  /** Returns the lease, on every way out. */
  | { readonly kind: 'end'; readonly retry: Retry };

export type Plan = readonly PlanEntry[];

const LEASE_RETRY: Retry = { attempts: 3, waitSec: 5 };
const MONITOR_RETRY: Retry = { attempts: 3, waitSec: 5 };
/** Fields of `PipelineInput`. */
const RUN_INPUT = ['runId', 'to', 'trigger', 'fence'] as const;

/** 60, 120, 240 and 480 s. */
const SHORT_WAITS = 4;
const LONGEST_WAIT_SEC = 600;

/** The waits are not shortened by chance: they must outlast the lease of a run that stopped without returning it. */
export const BUSY_WAITS: BusyWaits = {
  firstSec: 60,
  longestSec: LONGEST_WAIT_SEC,
  count: SHORT_WAITS + Math.ceil(TRAINING_PIPELINE.lease.ttlSec / LONGEST_WAIT_SEC),
};

/** The n-th wait of these, from 0, in seconds. */
export const busyWaitSec = ({ firstSec, longestSec }: BusyWaits, nth: number): number =>
  Math.min(firstSec * 2 ** nth, longestSec);

/** All waits together, in seconds. */
export const busySec = (waits: BusyWaits): number =>
  Array.from({ length: waits.count }, (_, nth) => busyWaitSec(waits, nth)).reduce((sum, one) => sum + one, 0);

const stepEntry = ({ name, retry, timeoutSec, does }: PipelineStep): PlanEntry => ({
  kind: 'step',
  name,
  input: RUN_INPUT,
  retry,
  timeoutSec,
  does,
});

/** A run of new data ends after its last step of data; a retraining runs all steps. */
export const TRAINING_RUN: Plan = [
  { kind: 'begin', retry: LEASE_RETRY, busy: BUSY_WAITS },
  ...TRAINING_PIPELINE.steps.slice(0, DATA_STEPS.length).map(stepEntry),
  { kind: 'stop-if-data' },
  ...TRAINING_PIPELINE.steps.slice(DATA_STEPS.length, STEPS.length).map(stepEntry),
  { kind: 'end', retry: LEASE_RETRY },
];

/** Outcomes, then drift and performance; each gets the time of the schedule. */
export const MONITORING_RUN: Plan = MONITOR_STEPS.map((name) => ({
  kind: 'step',
  name,
  input: ['at'],
  retry: MONITOR_RETRY,
}));
