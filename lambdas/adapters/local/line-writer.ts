import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RuntimeFailure } from '../../core/errors.ts';
import { PRIVATE } from './private.ts';

/** Runs an append while nobody replaces the file. */
type Guard = (path: string, work: () => Promise<void>) => Promise<void>;

/** Appends lines to files in the background, in order, at least once. */
export interface LineWriter {
  /**
   * Takes the line, or returns false when the buffer is full because the disk does not follow.
   *
   * @param guard - Holds the file's lock during the append. @default - the file is never replaced
   */
  append(path: string, line: string, guard?: Guard): boolean;
  /**
   * Waits until every line taken can be read.
   *
   * @throws RuntimeFailure `lines/not-written` (retryable); the lines stay in the buffer
   */
  flush(): Promise<void>;
}

/**
 * One writer for many files. A process that is killed loses what it has not flushed and may leave a torn last
 * line; the next append to that file begins on a new line, so that only the torn one is lost. A file has one
 * process that appends to it.
 *
 * @param maxBuffered - Characters kept in memory.
 */
export function createLineWriter(maxBuffered = 8 * 1024 * 1024): LineWriter {
  /** Text to append by file, in the order of the first line of each file. */
  const waiting = new Map<string, string>();
  const guards = new Map<string, Guard>();
  let buffered = 0;
  let drained: Promise<void> | undefined;

  async function drain(): Promise<void> {
    const batch = [...waiting];
    waiting.clear();
    for (const [index, [path, text]] of batch.entries()) {
      try {
        await (guards.get(path) ?? unguarded)(path, () => appendText(path, text));
        buffered -= text.length;
      } catch (cause) {
        for (const [unwritten, rest] of batch.slice(index)) {
          waiting.set(unwritten, rest + (waiting.get(unwritten) ?? ''));
        }
        throw new RuntimeFailure('lines/not-written', `cannot append to ${path}`, { cause, retryable: true });
      }
    }
  }

  function start(): Promise<void> {
    drained ??= drain().then(
      () => {
        drained = undefined;
        if (waiting.size > 0) startInBackground();
      },
      (error: unknown) => {
        drained = undefined;
        throw error;
      },
    );
    return drained;
  }

  /** A failure is not lost: the text stays, and flush tries again and reports it. */
  function startInBackground(): void {
    start().catch(() => {});
  }

  return {
    append(path, line, guard) {
      const text = `${line}\n`;
      if (buffered + text.length > maxBuffered) return false;
      buffered += text.length;
      waiting.set(path, (waiting.get(path) ?? '') + text);
      if (guard !== undefined) guards.set(path, guard);
      startInBackground();
      return true;
    },
    async flush() {
      // Lines taken before this call are in the batch under way or in the next one.
      for (let batch = 0; batch < 2 && (drained !== undefined || waiting.size > 0); batch++) await start();
    },
  };
}

const unguarded: Guard = (_, work) => work();

async function appendText(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: PRIVATE.folder });
  const file = await open(path, 'a+', PRIVATE.file);
  try {
    const { size } = await file.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await file.read(last, 0, 1, size - 1);
    const torn = size > 0 && last[0] !== NEWLINE;
    await file.appendFile(torn ? `\n${text}` : text);
  } finally {
    await file.close();
  }
}

const NEWLINE = 0x0a;
