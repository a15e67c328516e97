/**
 * The model's configuration for the functions: the blueprint after its environment was laid over it.
 * The blueprint's schema is checked against these types, so the two cannot diverge.
 */

import type { DriftLimits, DriftSpec } from './drift/spec.ts';
import type { FeatureSpec } from './features/spec.ts';
import { METRIC_DEFINITIONS, type MetricDefinition } from './metrics/names.ts';
import type { RunnableStrategy } from './release/state.ts';
import type { BoosterParams } from './trees/spec.ts';

/** The name of a metric, of any kind of problem. */
export type MetricName = {
  [P in keyof typeof METRIC_DEFINITIONS]: keyof (typeof METRIC_DEFINITIONS)[P];
}[keyof typeof METRIC_DEFINITIONS];

/** Metrics that each kind of problem has; the names in thresholds, records and reports. */
export const METRICS = {
  'binary-classification': namesOf(METRIC_DEFINITIONS['binary-classification']),
  regression: namesOf(METRIC_DEFINITIONS.regression),
  clustering: namesOf(METRIC_DEFINITIONS.clustering),
} as const satisfies Record<keyof typeof METRIC_DEFINITIONS, readonly MetricName[]>;

/** Metrics that say which of two models is better. */
export type DirectedMetricName = Exclude<MetricName, 'observed-over-expected'>;

/** The directed metrics of a problem. */
export function directedMetrics({ type }: Pick<ProblemType, 'type'>): readonly DirectedMetricName[] {
  return METRICS[type].filter((name): name is DirectedMetricName => name !== 'observed-over-expected');
}

/** Metrics that are better when lower; the other directed ones are better when higher. */
export const LOWER_IS_BETTER: readonly MetricName[] = [
  ...lowerOf(METRIC_DEFINITIONS['binary-classification']),
  ...lowerOf(METRIC_DEFINITIONS.regression),
  ...lowerOf(METRIC_DEFINITIONS.clustering),
];

function namesOf<Name extends string>(
  definitions: Readonly<Record<Name, MetricDefinition>>,
): readonly Name[] {
  return Object.keys(definitions) as Name[]; // of a constant: it has no other keys than its type says
}

function lowerOf<Name extends string>(
  definitions: Readonly<Record<Name, MetricDefinition>>,
): readonly Name[] {
  return namesOf(definitions).filter((name) => definitions[name].better === 'lower');
}

/** Group fairness, fairlearn's definitions; `parityRatio` is the disparate impact, higher is fairer. */
export const FAIRNESS_METRICS = [
  'parityDifference',
  'parityRatio',
  'equalizedOdds',
  'equalOpportunity',
] as const;
export type FairnessMetric = (typeof FAIRNESS_METRICS)[number];

export type ProblemType =
  | {
      readonly type: 'binary-classification';
      readonly label: string;
      /** The label's value that counts as 1. */
      readonly positive: string | number | boolean;
    }
  | { readonly type: 'regression'; readonly label: string }
  | {
      readonly type: 'clustering';
      readonly clusters: number | { readonly min: number; readonly max: number };
    };

export interface SourceStep {
  readonly name: string;
  readonly query: string;
  /** Also export this step's rows. */
  readonly keep: boolean;
}

export interface SourceConfig {
  readonly engine: 'postgres' | 'mysql';
  /** Each one SELECT that may name earlier steps; the last is the table. */
  readonly steps: readonly SourceStep[];
  readonly key: string;
  readonly eventTime: string;
  /** Never logged nor captured with a prediction. */
  readonly sensitive: readonly string[];
  readonly watermark: { readonly overlapHours: number };
  /** Cron of five fields, UTC, or `rate(1 day)`. */
  readonly schedule: string;
  readonly expectedRows: number;
  readonly timeoutSec: number;
  /** Beyond this share of bad rows the run stops. */
  readonly quarantine: { readonly maxShare: number };
}

/** Parameters of the booster, with XGBoost's meanings; without `earlyStoppingRounds` it never stops early. */
export type BoosterParameters = Omit<BoosterParams, 'objective' | 'seed'>;

export interface SearchRange {
  readonly min: number;
  readonly max: number;
  readonly scale: 'linear' | 'log';
}

export interface SearchConfig {
  readonly trials: number;
  readonly space: Readonly<Partial<Record<keyof BoosterParameters, SearchRange | readonly number[]>>>;
}

export type TrainingWindow =
  | { readonly kind: 'all' }
  | { readonly kind: 'days'; readonly days: number }
  | { readonly kind: 'rows'; readonly rows: number };

export interface Threshold {
  readonly metric: MetricName;
  readonly min?: number;
  readonly max?: number;
}

export interface FairnessThreshold {
  /** A column or feature whose groups are compared, or several whose combinations are. */
  readonly attribute: string | readonly string[];
  readonly metric: FairnessMetric;
  readonly min?: number;
  readonly max?: number;
}

export interface ValidationConfig {
  readonly thresholds: readonly Threshold[];
  readonly notWorseThanChampionBy?: { readonly metric: DirectedMetricName; readonly by: number };
  /** False: need not. @default the metric that decides, by anything above 0 */
  readonly betterThanBaseline?: { readonly metric: DirectedMetricName; readonly by: number } | false;
  readonly fairness: readonly FairnessThreshold[];
}

