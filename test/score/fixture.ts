/** A scoring service over memory, with a model whose scores can be told in advance. */

import type { ModelConfig } from '../../lambdas/core/config.ts';
import { DRIFT_DEFAULTS } from '../../lambdas/core/drift/spec.ts';
import { RuntimeFailure } from '../../lambdas/core/errors.ts';
import type { ReleaseState, VersionRef } from '../../lambdas/core/release/state.ts';
import type { Clock, Logger, ObjectStore, OnlineRow, Ports } from '../../lambdas/ports/index.ts';
import type { MetricValue } from '../../lambdas/ports/metrics.ts';
import type { LoadedModel } from '../../lambdas/score/loaded-model.ts';
import type { RequestProblem } from '../../lambdas/score/request-check.ts';
import { createScorer, type Scorer, type ScorerOptions } from '../../lambdas/score/scorer.ts';
import { updateRelease } from '../../lambdas/stores/release.ts';
import { memoryObjects } from '../stores/crash.ts';

export const CONFIG: ModelConfig = {
  name: 'bank-marketing',
  description: 'who will subscribe',
  owner: 'team',
  card: {
    contact: null,
    licence: null,
    intendedUse: null,
    outOfScope: null,
    risks: [],
    description: 'who will subscribe',
    owner: 'team',
    excluded: {},
  },
  environment: 'dev',
  releaseStrategy: 'shadow-replay',
  approverMustDiffer: false,
  approvers: [],
  problem: { type: 'binary-classification', label: 'y', positive: 'yes' },
  source: {
    engine: 'postgres',
    steps: [{ name: 'calls', query: 'select 1', keep: false }],
    key: 'client',
    eventTime: 'at',
    sensitive: ['ssn', 'salary'],
    watermark: { overlapHours: 1 },
    schedule: 'rate(1 day)',
    expectedRows: 100,
    timeoutSec: 60,
    quarantine: { maxShare: 0.1 },
  },
  features: {
    version: 1,
    fields: [
      { kind: 'numeric', name: 'age', description: 'in years' },
      { kind: 'categorical', name: 'job', description: 'trade', onUnseen: 'refuse' },
      { kind: 'boolean', name: 'housing', description: 'has a housing loan' },
      { kind: 'timestamp', name: 'called', description: 'hour of the call', part: 'hour' },
      { kind: 'numeric', name: 'ssn_length', column: 'ssn', description: 'sensitive by its column' },
      { kind: 'numeric', name: 'salary', description: 'sensitive by its name' },
    ],
  },
  excluded: {},
  training: {
    algorithm: 'xgboost',
    parameters: {
      rounds: 10,
      maxDepth: 3,
      eta: 0.3,
      lambda: 1,
      alpha: 0,
      gamma: 0,
      minChildWeight: 1,
      maxBins: 256,
      subsample: 1,
      columnSample: 1,
      scalePositiveWeight: 1,
      earlyStoppingRounds: 0,
    },
    window: { kind: 'all' },
    split: { kind: 'time', holdoutShare: 0.2, keys: 'all' },
    seed: 1,
    validation: { thresholds: [], fairness: [] },
    approval: 'automatic',
  },
  serving: {
    online: { requestsPerDay: 1_000, byKey: true },
    decisionThreshold: 0.5,
    automation: { level: 'assist' },
    capture: { features: true, share: 1 },
    release: {
      strategy: 'auto',
      share: 0.1,
      steps: 1,
      maxHoursPerStep: 24,
      strictness: 'standard',
      watchHours: 24,
      replayRows: 100,
    },
    alarms: { errorRate: 0.02, p99LatencyMs: 100, scorePsi: 0.25 },
  },
  monitoring: {
    schedule: 'rate(1 day)',
    windowDays: 7,
    drift: DRIFT_DEFAULTS,
    correlations: 0.3,
    consecutive: { n: 2, of: 3 },
    minRows: 200,
    fairness: { attributes: [], minGroup: 30 },
  },
  retraining: { on: { drift: true }, coolDownDays: 1 },
};

export const GOOD = {
  age: 40,
  job: 'admin',
  housing: true,
  called: '2026-01-02T03:04:05Z',
  ssn_length: 9,
  salary: null,
} as const;

export const refOf = (version: number): VersionRef => ({ version, digest: `d${version}` });

/**
 * Scores age / 100 + version / 1000; `unseen` is refused, `crash` throws, `endless` is not a number; `crash by 2` only for
 * version 2.
 */
