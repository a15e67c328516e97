import type { GlobalOptions } from './command.ts';
import { pageOf, type Screen } from './page.ts';
import { CLEAR } from './terminal-text.ts';

/** How often a terminal is told that the work goes on, ms. */
const REDRAW_MS = 1_000;
/** How often a pipe is, ms; work that is done sooner tells it nothing. */
const SILENCE_MS = 10_000;

/**
 * Says on a screen what is under way: on a terminal a last line that is redrawn and goes when the work ends, elsewhere
 * a plain line now and then.
 *
 * @param doing - Returns the work that is under way now.
 */
export async function withProgress<T>(
  screen: Screen,
  { quiet, json, color }: Pick<GlobalOptions, 'quiet' | 'json' | 'color'>,
  doing: () => string,
  work: () => Promise<T>,
): Promise<T> {
  if (quiet || json) return work();
  const { colors, columns } = pageOf(screen, color);
  const live = screen.isTTY === true;
  const started = performance.now();
  const show = () => {
    const seconds = Math.round((performance.now() - started) / 1000);
    const text = `${doing()} (${seconds} s)`.slice(0, columns - 3);
    screen.write(live ? `${CLEAR}${colors.cyan('…')} ${text}` : `… ${text}\n`);
  };
  if (live) show(); // work that keeps the process busy leaves the timer no time
  const timer = setInterval(show, live ? REDRAW_MS : SILENCE_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    if (live) screen.write(CLEAR);
  }
}
