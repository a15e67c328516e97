/** A registered version in memory, ready to score rows. */

import { InvalidInput } from '../core/errors.ts';
import { rowPredictor } from '../core/evaluation/predict.ts';
import { createReasons, type Reasons } from '../core/explain/reasons.ts';
import { rowTransformer } from '../core/features/transform.ts';
import type { VersionRef } from '../core/release/state.ts';
import type { Row } from '../core/table/table.ts';
import type { Ports } from '../ports/index.ts';
import { type BundleMetrics, readBundle } from '../stores/bundle.ts';
import { MAX_PROBLEMS, type RequestProblem } from './request-check.ts';

/** `refused`: the model's own features do not take the row, for instance an unseen category where so declared. */
type Scored =
  | { readonly kind: 'scored'; readonly score: number }
  | { readonly kind: 'refused'; readonly problems: readonly RequestProblem[] };

export interface LoadedModel extends VersionRef {
  readonly metrics: BundleMetrics;
  /** Names of the features; each may have a reason. */
  readonly features: readonly string[];
  /** The prediction for one row: a probability or a value, float32. */
  score(row: Row): Scored;
  /** Why a row that was scored got its score. The first call prepares the model, some milliseconds. */
  explain(row: Row): Reasons;
}

/**
 * Loads a version; its digest is verified before anything is parsed.
 *
 * @throws RuntimeFailure `bundle/not-found`, `bundle/digest-mismatch`, and what the readers of its files throw
 */
export async function loadModel(
  objects: Ports['objects'],
  { version, digest }: VersionRef,
): Promise<LoadedModel> {
  const { model, features, metrics } = await readBundle({ objects }, version, digest);
  const transform = rowTransformer(features);
  const predict = rowPredictor({ features, model });
  let reasons: ReturnType<typeof createReasons> | undefined;
  return {
    version,
    digest,
    metrics,
    features: features.fields.map(({ name }) => name),
    score(row) {
      try {
        return { kind: 'scored', score: predict(row) };
      } catch (error) {
        if (error instanceof InvalidInput) return { kind: 'refused', problems: problemsOf(error) };
        throw error;
      }
    },
    explain(row) {
      reasons ??= createReasons({ features, model });
      return reasons(transform(row));
    },
  };
}

/** Without `got`: an answer never repeats what was sent. */
function problemsOf({ problems }: InvalidInput): readonly RequestProblem[] {
  return problems.slice(0, MAX_PROBLEMS).map(({ code, path, message, allowed = `not ${message}` }) => ({
    code,
    path: `features.${path}`,
    allowed,
  }));
}
