import type { RefusedCount } from '../refused.ts';

/**
 * Input of the release and the monitor: responses of one version in one window, at most one per entity.
 */
export interface Observation {
  readonly arm: 'champion' | 'challenger';
  readonly version: number;
  /** Answers: ok, invalid and error together. */
  readonly n: number;
  /** All requests, also those of an entity that counts already. @default n */
  readonly requests?: number;
  /** Rows that the model's own features refused. */
  readonly invalid: number;
  /** Why, where the records say so. */
  readonly refused?: readonly RefusedCount[];
  /** Exceptions. */
  readonly error: number;
  /** Answers beyond the latency limit. */
  readonly slow: number;
  /** Scores per bin of the edges that were asked for. */
  readonly scoreHistogram: readonly number[];
}
