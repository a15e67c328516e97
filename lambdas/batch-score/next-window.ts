import type { ModelConfig } from '../core/config.ts';
import type { TimeWindow } from '../core/time/windows.ts';
import type { Ports } from '../ports/index.ts';
import { newestBatch } from '../stores/batches.ts';
import { readFeatures } from '../stores/features.ts';
import { featureGroupOf } from '../stores/historical.ts';

const DAY_MS = 86_400_000;

/**
 * The rows that a scheduled batch scores: of the last `serving.batch.windowDays` before it, and all since the batch
 * before, should that be longer ago. It ends where the feature store ends, if that is earlier: rows which are not
 * there yet are the next batch's, so that none is skipped, whichever of export and batch is scheduled first.
 *
 * @param at - When the batch was due, ms since 1970.
 */
export async function nextBatchWindow(
  ports: Pick<Ports, 'objects'>,
  config: ModelConfig,
  at: number,
): Promise<TimeWindow> {
  const covered = (await readFeatures(ports, featureGroupOf(config)))?.coveredTo;
  const to = covered === undefined ? at : Math.min(at, Date.parse(covered));
  const from = to - (config.serving.batch?.windowDays ?? 1) * DAY_MS;
  const before = (await newestBatch(ports))?.window;
  return { from: before === undefined ? from : Math.min(from, before.to), to };
}