function fakeModel({ version, digest }: VersionRef, explained?: readonly string[]): LoadedModel {
  return {
    version,
    digest,
    features: explained ?? ['age', 'of_an_older_version'],
    metrics: {} as LoadedModel['metrics'], // shown, never looked into
    score(row) {
      const [what, by] = String(row.get('job')).split(' by ');
      const job = by === undefined || Number(by) === version ? what : '';
      if (job === 'unseen') {
        const problems: RequestProblem[] = [
          { code: 'features/unseen-category', path: 'features.job', allowed: 'a known category' },
        ];
        return { kind: 'refused', problems };
      }
      if (job === 'crash') throw new Error('quotes the row');
      if (job === 'endless') return { kind: 'scored', score: Number.NaN };
      return { kind: 'scored', score: Math.fround(Number(row.get('age') ?? 0) / 100 + version / 1_000) };
    },
    explain(row) {
      if (row.get('job') === 'inexplicable') throw new Error('quotes the row');
      const longest = -0.0000012345678901234567;
      if (explained !== undefined) {
        const contributions = explained.map((feature) => ({ feature, contribution: longest }));
        return { baseline: longest, margin: longest, contributions };
      }
      const contributions = [
        { feature: 'age', contribution: 2 },
        { feature: 'of_an_older_version', contribution: -0.5 },
      ];
      return { baseline: -1, margin: 0.5, contributions };
    },
  };
}

export interface ScoringBench {
  readonly scorer: Scorer;
  readonly objects: ObjectStore;
  /** Moves the clock. */
  sleep(ms: number): void;
  /** Prediction records as they were appended. */
  readonly lines: string[];
  /** Log lines. */
  readonly log: string[];
  readonly emitted: Readonly<Record<string, MetricValue>>[];
  readonly online: Map<string, OnlineRow>;
  /** Versions loaded so far, in order. */
  readonly loaded: number[];
  /** What goes wrong from now on. */
  readonly faults: {
    pointer?: Error;
    load?: number;
    append?: Error;
    flush?: Error;
    online?: Error;
    reads: number;
  };
  /** Moves the pointer to this champion. */
  release(version: number, change?: Partial<ReleaseState>): Promise<void>;
  /** The newest prediction records, parsed. */
  records(): Promise<Record<string, unknown>[]>;
}

/** A scorer with everything around it in memory, before the first release. */
export function scoringBench(
  options: Pick<Partial<ScorerOptions>, 'config' | 'secret' | 'answerLimit'> & {
    /** Features that every row has a reason of, each the longest number. */
    readonly explained?: readonly string[];
  } = {},
): ScoringBench {
  let now = Date.UTC(2026, 0, 1);
  const clock: Clock = {
    now: () => now,
    steady: () => now,
    async sleep(ms) {
      now += ms;
    },
  };
  const faults: ScoringBench['faults'] = { reads: 0 };
  const memory = memoryObjects();
  const objects: ObjectStore = {
    ...memory,
    async get(key) {
      faults.reads += 1;
      if (faults.pointer) throw faults.pointer;
      return memory.get(key);
    },
  };
  const lines: string[] = [];
  let named = 0;
  const log: string[] = [];
  const emitted: ScoringBench['emitted'] = [];
  const online = new Map<string, OnlineRow>();
  const loaded: number[] = [];
  const ports: Pick<Ports, 'objects' | 'clock' | 'online' | 'predictions' | 'metrics' | 'logger'> = {
    objects,
    clock,
    logger: listLogger(log),
    online: {
      async put(rows) {
        for (const row of rows) online.set(row.key, row);
      },
      async get(key) {
        if (faults.online) throw faults.online;
        return online.get(key);
      },
      async delete(key) {
        online.delete(key);
      },
    },
    predictions: {
      nextId() {
        named += 1;
        return `record-${named}`;
      },
      async append(records) {
        if (faults.append) throw faults.append;
        lines.push(...records.map(({ line }) => line));
      },
      async flush() {
        if (faults.flush) throw faults.flush;
      },
    },
    metrics: { emit: (_dimensions, values) => void emitted.push(values) },
  };
  const scorer = createScorer({
    config: CONFIG,
    ...options,
    ports,
    async load(_objects, ref) {
      if (ref.version === faults.load) {
        throw new RuntimeFailure('bundle/digest-mismatch', 'not what was registered');
      }
      loaded.push(ref.version);
      return fakeModel(ref, options.explained);
    },
  });
  return {
    scorer,
    objects,
    lines,
    log,
    emitted,
    online,
    loaded,
    faults,
    sleep(ms) {
      now += ms;
    },
    async release(version, change) {
      await updateRelease(memory, clock, `release:${version}:${now}:${Math.random()}`, (state) => ({
        ...state,
        previous: state.champion,
        champion: refOf(version),
        ...change,
      }));
    },
    async records() {
      await scorer.flush();
      return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    },
  };
}

/** A logger that keeps its lines. */
function listLogger(lines: string[]): Logger {
  const add = (event: string, fields?: object) => void lines.push(JSON.stringify({ event, ...fields }));
  return { info: add, warn: add, error: add, with: () => listLogger(lines) };
}
