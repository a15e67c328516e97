/**
 * The training pipeline as data. Each target gives it a place to run: the local target interprets it, a cloud
 * compiles it to its own workflow service.
 *
 * Every step takes the same small input and finds the rest in the object store under the run's id, so that a step
 * delivered twice has the effect of once and a run that stopped goes on where it was.
 */

import type { Trigger } from './core/trigger.ts';

/** Input that starts a run; the lease's first step turns it into a {@link PipelineInput}. */
export interface PipelineStart {
  /** Why the run is started. */
  readonly trigger: Trigger;
  /** Rows with an event time up to here (exclusive) are exported; ISO 8601 in UTC. It names the run too. */
  readonly at: string;
  /** Whether the run ends when the new rows are in the feature store. @default false */
  readonly data?: boolean;
}

/** Input of every step. */
export interface PipelineInput {
  /** `[a-z0-9-]`, at most 63; names the run everywhere. */
  readonly runId: string;
  /** Rows with an event time up to here (exclusive) are exported; ISO 8601 in UTC. */
  readonly to: string;
  /** Why the run was started. */
  readonly trigger: Trigger;
  /** Fencing number of the training lease: a run that lost its lease cannot register. */
  readonly fence: number;
  /** Whether the run learns from the rows that it ingests alone, and not from those of earlier runs. @default false */
  readonly ownRowsOnly?: boolean;
}

export const STEPS = ['export', 'prepare', 'ingest', 'train', 'evaluate', 'register'] as const;
export type StepName = (typeof STEPS)[number];

/** The steps that bring new rows in; a run of new data ends after them, a retraining runs all. */
export const DATA_STEPS: readonly StepName[] = ['export', 'prepare', 'ingest'];

/** Steps that watch the predictions, in this order: join the labels known by now, then check drift and performance. */
export const MONITOR_STEPS = ['ground-truth', 'monitor'] as const;

export interface PipelineStep {
  readonly name: StepName;
  /** Kind of compute that it needs: a function, a training job, or a Spark job. */
  readonly kind: 'function' | 'training' | 'spark';
  readonly timeoutSec: number;
  /** Attempts in all, and the wait before the second, doubling after each; only for retryable failures. */
  readonly retry: { readonly attempts: number; readonly waitSec: number };
  /** Present tense, for people who watch. */
  readonly does: string;
}

/**
 * Longest run of any function, in seconds: 15 minutes, a limit of this project that every cloud can keep. Lambda stops a
 * function after 900 s (docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). A step of Google's Workflows
 * waits for an HTTP response for at most 1,800 s (cloud.google.com/workflows/docs/http-requests). Azure's plan Flex
 * Consumption has no bound (learn.microsoft.com/azure/azure-functions/functions-scale#timeout).
 */
export const LONGEST_FUNCTION_SEC = 900;
const RETRY = { attempts: 3, waitSec: 5 } as const;

const step = (name: StepName, kind: PipelineStep['kind'], does: string): PipelineStep => ({
  name,
  kind,
  timeoutSec: LONGEST_FUNCTION_SEC,
  retry: RETRY,
  does,
});

const TRAINING_STEPS = [
  step('export', 'function', 'copies the query result from the database to CSV files'),
  step('prepare', 'function', 'tests every row and quarantines the bad ones'),
  step('ingest', 'function', 'writes the feature store'),
  step('train', 'training', 'fits features and model on the older rows'),
  step('evaluate', 'function', 'measures the model on the rows held out'),
  step('register', 'function', 'gives the model a version'),
] as const;

/** The longest that steps can take one after another, in seconds: every attempt to its timeout, and the waits. */
export function longestSec(steps: readonly Pick<PipelineStep, 'timeoutSec' | 'retry'>[]): number {
  return steps.reduce((total, { timeoutSec, retry: { attempts, waitSec } }) => {
    const waits = waitSec * (2 ** (attempts - 1) - 1); // each twice the one before
    return total + attempts * timeoutSec + waits;
  }, 0);
}

/** For what a workflow service adds between the steps: starting places, queueing. */
const BETWEEN_STEPS_SEC = 600;

export const TRAINING_PIPELINE = {
  /** Keeps two runs of one model apart; held longer than all steps can take. */
  lease: { name: 'train', ttlSec: longestSec(TRAINING_STEPS) + BETWEEN_STEPS_SEC },
  steps: TRAINING_STEPS,
} as const satisfies { readonly lease: unknown; readonly steps: readonly PipelineStep[] };
