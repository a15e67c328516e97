/** Summaries of runs, as the local run writes them; values are made up, deterministic and of likely size. */

import { Random } from '../../lambdas/core/numeric/random.ts';
import type {
  FeatureSummary,
  ReleaseSummary,
  Summary,
  VersionSummary,
  WindowSummary,
} from '../../lambdas/report/summary.ts';

const FEATURES = [
  'contact',
  'poutcome',
  'housing',
  'previous',
  'pdays',
  'age',
  'job',
  'marital',
  'education',
  'in_default',
  'balance',
  'loan',
  'campaign',
  'month',
] as const;

const WINDOW_DAYS = 30;
const DAY_MS = 86_400_000;
const START = Date.UTC(2008, 10, 1);

/** Days after the replay began. */
export const dayAt = (days: number): string => new Date(START + days * DAY_MS).toISOString();

export function versionOf(version: number, changes: Partial<VersionSummary> = {}): VersionSummary {
  return {
    version,
    digest: String(version).repeat(64),
    modelSha256: 'c'.repeat(64),
    trigger: 'first',
    trainedAt: dayAt(-1),
    trainRows: 7200,
    holdoutRows: 1800,
    metric: 'auc',
    holdout: { value: 0.785, low: 0.761, high: 0.809 },
    fate: 'promoted',
    reason: 'first version, nothing to compare with; 412 requests without harm',
    ...changes,
  };
}

export function releaseOf(version: number, changes: Partial<ReleaseSummary> = {}): ReleaseSummary {
  return {
    version,
    strategy: 'all-at-once',
    fate: 'promoted',
    reason: 'first version, nothing to compare with; 412 requests without harm',
    startedAt: dayAt(0),
    endedAt: dayAt(1),
    served: 1000,
    ...changes,
  };
}

/** A feature with the verdict of its statistic against the limits 0.1 and 0.25 of PSI, 0.01 and 0.001 of p-values. */
export function featureOf(feature: string, value: number, statistic = 'psi'): FeatureSummary {
  const [warn, alert] =
    statistic === 'chi-square' ? [value < 0.01, value < 0.001] : [value > 0.1, value > 0.25];
  const verdict = alert ? 'alert' : warn ? 'warn' : 'ok';
  return { feature, statistic, value, threshold: statistic === 'chi-square' ? 0.001 : 0.25, verdict };
}

/** What the careless version refused. */
const REFUSED = { status: 422, code: 'features/unseen-category', field: 'features.contact', requests: 61 };

export function windowOf(window: number, changes: Partial<WindowSummary> = {}): WindowSummary {
  return {
    window,
    from: dayAt((window - 1) * WINDOW_DAYS),
    to: dayAt(window * WINDOW_DAYS),
    rows: 1000,
    version: 1,
    verdict: 'stable',
    drifted: [],
    others: [featureOf('contact', 0.01), featureOf('age', 0.12)],
    score: featureOf('score', 0.02),
    requests: { sent: 1000, refusals: [] },
    setAside: {},
    performance: { auc: { value: 0.78, low: 0.74, high: 0.82 } },
    answers: { ok: 996, invalid: 4, error: 0 },
    ...changes,
  };
}

const CHANGE = 7;
const RETRAINED = 8;

/** Drift in window 7, a retraining after window 8, version 2 from then on; version 3 is broken and rolled back. */
export function driftSummary(windows = 20): Summary {
  const random = Random.fromSeed(7);
  const drift = Array.from({ length: windows }, (_, index): WindowSummary => {
    const window = index + 1;
    const changed = window >= CHANGE && window <= RETRAINED;
    const values = FEATURES.map((feature, position) => {
      const noise = 0.004 + 0.05 * random.uniform() * random.uniform();
      const jump = changed && position < 3 ? 0.9 - 0.25 * position : changed && position < 5 ? 0.15 : 0;
      return featureOf(feature, noise + jump);
    });
    const auc = (changed ? 0.655 : 0.78) + 0.02 * (random.uniform() - 0.5);
    return windowOf(window, {
      version: window <= RETRAINED ? 1 : 2,
      rows: 980 + random.below(40),
      verdict: changed ? 'drifted' : 'stable',
      drifted: values.filter(({ value }) => (value ?? 0) > 0.25),
      others: values.filter(({ value }) => (value ?? 0) <= 0.25),
      score: featureOf('score', changed ? 0.41 : 0.03),
      performance: window === windows ? null : { auc: { value: auc, low: auc - 0.035, high: auc + 0.034 } },
    });
  });
  const retrained = dayAt(RETRAINED * WINDOW_DAYS);
  const broken = dayAt((windows - 1) * WINDOW_DAYS + 4);
  const brokenEnd = dayAt((windows - 1) * WINDOW_DAYS + 4.1);
  const because = '2 of the last 3 windows drifted: contact, poutcome, housing';
  const replayed = 'replay: 400 requests, none worse; 388 requests without harm';
  const failed = '61 of 214 answers invalid or failed, limit 2.0 %';
  return {
    schemaVersion: 1,
    model: 'bank-marketing',
    scenario: 'drift',
    seed: 42,
    data: {
      origin: 'generated',
      rows: 33_000,
      from: '2008-05-01T00:00:00.000Z',
      to: dayAt(windows * WINDOW_DAYS),
      setAside: {},
    },
    requests: { sent: 20_003, refusals: [REFUSED], stopped: null },
    answers: [
      { version: 1, ok: 8009, invalid: 0, error: 0 },
      { version: 2, ok: 11_780, invalid: 0, error: 0 },
      { version: 3, ok: 153, invalid: 61, error: 0 },
    ],
    versions: [
      versionOf(1),
      versionOf(2, {
        trigger: 'drift',
        trainedAt: retrained,
        holdout: { value: 0.792, low: 0.766, high: 0.818 },
        reason: replayed,
      }),
      versionOf(3, { trigger: 'demand', trainedAt: broken, fate: 'rolled-back', reason: failed }),
    ],
    releases: [
      releaseOf(1, { served: 8009 }),
      releaseOf(2, {
        strategy: 'shadow-replay',
        reason: replayed,
        startedAt: retrained,
        endedAt: dayAt(RETRAINED * WINDOW_DAYS + 1),
        served: 11_780,
      }),
      releaseOf(3, {
        fate: 'rolled-back',
        reason: failed,
        startedAt: broken,
        endedAt: brokenEnd,
        served: 214,
      }),
    ],
    drift,
    retrainings: [{ at: retrained, runId: 'run-0002', trigger: 'drift', reason: because, version: 2 }],
    comparison: {
      window: windows,
      rows: 1004,
      metric: 'auc',
      first: { version: 1, value: 0.662, low: 0.62, high: 0.704 },
      champion: { version: 2, value: 0.787, low: 0.752, high: 0.822 },
    },
    falseAlarms: null,
    scoresSha256: 'd'.repeat(64),
  };
}

/** Nothing changes, nothing is done. */
export function stableSummary(windows = 12): Summary {
  return {
    ...driftSummary(),
    scenario: 'stable',
    requests: { sent: windows * 1000, refusals: [], stopped: null },
    answers: [{ version: 1, ok: windows * 1000, invalid: 0, error: 0 }],
    versions: [versionOf(1)],
    releases: [releaseOf(1, { served: windows * 1000 })],
    drift: Array.from({ length: windows }, (_, index) => windowOf(index + 1)),
    retrainings: [],
    comparison: null,
    falseAlarms: 0,
  };
}
