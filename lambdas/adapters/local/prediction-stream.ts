import { join } from 'node:path';
import { RuntimeFailure } from '../../core/errors.ts';
import { checkKey } from '../../ports/object-key.ts';
import { type PredictionStream, RecordsLost } from '../../ports/prediction-stream.ts';
import type { LineWriter } from './line-writer.ts';
import { lockedIn } from './object-store.ts';

export interface PredictionStreamOptions {
  /** Folder of the object store: the files are its objects. */
  readonly root: string;
  /** Names this process's files. Two processes must not share it. */
  readonly instance: string;
  readonly lines: LineWriter;
}

/**
 * Appends to `predictions/<date>/<hour>/<instance>.jsonl`, by the record's own time in UTC. Records are written
 * in the background; `flush` waits for them. A reader skips a line that is not a whole JSON document: a process
 * that was killed may have left one. An append holds the lock of the object, so that a record is never lost to a process
 * that replaces the file at that moment.
 */
export function createPredictionStream({ root, instance, lines }: PredictionStreamOptions): PredictionStream {
  checkKey(instance);
  const locked = lockedIn(root);
  let named = 0;
  return {
    nextId() {
      named += 1;
      return `${instance}-${named}`;
    },
    async append(records) {
      for (const { line } of records)
        if (/[\r\n]/.test(line))
          throw new RuntimeFailure('predictions/line-break', 'a prediction record must be one line');
      for (const [index, { at, line }] of records.entries()) {
        const [date, time] = new Date(at).toISOString().split('T') as [string, string];
        const path = join(root, 'predictions', date, time.slice(0, 2), `${instance}.jsonl`);
        if (!lines.append(path, line, locked)) {
          const full = new RuntimeFailure(
            'predictions/buffer-full',
            'prediction records are not being written',
            {
              retryable: true,
              fix: 'make room on the disk',
            },
          );
          throw new RecordsLost(records.length - index, full);
        }
      }
    },
    flush: () => lines.flush(),
  };
}
