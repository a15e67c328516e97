import type { ModelConfig } from '../core/config.ts';
import { eventKey } from '../core/evaluation/outcomes.ts';
import { labelsOf } from '../core/model-table.ts';
import { numbersOf, textsOf } from '../core/table/rows.ts';
import type { TimeWindow } from '../core/time/windows.ts';
import type { Ports } from '../ports/index.ts';
import { getHistorical } from '../stores/historical.ts';
import { readPredictions } from '../stores/predictions.ts';
import { pseudonyms } from '../stores/pseudonym.ts';
import { type Truth, writeTruth } from '../stores/truth.ts';

/**
 * Collects the outcomes that are known by now: of events in [from, to), and of the events that predictions of that time
 * were made for, whenever those happened. A monitor joins them to the predictions. A row without a label is an outcome
 * that is not known yet: a later run over the same events finds it.
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
  const predicted = await predictedEvents(ports, input);
  const { from, to } = predicted;
  const table = await getHistorical(ports, config, { from, to });
  const labels = labelsOf(table, config.problem);
  const key = textsOf(table, config.source.key);
  const times = numbersOf(table, config.source.eventTime);
  const nameOf = pseudonyms(config, input.secret);
  const outcomes: Truth[] = [];
  labels.forEach((label, row) => {
    const name = key(row);
    if (Number.isNaN(label) || name === undefined) return;
    const at = times[row] as number; // same rows
    const id = nameOf(name);
    const isInside = at >= input.from && at < input.to;
    if (isInside || predicted.events.has(eventKey(id, at))) outcomes.push({ id, at, label });
  });
  await writeTruth(ports, input.runId, ports.clock.now(), outcomes);
  ports.logger.info('ground-truth.done', { runId: input.runId, outcomes: outcomes.length });
  return outcomes.length;
}

/** Events outside of the window that predictions in it were made for, and the time that holds them and the window. */
async function predictedEvents(
  { objects }: Pick<Ports, 'objects'>,
  { from, to }: TimeWindow,
): Promise<TimeWindow & { readonly events: ReadonlySet<string> }> {
  const events = new Set<string>();
  let [first, end] = [from, to];
  for await (const { id, eventTime } of readPredictions(objects, { from, to })) {
    if (eventTime === undefined || (eventTime >= from && eventTime < to)) continue;
    events.add(eventKey(id, eventTime));
    first = Math.min(first, eventTime);
    end = Math.max(end, eventTime + 1); // the end is not in it
  }
  return { from: first, to: end, events };
}
