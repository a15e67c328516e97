import { EXIT } from './exit-codes.ts';

/** SIGHUP: the terminal was closed. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs work that can be stopped with Ctrl-C, `kill` or by closing the terminal: the first time it is asked to stop and to leave things in order, the
 * second time the process ends at once.
 *
 * @param exit - Ends the process.
 */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  exit: (code: number) => void = process.exit,
): Promise<T> {
  const stop = new AbortController();
  const onSignal = () => (stop.signal.aborted ? exit(EXIT.interrupted) : stop.abort());
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    return await work(stop.signal);
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}
