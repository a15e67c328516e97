/**
 * Experiment tracking: one record per run, and what the run produced until `register` takes it over.
 *
 * `runs/<runId>.json`, `runs/<runId>/{model.ubj, features.json, profile.json, metrics.json, candidate.json}`, the last one
 * with the digests of those before, and `evaluation.json`
 */

import type { Profile } from '../core/drift/profile.ts';
import { RuntimeFailure } from '../core/errors.ts';
import type { Trial } from '../core/evaluation/search.ts';
import type { CategoryCoverage } from '../core/features/category-notes.ts';
import type { FittedFeatures } from '../core/features/fitted.ts';
import type { Estimated, Interval } from '../core/metrics/intervals.ts';
import type { Trigger } from '../core/trigger.ts';
import type { Ports } from '../ports/index.ts';
import type { WritePorts } from './conditional-write.ts';
import type { RunIdentity } from './identity.ts';
import { createFile, decodeJson, encodeJson, sealJson, sha256 } from './json.ts';

/** A metric with its 95 % confidence interval; null where there is none. */
export interface Estimate {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
  /** Why there is no interval. Absent where there is one, and in older records. */
  readonly reason?: string;
}

/** By name. A metric that could not be measured is left out. */
export type MetricEstimates = Readonly<Record<string, Estimate>>;

/** Metrics as records keep them: an interval that there is not is null, with the reason. */
export function estimates(metrics: Readonly<Record<string, Estimated>>): MetricEstimates {
  return Object.fromEntries(
    Object.entries(metrics).map(([name, { value, low, high, reason }]) => [
      name,
      { value, low: low ?? null, high: high ?? null, ...(reason !== undefined && { reason }) },
    ]),
  );
}

/** Rates as records keep them; what could not be measured is left out. */
export function intervals(rates: Readonly<Partial<Record<string, Interval>>>): MetricEstimates {
  return Object.fromEntries(
    Object.entries(rates).filter(([, rate]) => rate !== undefined),
  ) as MetricEstimates; // just filtered
}

/** The rows that a run learnt from. */
export interface DataFacts {
  readonly snapshotId: string;
  /** SHA-256 of the snapshot's manifest, hex. */
  readonly sha256: string;
  readonly trainRows: number;
  readonly holdoutRows: number;
  /** How rows were held out; absent in older records. */
  readonly split?: {
    readonly kind: 'time' | 'hash';
    readonly keys: 'all' | 'new-only';
    readonly gapDays: number;
    /** Rows in the gap between training and holdout. */
    readonly gapRows: number;
    /** Newest rows of keys that training has, where only new keys are held out. */
    readonly knownKeyRows: number;
  };
  /** Half-open window [from, to) of event time, ISO 8601 in UTC. */
  readonly window: { readonly from: string; readonly to: string };
  /** How many categories of the training rows the model can tell apart, by feature; absent in records before 0.2. */
  readonly categories?: readonly CategoryCoverage[];
  /** Rows of its exports that were quarantined before training, by reason; absent in older records. */
  readonly quarantined?: Readonly<Record<string, number>>;
}

/** A version of another environment. */
export interface ImportSource {
  readonly version: number;
  /** sha256 of its manifest, hex. */
  readonly digest: string;
  readonly runId: string;
}

export interface RunRecord {
  readonly schemaVersion: 1;
  readonly runId: string;
  readonly model: string;
  /** The number of the lease that the run holds; a newer run has a greater one. */
  readonly fence: number;
  readonly status: 'running' | 'succeeded' | 'failed';
  /** ms since 1970. */
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly trigger: Trigger;
  /** The identity that trained. It cannot approve if approvers must differ. */
  readonly trainedBy: string;
  /** Commit or package version of the functions. */
  readonly codeVersion: string;
  /** SHA-256 of the resolved configuration, hex. */
  readonly configSha256: string;
  readonly data: DataFacts;
  readonly algorithm: string;
  readonly parameters: Readonly<Record<string, string | number | boolean | null>>;
  readonly seed: number;
  readonly metrics: MetricEstimates;
  /** Digests of all that the run is made of; absent in records before 0.2. */
  readonly identity?: RunIdentity;
  /** Source of the version; only for a run that took over a version of another environment and trained nothing. */
  readonly importedFrom?: ImportSource;
  /** Present when the run failed. */
  readonly failure?: { readonly code: string; readonly message: string };
}

