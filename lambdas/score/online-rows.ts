/** What the online store adds to a request: the whole row of a key, or what its earlier events say. */

import type { ModelConfig } from '../core/config.ts';
import { pastFeatures, rowWithPast } from '../core/features/past.ts';
import type { OnlineRow, Ports } from '../ports/index.ts';
import { codeOf } from './answer.ts';
import type { KeyRequest, RequestRow } from './request-check.ts';

/** `unavailable`: the store did not answer, or holds rows from before features looked back; not the version's fault. */
export type OnlineRows = readonly RequestRow[] | 'unknown' | 'unavailable';

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
  { features }: Pick<ModelConfig, 'features'>,
): OnlineReader {
  const looksBack = pastFeatures(features).length > 0;

  /** As getHistorical would answer at that time. @throws Unanswerable */
  function past({ row }: RequestRow, found: OnlineRow | undefined, at: number): RequestRow['row'] {
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
      return 'unavailable';
    }
  }

  return {
    rowOf: ({ key, id, eventTime }) =>
      attempt(async () => {
        const found = await online.get(key);
        if (found === undefined || (eventTime !== undefined && found.at > eventTime)) return 'unknown';
        const at = eventTime ?? found.at;
        const row = { id, key, eventTime: at, row: found.values };
        return [{ ...row, row: past(row, found, at) }];
      }),
    async withPast(rows, at) {
      if (!looksBack) return rows;
      return attempt(async () => {
        const keys = [...new Set(rows.flatMap(({ key }) => key ?? []))];
        const found = new Map(
          await Promise.all(keys.map(async (key) => [key, await online.get(key)] as const)),
        );
        return rows.map((row) => ({
          ...row,
          row: past(row, row.key === undefined ? undefined : found.get(row.key), row.eventTime ?? at),
        }));
      });
    },
  };
}

/** A row that was stored before features looked back: nothing is guessed. */
class Unanswerable extends Error {}
