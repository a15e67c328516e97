/** The record of a training run: what it read, what it was asked for, and what came of it. */

import type { BoosterParameters, ModelConfig } from '../core/config.ts';
import type { CategoryCoverage } from '../core/features/category-notes.ts';
import type { Trigger } from '../core/trigger.ts';
import type { Ports } from '../ports/index.ts';
import { listParts } from '../stores/historical.ts';
import { configDigest, originOf, type RunIdentity, rowsIdentity, runIdentity } from '../stores/identity.ts';
import type { RunRecord } from '../stores/runs.ts';
import type { Snapshot } from '../stores/snapshots.ts';
import type { TrainingSet } from '../stores/training-set.ts';

export interface TrainInput {
  readonly runId: string;
  readonly to: string;
  readonly trigger: Trigger;
  readonly fence: number;
  /** Only what the run itself ingested. @default false */
  readonly ownRowsOnly?: boolean;
}

export interface TrainIdentity {
  /** Who runs the training: a role or a user. */
  readonly trainedBy: string;
  /** Commit or package version of the functions. */
  readonly codeVersion: string;
}

/** Digests of what the run reads: nothing else decides what it learns. And the rows quarantined on the way to it. */
export async function identifyInputs(
  ports: Pick<Ports, 'objects'>,
  config: ModelConfig,
  { codeVersion }: TrainIdentity,
  { runId, ownRowsOnly = false }: TrainInput,
): Promise<{ readonly identity: RunIdentity; readonly quarantined: Readonly<Record<string, number>> }> {
  const parts = await listParts(ports, config, runId);
  const own = parts.at(-1) as (typeof parts)[number]; // the run's own: the list ends with it
  const earlier = ownRowsOnly ? [] : parts.slice(0, -1);
  const rows = rowsIdentity(originOf(own), earlier);
  return {
    identity: runIdentity({ rows, configSha256: configDigest(config), codeVersion }),
    quarantined: sumCounts([...earlier, own].map(({ quarantined }) => quarantined ?? {})),
  };
}

/** Composes the record. */
export function makeRecord(
  config: ModelConfig,
  { trainedBy, codeVersion }: TrainIdentity,
  { runId, fence, trigger }: TrainInput,
  facts: {
    readonly parameters: BoosterParameters;
    readonly snapshot: Snapshot;
    readonly set: Pick<TrainingSet, 'window' | 'split' | 'rule'>;
    readonly categories: readonly CategoryCoverage[];
    readonly identity: RunIdentity;
    readonly quarantined: Readonly<Record<string, number>>;
    readonly startedAt: number;
    readonly endedAt: number;
  },
): RunRecord {
  const { parameters, snapshot, set, categories, identity, quarantined, startedAt, endedAt } = facts;
  const { kind, keys, gapDays } = set.rule;
  return {
    schemaVersion: 1,
    runId,
    model: config.name,
    fence,
    status: 'succeeded',
    startedAt,
    endedAt,
    trigger,
    trainedBy,
    codeVersion,
    configSha256: identity.configSha256,
    data: {
      snapshotId: snapshot.manifest.id,
      sha256: snapshot.sha256,
      trainRows: snapshot.manifest.train.rows,
      holdoutRows: snapshot.manifest.holdout.rows,
      split: {
        kind,
        keys,
        gapDays,
        gapRows: set.split.gap.length,
        knownKeyRows: set.split.knownKeys.length,
      },
      window: set.window,
      categories,
      quarantined,
    },
    algorithm: config.training.algorithm,
    parameters: { ...parameters },
    seed: config.training.seed,
    identity,
    metrics: {},
  };
}

/** Counts by name, added up. */
function sumCounts(all: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> {
  const sums = new Map<string, number>();
  for (const [name, count] of all.flatMap((counts) => Object.entries(counts)))
    sums.set(name, (sums.get(name) ?? 0) + count);
  return Object.fromEntries([...sums].sort(([a], [b]) => (a < b ? -1 : 1)));
}