export interface TrainingConfig {
  readonly algorithm: 'xgboost' | 'kmeans';
  readonly parameters: BoosterParameters;
  readonly search?: SearchConfig;
  readonly window: TrainingWindow;
  readonly split: {
    /** The newest rows are held out, or a share of the keys. */
    readonly kind: 'time' | 'hash';
    readonly holdoutShare: number;
    /** By time: rows of keys that training has are held out too, or left out. */
    readonly keys: 'all' | 'new-only';
    /** By time: days before the holdout whose rows are not trained on. @default the ground truth's `delayDays` */
    readonly gapDays?: number;
  };
  readonly seed: number;
  readonly schedule?: string;
  readonly validation: ValidationConfig;
  readonly approval: 'manual' | 'automatic';
}

export interface ReleaseConfig {
  readonly strategy: 'auto' | 'all-at-once' | 'shadow' | 'canary' | 'linear';
  /** Share of requests in the first live step. */
  readonly share: number;
  readonly steps: number;
  readonly maxHoursPerStep: number;
  readonly strictness: 'standard' | 'strict';
  /** @default as long as the declared requests need: see `checkWatch` */
  readonly watchHours?: number;
  /** Past requests that both versions score. */
  readonly replayRows: number;
}

export interface AlarmConfig {
  /** Largest share of failed or invalid answers. */
  readonly errorRate: number;
  readonly p99LatencyMs: number;
  readonly scorePsi: number;
  readonly business?: { readonly metric: string; readonly min?: number; readonly max?: number };
}

export interface ServingConfig {
  readonly online?: {
    readonly requestsPerDay: number;
    readonly byKey: boolean;
    /** Response to a request with a key that the online store does not have. @default 'score' */
    readonly unknownKey?: 'score' | 'refuse';
  };
  readonly batch?: {
    readonly schedule: string;
    /** Days before it whose rows are scored. */
    readonly windowDays: number;
    readonly output: 'csv' | 'jsonl';
    readonly rank: 'none' | 'ascending' | 'descending';
    /** `HH:MM` in UTC. */
    readonly deliverBy: string;
  };
  readonly decisionThreshold: number;
  readonly automation: {
    readonly level: 'human-only' | 'shadow' | 'assist' | 'partial' | 'full';
    /** Scores in this band go to a person. */
    readonly uncertain?: { readonly low: number; readonly high: number };
  };
  readonly capture: { readonly features: boolean; readonly share: number };
  readonly release: ReleaseConfig;
  readonly alarms: AlarmConfig;
}

export interface MonitoringConfig {
  readonly schedule: string;
  readonly windowDays: number;
  readonly drift: Pick<
    DriftSpec,
    'floor' | 'numeric' | 'categorical' | 'missingShare' | 'unseenShare' | 'driftedShare'
  > & { readonly scorePsi: DriftLimits };
  /** Alert when a strong correlation changes by more than this; 0 to 2. */
  readonly correlations: number;
  readonly consecutive: { readonly n: number; readonly of: number };
  readonly minRows: number;
  readonly fairness: {
    readonly attributes: readonly (string | readonly string[])[];
    readonly minGroup: number;
  };
  readonly groundTruth?: { readonly step: string; readonly delayDays: number };
}

export interface RetrainingConfig {
  readonly on: {
    readonly schedule?: string;
    readonly drift: boolean;
    readonly performance?: { readonly metric: DirectedMetricName; readonly dropBy: number };
    readonly newData?: { readonly minRows: number };
  };
  readonly coolDownDays: number;
}

/** Statements about a model that only people can make; null where nobody did. */
export interface CardStatements {
  readonly contact: string | null;
  readonly licence: string | null;
  readonly intendedUse: string | null;
  readonly outOfScope: string | null;
  readonly risks: readonly { readonly risk: string; readonly mitigation: string }[];
}

/** A blueprint, parsed and with its defaults. */
export interface ModelDeclaration {
  readonly name: string;
  readonly description: string;
  readonly owner: string;
  readonly card: CardStatements;
  readonly problem: ProblemType;
  readonly source: SourceConfig;
  readonly features: FeatureSpec;
  /** Columns that no feature may use, with the reason. */
  readonly excluded: Readonly<Record<string, string>>;
  readonly training: TrainingConfig;
  readonly serving: ServingConfig;
  readonly monitoring: MonitoringConfig;
  readonly retraining: RetrainingConfig;
}

/** Configuration of a function: the declaration, and the values that the environment decides. */
export interface ModelConfig extends ModelDeclaration {
  readonly card: CardStatements & Pick<ModelDeclaration, 'description' | 'owner' | 'excluded'>;
  readonly environment: string;
  /** The strategy that the release runs, after `auto` was resolved. */
  readonly releaseStrategy: RunnableStrategy;
  /** The identity that trained a version cannot approve it. */
  readonly approverMustDiffer: boolean;
  /** Identities that may approve; a cloud's own names for them. */
  readonly approvers: readonly string[];
  /** Days after which a part of the feature store is deleted; absent where it is kept. */
  readonly featureDays?: number;
}

/** The drift core's own specification, gathered from the monitoring section. */
export function driftSpec({ drift, correlations, minRows, consecutive }: MonitoringConfig): DriftSpec {
  return { ...drift, correlationChange: correlations, minRows, windows: consecutive };
}

/** Days between training rows and held-out rows: the last training outcomes are known when the holdout begins. */
export function gapDaysOf({
  training,
  monitoring,
}: Pick<ModelDeclaration, 'training' | 'monitoring'>): number {
  if (training.split.kind === 'hash') return 0;
  return training.split.gapDays ?? monitoring.groundTruth?.delayDays ?? 0;
}

/** The label's column, or undefined where nothing is predicted. */
export function labelOf(problem: ProblemType): string | undefined {
  return problem.type === 'clustering' ? undefined : problem.label;
}