/** Metrics of the training itself. */
export interface TrainingMetrics {
  readonly schemaVersion: 1;
  /** Boosting rounds kept. */
  readonly rounds: number;
  /** The share of all gain that the splits on each feature brought, 0 to 1, greatest first. */
  readonly importance: readonly { readonly feature: string; readonly gain: number }[];
  /** On the rows that were watched for early stopping or the search. */
  readonly metrics: MetricEstimates;
  /** The leader board of a search, best first; absent without one. */
  readonly trials?: readonly Trial[];
}

/** Rates of one group among the holdout's rows; a rate over too few rows is left out. */
export interface Slice {
  readonly attribute: string;
  readonly value: string;
  readonly rows: number;
  readonly metrics: MetricEstimates;
}

/** The gate: what the holdout says and whether the version may be released. */
export interface Evaluation {
  readonly schemaVersion: 1;
  readonly runId: string;
  /** The metric that decides; a key of `metrics`. */
  readonly primary: string;
  readonly metrics: MetricEstimates;
  readonly passed: boolean;
  /** Why it did not pass, in words; empty when it did. */
  readonly reasons: readonly string[];
  /** The named baseline on the same rows, or null when there is none. */
  readonly baseline: {
    readonly name: string;
    readonly metrics: MetricEstimates;
    /** By how much this version is better, with one-sided bounds of 95 % each. Absent in older records. */
    readonly advantage?: MetricEstimates;
  } | null;
  /** The version that served then, on the rows that both answered; null before the first release. */
  readonly champion: {
    readonly version: number;
    readonly metrics: MetricEstimates;
    /** By how much this version is better, with one-sided bounds of 99 % each. Absent where no row was answered by both. */
    readonly advantage?: MetricEstimates;
  } | null;
  /** The groups of every attribute that is compared. */
  readonly slices: readonly Slice[];
  /** How far the groups of each attribute are apart, by fairness metric. Absent in records before 0.2. */
  readonly fairness?: readonly { readonly attribute: string; readonly metrics: MetricEstimates }[];
  /**
   * By how much the AUC is lower, or the RMSE higher, on held-out rows among which a feature's values are exchanged; the
   * most important first. Absent in records before 0.2.
   */
  readonly permutation?: readonly { readonly feature: string; readonly worse: number }[];
}

/** Output of a training. */
export interface Candidate {
  /** XGBoost UBJSON. */
  readonly model: Uint8Array;
  readonly features: FittedFeatures;
  readonly profile: Profile;
  readonly metrics: TrainingMetrics;
}

const recordKey = (runId: string) => `runs/${runId}.json`;
const fileKey = (runId: string, name: string) => `runs/${runId}/${name}`;

/** Keeps the record of a run; the first one stands, and is returned: a version refers to it. */
export async function writeRun(storage: WritePorts, record: RunRecord): Promise<RunRecord> {
  await createFile(storage, recordKey(record.runId), sealJson(record));
  return (await readRun(storage, record.runId)) ?? record;
}

/** The record of a run, or undefined. */
export async function readRun(
  { objects }: Pick<Ports, 'objects'>,
  runId: string,
): Promise<RunRecord | undefined> {
  const key = recordKey(runId);
  const stored = await objects.get(key);
  return stored && decodeJson<RunRecord>(stored.bytes, key, 1);
}

