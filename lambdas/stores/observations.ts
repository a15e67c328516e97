/** Observations: the prediction records of a window, folded into what releases and monitors judge by. */

import { RefusedCounter } from '../core/refused.ts';
import type { Observation } from '../core/release/observation.ts';
import type { TimeWindow } from '../core/time/windows.ts';
import type { Ports } from '../ports/index.ts';
import { type Prediction, readPredictions } from './predictions.ts';

export interface ObservationRule {
  /** Ascending edges of score bins: bin i holds edges[i-1] < score <= edges[i]; one more bin than edges. */
  readonly scoreEdges: readonly number[];
  /** An answer that took longer is slow. */
  readonly slowMs: number;
}

/**
 * One observation per arm and version, in the order of their first record.
 *
 * @throws what the store throws
 */
export async function readObservations(
  objects: Pick<Ports['objects'], 'list' | 'read'>,
  window: TimeWindow,
  rule: ObservationRule,
): Promise<Observation[]> {
  const fold = foldObservations(rule);
  for await (const prediction of readPredictions(objects, window)) fold.add(prediction);
  return fold.result();
}

/** Adds up records, in any order; `result` may be asked for at any time. */
export interface ObservationFold {
  add(prediction: Prediction): void;
  result(): Observation[];
}

/**
 * The evidence test needs independent events, and one customer with a broken client is one event: of an entity's
 * answers under one version only the worst counts (error, then invalid, then slow). Answers without an entity
 * count each.
 */
export function foldObservations(rule: ObservationRule): ObservationFold {
  const groups = new Map<string, Group>();
  return {
    add(prediction) {
      const { arm, version, entity } = prediction;
      const name = `${arm} ${version}`;
      const group = groups.get(name) ?? newGroup(prediction, rule);
      groups.set(name, group);
      group.requests += 1;
      if (entity === undefined) {
        count(group.counts, prediction, rule);
        return;
      }
      const known = group.worst.get(entity);
      if (known === undefined || severity(prediction, rule) > severity(known, rule))
        group.worst.set(entity, prediction);
    },
    result: () =>
      [...groups.values()].map(({ first, worst, counts, requests }) => {
        const all = { ...counts, scoreHistogram: [...counts.scoreHistogram], refused: new RefusedCounter() };
        for (const one of counts.refused.result()) all.refused.add(one, one.count);
        for (const prediction of worst.values()) count(all, prediction, rule);
        const { arm, version } = first;
        const refused = all.refused.result();
        const { refused: _, ...numbers } = all;
        const repeated = requests > numbers.n && { requests };
        return { arm, version, ...numbers, ...repeated, ...(refused.length > 0 && { refused }) };
      }),
  };
}

interface Counts {
  n: number;
  invalid: number;
  error: number;
  slow: number;
  readonly refused: RefusedCounter;
  readonly scoreHistogram: number[];
}

interface Group {
  readonly first: Prediction;
  /** By entity. */
  readonly worst: Map<string, Prediction>;
  readonly counts: Counts;
  requests: number;
}

const newGroup = (first: Prediction, rule: ObservationRule): Group => ({
  first,
  worst: new Map(),
  counts: emptyCounts(rule),
  requests: 0,
});

function emptyCounts({ scoreEdges }: ObservationRule): Counts {
  const scoreHistogram: number[] = new Array(scoreEdges.length + 1).fill(0);
  return { n: 0, invalid: 0, error: 0, slow: 0, refused: new RefusedCounter(), scoreHistogram };
}

function severity({ status, latencyMs }: Prediction, { slowMs }: ObservationRule): number {
  if (status === 'error') return 3;
  if (status === 'invalid') return 2;
  return latencyMs > slowMs ? 1 : 0;
}

function count(counts: Counts, prediction: Prediction, rule: ObservationRule): void {
  const { status, latencyMs, score, refused } = prediction;
  counts.n += 1;
  if (refused !== undefined) counts.refused.add(refused);
  if (status !== 'ok') counts[status] += 1;
  if (latencyMs > rule.slowMs) counts.slow += 1;
  if (score === undefined) return;
  const bin = rule.scoreEdges.findIndex((edge) => score <= edge);
  const at = bin === -1 ? rule.scoreEdges.length : bin;
  counts.scoreHistogram[at] = (counts.scoreHistogram[at] as number) + 1; // at is one of the bins
}
