/**
 * `summary.json`: what a local run did, for machines. The same seed and data give the same bytes: how long things
 * took is in `timings.json` beside it.
 */

import type { DriftAlarm } from '../core/drift/alarms.ts';
import type { FeatureVerdict } from '../core/drift/compare.ts';
import type { DriftVerdict } from '../core/drift/episode.ts';
import type { Fate, RunnableStrategy } from '../core/release/state.ts';
import type { MetricEstimates } from '../stores/runs.ts';
import type { Refusal, SetAside, TooManyRefused, WindowAnswers } from './refusals.ts';

export interface Summary {
  readonly schemaVersion: 1;
  readonly model: string;
  readonly scenario: string;
  readonly seed: number;
  readonly data: {
    readonly origin: 'generated' | 'file';
    readonly rows: number;
    readonly from: string;
    readonly to: string;
    /** Rows of the file that could not be read, by reason. */
    readonly setAside: SetAside;
  };
  /** Requests as callers saw them. */
  readonly requests: {
    readonly sent: number;
    /** By status, code and field, the most frequent first. */
    readonly refusals: readonly Refusal[];
    /** The window after which the run stopped, because the champion refused more than it may; null where it did not. */
    readonly stopped: TooManyRefused | null;
  };
  /** Every answer that is recorded, by version: of a request that a challenger refused, both versions have one. */
  readonly answers: readonly VersionAnswers[];
  readonly versions: readonly VersionSummary[];
  readonly releases: readonly ReleaseSummary[];
  /** Per window, oldest first. */
  readonly drift: readonly WindowSummary[];
  readonly retrainings: readonly RetrainingSummary[];
  /** The first version and the last champion on the rows of the last window; null with one version only. */
  readonly comparison: ComparisonSummary | null;
  /** Windows that were called drifted although the scenario has no change; null in scenarios with change. */
  readonly falseAlarms: number | null;
  /** sha256 of every answer's id, version and score, in order of id: the same on every machine. */
  readonly scoresSha256: string;
}

export interface VersionAnswers {
  readonly version: number;
  readonly ok: number;
  readonly invalid: number;
  readonly error: number;
}

export interface VersionSummary {
  readonly version: number;
  readonly digest: string;
  /** sha256 of the model file alone. */
  readonly modelSha256: string;
  /** Why it was trained: `first`, `drift`, `performance`, `demand`. */
  readonly trigger: string;
  readonly trainedAt: string;
  readonly trainRows: number;
  readonly holdoutRows: number;
  readonly metric: string;
  readonly holdout: { readonly value: number; readonly low: number | null; readonly high: number | null };
  readonly fate: Fate | 'failed-validation' | 'pending';
  readonly reason: string;
}

export interface ReleaseSummary {
  readonly version: number;
  readonly strategy: RunnableStrategy;
  readonly fate: Fate;
  readonly reason: string;
  readonly startedAt: string;
  readonly endedAt: string;
  /** Requests that this version answered, all in all. */
  readonly served: number;
}

export interface FeatureSummary {
  readonly feature: string;
  readonly statistic: string;
  /** For chi-square this is the p-value, because its limit is one for p-values. Null with too few values to compare. */
  readonly value: number | null;
  /** The blueprint's own limit of the statistic; null without one. */
  readonly threshold: number | null;
  readonly verdict: FeatureVerdict;
  /** Why it alerts, each cause with the number that is beyond its limit; empty where it does not. Absent before 0.2. */
  readonly alarms?: readonly DriftAlarm[];
}

export interface WindowSummary {
  readonly window: number;
  readonly from: string;
  readonly to: string;
  /** Answered by the version that was judged. */
  readonly rows: number;
  readonly version: number;
  readonly verdict: DriftVerdict;
  readonly drifted: readonly FeatureSummary[];
  readonly others: readonly FeatureSummary[];
  readonly score: FeatureSummary | null;
  /** Against the outcomes; null when too few are known. */
  readonly performance: MetricEstimates | null;
  /** Scored answers whose outcomes were due, and how many of those are known. Absent in older summaries. */
  readonly outcomes?: { readonly due: number; readonly known: number };
  readonly answers: { readonly ok: number; readonly invalid: number; readonly error: number };
  /** Requests as callers saw them: those to every version, and those that no version saw. */
  readonly requests: WindowAnswers;
  /** Rows of the window that `prepare` quarantined, by reason. */
  readonly setAside: SetAside;
}

export interface RetrainingSummary {
  readonly at: string;
  readonly runId: string;
  readonly trigger: string;
  readonly reason: string;
  /** The version that came of it. */
  readonly version: number | null;
}

export interface ComparisonSummary {
  readonly window: number;
  readonly rows: number;
  readonly metric: string;
  readonly first: Compared;
  readonly champion: Compared;
}

export interface Compared {
  readonly version: number;
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}
