import pc from 'picocolors';
import type { Story, Tone, Work } from '../lambdas/local/story.ts';

/** Where the story is drawn. Cursor movement only on a terminal; plain lines everywhere else. */
export interface Screen {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const MARKS: Readonly<Record<Tone, (text: string) => string>> = {
  plain: (text) => `${pc.dim('·')} ${text}`,
  good: (text) => `${pc.green('✔')} ${text}`,
  warn: (text) => `${pc.yellow('▲')} ${pc.yellow(text)}`,
  bad: (text) => `${pc.red('✖')} ${pc.red(text)}`,
};

const BAR_WIDTH = 20;
/** Redraw at most this often, ms; a terminal need not show every request. */
const REDRAW_MS = 100;

/** Draws the story on a screen, one line per event; work in progress is one line that is redrawn. */
export function terminalStory(screen: Screen, steady: () => number): Story {
  const live = screen.isTTY === true;
  const line = (text: string) => screen.write(`${text}\n`);
  return {
    chapter: (title) => line(`\n${pc.bold(title)}`),
    tell: (text, { at, tone = 'plain' } = {}) => line(`  ${date(at)}${MARKS[tone](text)}`),
    work: (title, { at } = {}) => draw(title, at),
  };

  function draw(title: string, at: number | undefined): Work {
    const started = steady();
    let drawn = started;
    if (live) screen.write(`  ${date(at)}${pc.cyan('…')} ${title}`);
    return {
      progress(done, total) {
        const now = steady();
        if (!live || now - drawn < REDRAW_MS) return;
        drawn = now;
        const filled = Math.round((BAR_WIDTH * done) / Math.max(1, total));
        const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}`;
        screen.write(
          `\r\u001b[K  ${date(at)}${pc.cyan('…')} ${title} ${bar} ${count(done)} of ${count(total)}`,
        );
      },
      done(summary) {
        const took = pc.dim(duration(steady() - started));
        line(`${live ? '\r\u001b[K' : ''}  ${date(at)}${pc.green('✔')} ${title}: ${summary} ${took}`);
      },
    };
  }
}

/** `2008-05-31 `, so that replayed time stands in one column; nothing where there is none. */
function date(at: number | undefined): string {
  return at === undefined ? '' : `${pc.dim(new Date(at).toISOString().slice(0, 10))} `;
}

/** `45,211`. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** `0.8 s`, `42 ms`. */
function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
