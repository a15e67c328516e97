/** Joins predictions with the outcomes of their events: by id and event time, or by id alone where that is enough. */

import type { TimeWindow } from '../time/windows.ts';

/** The known outcome of one event. */
export interface Outcome {
  /** The prediction's id: the key of the row that it was made for, as a pseudonym where there is a secret. */
  readonly id: string;
  /** Event time of the row, ms since 1970. */
  readonly at: number;
  /** 0 or 1 for a class, the value for a regression. */
  readonly label: number;
}

export interface OutcomeIndex {
  /**
   * Returns the label of a prediction's event, or undefined while it is not known. A prediction without an event time
   * has one only if its id has one event in the window: of several, nobody knows which was predicted.
   */
  labelOf(prediction: { readonly id: string; readonly eventTime?: number | undefined }): number | undefined;
}

/**
 * Indexes outcomes; of one event the last counts.
 *
 * @param window - Event times that predictions without one are joined in.
 */
export function indexOutcomes(outcomes: Iterable<Outcome>, { from, to }: TimeWindow): OutcomeIndex {
  const labels = new Map<string, number>();
  const onlyEvents = new Map<string, number>(); // NaN: the id has several
  for (const { id, at, label } of outcomes) {
    labels.set(eventKey(id, at), label);
    if (at < from || at >= to) continue;
    const known = onlyEvents.get(id) ?? at;
    onlyEvents.set(id, known === at ? at : Number.NaN);
  }
  return {
    labelOf: ({ id, eventTime }) => labels.get(eventKey(id, eventTime ?? onlyEvents.get(id) ?? Number.NaN)),
  };
}

/** Names an event; no time has a space, so no two events have one name. */
export const eventKey = (id: string, at: number): string => `${at} ${id}`;
