/** Completes requests from the online store: with the whole row of a key, or with features of its earlier events. */

import type { ModelConfig } from '../core/config.ts';
import { formatTimestamp } from '../core/csv/timestamp.ts';
import { columnFeatures } from '../core/features/columns.ts';
import { pastFeatures, rowWithPast } from '../core/features/past.ts';
import type { Row } from '../core/table/table.ts';
import type { OnlineRow, Ports } from '../ports/index.ts';
import { codeOf, type KnownPast } from './answer.ts';
import type { KeyRequest, RequestRow } from './request-check.ts';

/** A row of a request, completed. */
export interface CompletedRow extends RequestRow {
  /** Only where the store was asked. */
  readonly known?: KnownPast;
}

/**
 * `unknown`: positions of rows whose keys the store does not have, where the blueprint refuses those. `unavailable`: the
 * store did not answer, or holds rows from before features looked back; not the version's fault.
 */
export type OnlineRows =
  | { readonly kind: 'rows'; readonly rows: readonly CompletedRow[] }
  | { readonly kind: 'unknown'; readonly positions: readonly number[] }
  | { readonly kind: 'unavailable' };

export interface OnlineReader {
  /**
   * The newest row of a key, with what the events before it say, or before the event time that the request names.
   * `unknown` where the store has none, or only one of after that time: what came later was not known then.
   */
  rowOf(request: KeyRequest): Promise<OnlineRows>;
  /**
   * Rows with what the earlier events of their keys say; a new key has none. A row happens at its event time, or at
   * this time where it names none.
   */
  withPast(rows: readonly RequestRow[], at: number): Promise<OnlineRows>;
}

/** Reads for the requests of one model. */
export function createOnlineReader(
  { online, logger }: Pick<Ports, 'online' | 'logger'>,
  { features, serving }: Pick<ModelConfig, 'features' | 'serving'>,
): OnlineReader {
  const past = pastFeatures(features).map(({ name }) => name);
  const looksBack = past.length > 0;
  const all = [...columnFeatures(features).map(({ name }) => name), ...past];
  const refusesUnknown = serving.online?.unknownKey === 'refuse';

  /** As getHistorical would answer at that time. @throws Unanswerable */
  function completed({ row }: Pick<RequestRow, 'row'>, found: OnlineRow | undefined, at: number): Row {
    if (!looksBack) return row;
    if (found !== undefined && found.events === undefined) throw new Unanswerable();
    return rowWithPast(row, features, found?.events, at);
  }

  async function attempt(read: () => Promise<OnlineRows>): Promise<OnlineRows> {
    try {
      return await read();
    } catch (error) {
      if (error instanceof Unanswerable)
        logger.error('score.online-row-without-events', { fix: 'raise features.version' });
      else logger.error('score.online-store-failed', { code: codeOf(error) });
      return { kind: 'unavailable' };
    }
  }

  return {
    rowOf: ({ key, id, eventTime }) =>
      attempt(async () => {
        const found = await online.get(key);
        if (found === undefined || (eventTime !== undefined && found.at > eventTime))
          return { kind: 'unknown', positions: [0] };
        const at = eventTime ?? found.at;
        const row = completed({ row: found.values }, found, at);
        const known = { asOf: timeOf(found.at), missing: missingIn(row, all) };
        return { kind: 'rows', rows: [{ id, key, eventTime: at, row, known }] };
      }),
    async withPast(rows, at) {
      if (!looksBack) return { kind: 'rows', rows };
      return attempt(async () => {
        const keys = [...new Set(rows.flatMap(({ key }) => key ?? []))];
        const found = new Map(
          await Promise.all(keys.map(async (key) => [key, await online.get(key)] as const)),
        );
        const stored = ({ key }: RequestRow) => (key === undefined ? undefined : found.get(key));
        if (refusesUnknown && keys.some((key) => found.get(key) === undefined))
          return {
            kind: 'unknown',
            positions: rows.flatMap((row, i) => (stored(row) === undefined ? [i] : [])),
          };
        const complete = rows.map((request): CompletedRow => {
          const when = request.eventTime ?? at;
          const row = completed(request, stored(request), when);
          const known = { asOf: timeOf(lastBefore(stored(request), when)), missing: missingIn(row, past) };
          return { ...request, row, known };
        });
        return { kind: 'rows', rows: complete };
      });
    },
  };
}

/** Time of the newest event that a row at this time looks back at. */
const lastBefore = (found: OnlineRow | undefined, at: number): number | undefined =>
  found?.events?.times.findLast((time) => time < at);

const timeOf = (at: number | undefined): string | null =>
  at === undefined ? null : (formatTimestamp(at) ?? null);

const missingIn = (row: Row, names: readonly string[]): readonly string[] =>
  names.filter((name) => (row.get(name) ?? null) === null);

/** A row that was stored before features looked back: nothing is guessed. */
class Unanswerable extends Error {}
