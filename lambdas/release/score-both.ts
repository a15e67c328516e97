import type { ModelConfig } from '../core/config.ts';
import { predictTable } from '../core/predict.ts';
import type { ReplayScores } from '../core/release/replay.ts';
import type { ReleaseState } from '../core/release/state.ts';
import { takeRows } from '../core/rows.ts';
import type { Ports } from '../ports/index.ts';
import { readBundle } from '../stores/bundle.ts';
import { getHistorical } from '../stores/historical.ts';

/**
 * Scores the newest rows of the feature store with the champion and the challenger. Stored rows, not captured
 * requests: those lack the columns that must not be captured.
 */
export async function scoreBoth(
  ports: Pick<Ports, 'objects'>,
  config: ModelConfig,
  { champion, challenger }: ReleaseState,
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
  const score = async (ref: { readonly version: number; readonly digest: string } | null) =>
    ref === null ? new Float32Array(0) : predictTable(await readBundle(ports, ref.version, ref.digest), rows);
  return {
    champion: await score(champion),
    challenger: await score(challenger),
    ...(problem.type === 'binary-classification' && { threshold: serving.decisionThreshold }),
    changeExpected: challenger?.changeExpected ?? false,
  };
}
