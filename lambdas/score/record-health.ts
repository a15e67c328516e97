/** Whether prediction records reach their stream; what was lost, and what still waits. */

import type { Clock, Logger } from '../ports/index.ts';
import { codeOf } from './answer.ts';

/** `unwritten` records wait in the stream and are written when it can be; `lost` ones since it last could be are gone. */
export interface RecordTrouble {
  readonly unwritten: number;
  readonly lost: number;
  /** Code of the newest failure. */
  readonly code: string;
}

export interface RecordHealth {
  /** The stream did not take these records. */
  lost(records: number, cause: unknown): void;
  /** The stream took these records and could not write them; it keeps them. */
  held(records: number, cause: unknown): void;
  /** Everything that the stream took is written. */
  written(): void;
  /** Nothing waits for the records that are held: counts them as lost. */
  giveUp(cause: unknown): void;
  /** Undefined when all is well. */
  readonly trouble: RecordTrouble | undefined;
}

/** Shortest time between two log lines about one trouble; its beginning and its end are logged at once. */
const LOG_INTERVAL_MS = 10_000;

/**
 * Watches the records of one service and logs what becomes of them.
 *
 * @param count - Counts records as lost.
 */
export function watchRecords(
  {
    clock,
    logger,
  }: { readonly clock: Pick<Clock, 'steady'>; readonly logger: Pick<Logger, 'warn' | 'info'> },
  count: (records: number) => void,
): RecordHealth {
  let trouble: RecordTrouble | undefined;
  let loggedAt = 0;
  let logged = { lost: 0, unwritten: 0 };

  function worse(change: { readonly lost?: number; readonly held?: number }, cause: unknown): void {
    const { lost = 0, held = 0 } = change;
    if (lost + held === 0) return;
    const begins = trouble === undefined;
    trouble = {
      lost: (trouble?.lost ?? 0) + lost,
      unwritten: (trouble?.unwritten ?? 0) + held,
      code: codeOf(cause),
    };
    if (begins || clock.steady() - loggedAt >= LOG_INTERVAL_MS) log(trouble);
  }

  function log({ lost, unwritten, code }: RecordTrouble): void {
    loggedAt = clock.steady();
    if (lost > logged.lost) logger.warn('score.records-lost', { records: lost - logged.lost, code });
    if (unwritten > logged.unwritten) logger.warn('score.records-unwritten', { records: unwritten, code });
    logged = { lost, unwritten };
  }

  return {
    lost(records, cause) {
      count(records);
      worse({ lost: records }, cause);
    },
    held: (records, cause) => worse({ held: records }, cause),
    written() {
      if (trouble === undefined) return;
      log({ ...trouble, unwritten: logged.unwritten });
      logger.info('score.records-written', { records: trouble.unwritten });
      trouble = undefined;
      logged = { lost: 0, unwritten: 0 };
    },
    giveUp(cause) {
      if (trouble === undefined || trouble.unwritten === 0) return;
      const { unwritten } = trouble;
      count(unwritten);
      trouble = { lost: trouble.lost + unwritten, unwritten: 0, code: codeOf(cause) };
      log(trouble);
    },
    get trouble() {
      return trouble;
    },
  };
}
