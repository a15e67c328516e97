/** Lines that a whole run tells, and its waits. */

import { setTimeout as wait } from 'node:timers/promises';

const started = Date.now();

/** Tells a line, with the seconds since the start. */
export const say = (text: string): void =>
  void process.stdout.write(`${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s  ${text}\n`);

/** Waits for something to be so. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false>,
  seconds = 90,
): Promise<T> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await wait(300)) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
  }
  throw new Error(`${what} did not come to be in ${seconds} s`);
}
