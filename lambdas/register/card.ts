/**
 * The model card: what the model is, what it learnt from, how well it does and where it must not be used.
 * Facts come from the run's records; what only a person can say comes from the blueprint, or is null.
 */

import type { ModelConfig } from '../core/config.ts';
import type { RunIdentity } from '../stores/identity.ts';
import type { Evaluation, RunRecord, TrainingMetrics } from '../stores/runs.ts';
import { describeHoldout } from './describe-rows.ts';

/** Statements of the owner in the blueprint. Null is shown as "not stated by owner". */
export type OwnerStatements = ModelConfig['card'];

export interface ModelCard {
  readonly schemaVersion: 1;
  readonly model: string;
  readonly version: number;
  readonly owner: OwnerStatements;
  readonly data: RunRecord['data'] & {
    readonly featuresVersion: number;
    readonly columns: readonly string[];
  };
  readonly training: Pick<
    RunRecord,
    | 'runId'
    | 'startedAt'
    | 'trigger'
    | 'trainedBy'
    | 'codeVersion'
    | 'configSha256'
    | 'algorithm'
    | 'parameters'
    | 'seed'
  > & { readonly rounds: number };
  /** Digests of all that the run was made of; absent in cards before 0.2. */
  readonly identity?: RunIdentity;
  readonly importance: TrainingMetrics['importance'];
  /** The leader board of a search, best first; absent without one. */
  readonly trials?: TrainingMetrics['trials'];
  readonly evaluation: Evaluation;
  /** Limits of every model that this project trains, in words. */
  readonly limits: readonly string[];
}

/** The facts of one version. */
export interface CardFacts {
  readonly version: number;
  readonly run: RunRecord;
  readonly featuresVersion: number;
  /** Encoded feature names. */
  readonly columns: readonly string[];
  readonly training: TrainingMetrics;
  readonly evaluation: Evaluation;
  readonly owner: OwnerStatements;
  /** The tests that decide its release, in words. */
  readonly releases: string;
}

/** Composes the card. The same facts give the same card. */
export function modelCard(facts: CardFacts): ModelCard {
  const { version, run, featuresVersion, columns, training, evaluation, owner, releases } = facts;
  const { runId, startedAt, trigger, trainedBy, codeVersion, configSha256, algorithm, parameters, seed } =
    run;
  return {
    schemaVersion: 1,
    model: run.model,
    version,
    owner,
    data: { ...run.data, featuresVersion, columns },
    training: {
      runId,
      startedAt,
      trigger,
      trainedBy,
      codeVersion,
      configSha256,
      algorithm,
      parameters,
      seed,
      rounds: training.rounds,
    },
    ...(run.identity && { identity: run.identity }),
    importance: training.importance,
    ...(training.trials && { trials: training.trials }),
    evaluation,
    limits: limits(run, evaluation, releases),
  };
}

/** Heads of the table of a model's categories. */
export const CATEGORY_HEADS = ['Column', 'Levels', 'Kept', 'Share of rows with a kept one'] as const;

/** The rows' digests with their names, as the card shows them. */
export function rowsFacts({ identity }: Pick<ModelCard, 'identity'>): readonly (readonly [string, string])[] {
  if (identity === undefined) return [];
  const { kind, sha256, earlier } = identity.rows;
  const what = kind === 'file' ? 'SHA-256 of the file, uncompressed' : "SHA-256 of the export's manifest";
  return [
    [what, sha256],
    ...(earlier === undefined
      ? []
      : [[`SHA-256 of the list of ${earlier.parts} earlier parts`, earlier.sha256] as const]),
  ];
}

function limits(run: RunRecord, evaluation: Evaluation, releases: string): readonly string[] {
  const { from, to } = run.data.window;
  return [
    `Learnt from events between ${from} and ${to}; later changes are not in it until it is trained again.`,
    `Measured on rows kept apart (${describeHoldout(run.data)}); intervals cover sampling error, not a changed world.`,
    'Importance and reasons show what the model uses, not what causes the outcome.',
    `Its release has error rates: ${releases}.`,
    ...(evaluation.slices.length === 0
      ? ['No groups of rows were measured apart; fairness is not stated.']
      : []),
    ...(evaluation.baseline === null ? ['No baseline was measured.'] : []),
  ];
}
