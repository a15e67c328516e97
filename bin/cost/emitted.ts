/** Metrics that a model sends. */

/**
 * Metrics that the functions send themselves, by function; each name with each set of dimensions is a series
 * of its own. A test holds the list to the functions' sources.
 */
export const EMITTED = {
  score: { perArm: true, names: ['requests', 'failed', 'latencyMs'] },
  train: { perArm: false, names: ['memoryPercent'] },
  probe: { perArm: false, names: ['probeFailed'] },
  monitor: { perArm: false, names: ['driftedShare', 'scorePsi'] },
} as const;

/** Sent only in trouble. */
export const EMITTED_IN_TROUBLE = ['recordsLost', 'recordsUnwritten', 'refusedRequests'] as const;
