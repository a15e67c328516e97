/** The frame of an end to end: what was started is ended, last first, on every way out. */

import { say } from './story.ts';

export interface EndToEnd {
  /** As its last line begins: `end to end on Azure's emulators`. */
  readonly name: string;
  /** Many times what it takes on two idle processors. */
  readonly mostMs: number;
  readonly main: () => Promise<void>;
  /** Ended last first, also after a failure. */
  readonly closing: (() => unknown)[];
  /** Lines that the functions logged as errors, for a failure. */
  readonly errorLines: () => readonly string[];
}

/** Runs it, says how it ended, and ends this process; the first reason is the one that counts. */
export async function runToEnd({ name, mostMs, main, closing, errorLines }: EndToEnd): Promise<void> {
  const timer = setTimeout(() => {
    say(`${name}: FAILED, it takes longer than ${mostMs / 1_000} s`);
    void end(1);
  }, mostMs);
  let ending = false;

  async function end(code: number): Promise<void> {
    if (ending) return;
    ending = true;
    clearTimeout(timer);
    for (const close of closing.splice(0).reverse())
      await Promise.resolve()
        .then(close)
        .catch((error: unknown) => say(`not ended: ${String(error)}`));
    process.exit(code);
  }

  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end(1));
  await main().then(
    () => {
      say(`${name}: passed`);
      return end(0);
    },
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      for (const line of errorLines()) process.stderr.write(`${line}\n`);
      say(`${name}: FAILED`);
      return end(1);
    },
  );
}
