import type { Summary } from '../../lambdas/report/summary.ts';
import { dayAt, driftSummary, releaseOf, stableSummary, versionOf, windowOf } from './summary-fixture.ts';

/** A run that ended before anything was trained. */
export const nothingYet: Summary = {
  ...stableSummary(),
  requests: { sent: 0, refusals: [], stopped: null },
  answers: [],
  versions: [],
  releases: [],
  drift: [],
  falseAlarms: null,
};
/** The first version did not pass validation. */
export const neverReleased: Summary = {
  ...nothingYet,
  versions: [versionOf(1, { fate: 'failed-validation', reason: 'auc 0.61 is below 0.7' })],
};
/** Windows that nobody can judge. */
export const fewRows: Summary = {
  ...stableSummary(),
  drift: [1, 2].map((window) =>
    windowOf(window, { verdict: 'insufficient', rows: 40, performance: null, score: null }),
  ),
};

/** Versions of every fate, retrainings days apart, windows without a verdict or outcomes in between. */
export const everyFate: Summary = {
  ...driftSummary(12),
  versions: [
    ...driftSummary(12).versions,
    versionOf(4, { fate: 'aborted', trigger: 'performance', trainedAt: dayAt(300) }),
    versionOf(5, { fate: 'failed-validation', trigger: 'schedule', trainedAt: dayAt(310) }),
    versionOf(6, { fate: 'expired', trigger: 'new-data', trainedAt: dayAt(320) }),
    versionOf(7, { fate: 'pending', trainedAt: dayAt(330), reason: '' }),
  ],
  releases: [
    ...driftSummary(12).releases,
    releaseOf(4, { fate: 'aborted', startedAt: dayAt(300), endedAt: dayAt(300.5), served: 0 }),
    releaseOf(6, { fate: 'expired', startedAt: dayAt(320), endedAt: dayAt(322), served: 12 }),
  ],
  retrainings: [300, 310].map((day, index) => ({
    at: dayAt(day),
    runId: `run-${day}`,
    trigger: 'performance',
    reason: "auc is 0.060 below the holdout's, 0.05 is allowed",
    version: index === 0 ? 4 : null,
  })),
  drift: driftSummary(12).drift.map((window) =>
    window.window % 5 === 0
      ? { ...window, verdict: 'insufficient', rows: 40, performance: null, score: null }
      : window,
  ),
};

/** A run of some hours, with a version that a performance loss called for. */
export const oneShortWindow: Summary = {
  ...stableSummary(),
  falseAlarms: null,
  data: { origin: 'file', rows: 1, from: dayAt(0), to: dayAt(0.4), setAside: {} },
  versions: [versionOf(1, { trigger: 'performance' })],
  releases: [releaseOf(1, { endedAt: dayAt(0.1), served: 1 })],
  drift: [
    windowOf(1, {
      to: dayAt(0.4),
      performance: { 'log-loss': { value: 0.31, low: null, high: null } },
      answers: { ok: 0, invalid: 0, error: 0 },
    }),
  ],
};
