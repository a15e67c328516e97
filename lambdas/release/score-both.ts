import type { ModelConfig } from '../core/config.ts';
import { RuntimeFailure } from '../core/errors.ts';
import { lackedColumns, predictTable } from '../core/evaluation/predict.ts';
import type { ReplayScores } from '../core/release/replay.ts';
import type { Challenger, VersionRef } from '../core/release/state.ts';
import { takeRows } from '../core/table/rows.ts';
import type { Table } from '../core/table/table.ts';
import type { Ports } from '../ports/index.ts';
import { type Bundle, readBundle } from '../stores/bundle.ts';
import { getHistorical } from '../stores/historical.ts';

/**
 * Scores the newest rows of the feature store with the champion and the challenger. Stored rows, not captured
 * requests: those lack the columns that must not be captured.
 *
 * @throws RuntimeFailure `release/not-comparable` when one of them reads a column that is not stored any more,
 *   `bundle/not-found`, `bundle/digest-mismatch`, `features/nothing-ingested`
 */
export async function scoreBoth(
  ports: Pick<Ports, 'objects'>,
  config: ModelConfig,
  champion: VersionRef,
  challenger: Challenger,
): Promise<ReplayScores> {
  const { problem, serving } = config;
  const history = await getHistorical(ports, config, {
    from: Number.NEGATIVE_INFINITY,
    to: Number.POSITIVE_INFINITY,
  });
  const first = Math.max(0, history.rows - serving.release.replayRows);
  const rows = takeRows(
    history,
    Int32Array.from({ length: history.rows - first }, (_, i) => first + i),
  );
  const score = async ({ version, digest }: VersionRef) =>
    scoreWith(await readBundle(ports, version, digest), rows);
  return {
    champion: await score(champion),
    challenger: await score(challenger),
    ...(problem.type === 'binary-classification' && { threshold: serving.decisionThreshold }),
    changeExpected: challenger.changeExpected,
  };
}

function scoreWith(bundle: Bundle, rows: Table): Float32Array {
  const [missing] = lackedColumns(bundle.features, rows);
  if (missing === undefined) return predictTable(bundle, rows);
  throw new RuntimeFailure(
    'release/not-comparable',
    `version ${bundle.version} needs column '${missing}', which the feature store no longer has`,
    { fix: 'set serving.release.strategy to all-at-once for this release' },
  );
}