/**
 * Keeps what training produced. Delivered twice it has the effect of once.
 *
 * @throws RuntimeFailure `run/not-reproducible` when this run already produced something else
 */
export async function writeCandidate(
  storage: WritePorts,
  runId: string,
  candidate: Candidate,
): Promise<void> {
  const files: readonly (readonly [string, Uint8Array])[] = [
    ['model.ubj', candidate.model],
    ['features.json', encodeJson(candidate.features)],
    ['profile.json', encodeJson(candidate.profile)],
    ['metrics.json', encodeJson(candidate.metrics)],
  ];
  for (const [name, bytes] of files) {
    if (!(await createFile(storage, fileKey(runId, name), bytes))) {
      throw notReproducible(runId, name);
    }
  }
  const digests = Object.fromEntries(files.map(([name, bytes]) => [name, sha256(bytes)]));
  const manifest: CandidateManifest = { schemaVersion: 1, digests };
  if (!(await createFile(storage, fileKey(runId, CANDIDATE), sealJson(manifest))))
    throw notReproducible(runId, CANDIDATE);
}

/** Written last: a candidate without it does not exist. */
const CANDIDATE = 'candidate.json';

interface CandidateManifest {
  readonly schemaVersion: 1;
  /** sha256 of each file, hex. */
  readonly digests: Readonly<Record<string, string>>;
}

const notReproducible = (runId: string, name: string): RuntimeFailure =>
  new RuntimeFailure('run/not-reproducible', `run ${runId} has already written another ${name}`, {
    fix: 'start a new run: the code or the data of this one changed while it ran',
  });

/**
 * Returns the output of this run's training, or undefined while it is not complete. Its files are compared with their
 * digests: a version gets the digests of the files that are read here.
 *
 * @throws RuntimeFailure `store/corrupt` (retryable), `store/unreadable`
 */
export async function readCandidate(
  { objects }: Pick<Ports, 'objects'>,
  runId: string,
): Promise<Candidate | undefined> {
  const stored = await objects.get(fileKey(runId, CANDIDATE));
  if (stored === undefined) return undefined;
  const { digests } = decodeJson<CandidateManifest>(stored.bytes, fileKey(runId, CANDIDATE), 1);
  const read = async (name: string) => {
    const bytes = (await objects.get(fileKey(runId, name)))?.bytes;
    if (bytes === undefined || sha256(bytes) === digests[name]) return bytes;
    throw new RuntimeFailure('store/corrupt', `${fileKey(runId, name)} is not what was written`, {
      retryable: true,
      fix: 'train again, if reading it again does not help',
    });
  };
  const [model, features, profile, metrics] = await Promise.all([
    read('model.ubj'),
    read('features.json'),
    read('profile.json'),
    read('metrics.json'),
  ]);
  if (!model || !features || !profile || !metrics) return undefined;
  return {
    model,
    features: decodeJson<FittedFeatures>(features, fileKey(runId, 'features.json'), 1),
    profile: decodeJson<Profile>(profile, fileKey(runId, 'profile.json'), 1),
    metrics: decodeJson<TrainingMetrics>(metrics, fileKey(runId, 'metrics.json'), 1),
  };
}

/** Keeps the evaluation of a run; the first one stands, and is returned. */
export async function writeEvaluation(storage: WritePorts, evaluation: Evaluation): Promise<Evaluation> {
  const key = fileKey(evaluation.runId, 'evaluation.json');
  await createFile(storage, key, sealJson(evaluation));
  return (await readEvaluation(storage, evaluation.runId)) ?? evaluation;
}

/** The evaluation of a run, or undefined. */
export async function readEvaluation(
  { objects }: Pick<Ports, 'objects'>,
  runId: string,
): Promise<Evaluation | undefined> {
  const key = fileKey(runId, 'evaluation.json');
  const stored = await objects.get(key);
  return stored && decodeJson<Evaluation>(stored.bytes, key, 1);
}
