import type { ModelConfig } from '../core/config.ts';
import { labelsOf } from '../core/model-table.ts';
import { numbersOf, textsOf } from '../core/rows.ts';
import type { Ports } from '../ports/index.ts';
import { getHistorical } from '../stores/historical.ts';
import { pseudonyms } from '../stores/predictions.ts';
import { type Truth, writeTruth } from '../stores/truth.ts';

/**
 * Collects the outcomes that are known by now of events in [from, to), so that a monitor can join them to the
 * predictions. A row without a label is an outcome that is not known yet: a later run over the same events finds it.
 *
 * @returns how many were found
 */
export async function runGroundTruth(
  ports: Pick<Ports, 'objects' | 'clock' | 'logger'>,
  config: ModelConfig,
  input: {
    readonly runId: string;
    readonly from: number;
    readonly to: number;
    /** The scoring service's: outcomes are kept under the same pseudonyms. */
    readonly secret?: string;
  },
): Promise<number> {
  const table = await getHistorical(ports, config, input);
  const labels = labelsOf(table, config.problem);
  const key = textsOf(table, config.source.key);
  const times = numbersOf(table, config.source.eventTime);
  const nameOf = pseudonyms(config, input.secret);
  const outcomes: Truth[] = [];
  labels.forEach((label, row) => {
    const id = key(row);
    if (Number.isNaN(label) || id === undefined) return;
    outcomes.push({ id: nameOf(id), at: times[row] as number, label }); // same rows
  });
  await writeTruth(ports, input.runId, ports.clock.now(), outcomes);
  ports.logger.info('ground-truth.done', { runId: input.runId, outcomes: outcomes.length });
  return outcomes.length;
}
