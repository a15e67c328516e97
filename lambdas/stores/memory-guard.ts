/** Ends a step that holds whole tables by a code of its own, before the system around it ends the process by none. */

import { RuntimeFailure } from '../core/errors.ts';
import type { Table } from '../core/table/table.ts';
import type { Ports } from '../ports/index.ts';

/** The rest is for the runtime, and for what is allocated between two looks. */
const SHARE = 0.9;
const BYTES_PER_MB = 1_048_576;
const NUMBER_BYTES = 8;

/** Something that is about to be held. */
export interface Wanted {
  /** Rows read so far. */
  readonly rows: number;
  /** Bytes that are about to be allocated at once. @default 0 */
  readonly bytes?: number;
}

/**
 * Looks whether the process has room for what comes next. Does nothing where the system sets no limit.
 *
 * @throws RuntimeFailure `train/out-of-memory`, which another attempt would meet again
 */
export function requireMemory({ memory }: Pick<Ports, 'memory'>, { rows, bytes = 0 }: Wanted): void {
  if (memory === undefined) return;
  const wantedMb = bytes / BYTES_PER_MB;
  const isShort = () => memory.usedMb() + wantedMb > SHARE * memory.limitMb;
  if (!isShort()) return;
  memory.collect();
  if (!isShort()) return;
  const needs = Math.round(memory.usedMb() + wantedMb);
  throw new RuntimeFailure(
    'train/out-of-memory',
    `${rows} rows read so far need ${needs} MB; the function uses at most ${SHARE * 100} % of its ${memory.limitMb} MB`,
    {
      fix: 'raise cloud.trainingMemoryMb of the environment, at most to 10240, or give training.window fewer days',
    },
  );
}

/** A table smaller than this is copied without a collection before, which takes longer. */
const LARGE_BYTES = 8 * BYTES_PER_MB;

/**
 * Makes room for a copy of whole columns: frees what the step before has left, so that a step needs the memory of its
 * tables and not that of its leavings.
 *
 * @throws RuntimeFailure `train/out-of-memory`
 */
export function makeRoom(ports: Pick<Ports, 'memory'>, wanted: Required<Wanted>): void {
  if (wanted.bytes >= LARGE_BYTES) ports.memory?.collect();
  requireMemory(ports, wanted);
}

/**
 * Bytes that a parser may allocate at its next chunk: every column doubles at the same row, and what it had until then is
 * still there.
 */
export const doublingBytes = (rows: number, columns: number): number => 2 * NUMBER_BYTES * rows * columns;

/** Bytes of a table's rows, without the texts of its categories, which copies share. */
export function bytesOf({ columns }: Table): number {
  let bytes = 0;
  for (const column of columns.values())
    bytes += column.kind === 'numeric' ? column.values.byteLength : column.codes.byteLength;
  return bytes;
}
