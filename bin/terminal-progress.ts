import { count } from '../lambdas/core/format.ts';
import type { Progress, Task, Tone } from '../lambdas/local/progress.ts';
import { type Page, type Screen, wrap } from './page.ts';
import { CLEAR } from './terminal-text.ts';

const MARKS = { plain: '·', good: '✔', warn: '▲', bad: '✖' } as const satisfies Record<Tone, string>;
const COLORS = { plain: 'dim', good: 'green', warn: 'yellow', bad: 'red' } as const;

const BAR_WIDTH = 20;
/** Redraw at most this often, ms; a terminal need not show every request. */
const REDRAW_MS = 100;
/** A task that has shown nothing for so long says that it is still there, ms. */
const SILENCE_MS = 10_000;

/** A story that can be broken off. */
export interface TerminalProgress extends Progress {
  /** Says which work was under way when the story broke off; nothing when all was done. */
  end(): void;
}

/**
 * Draws the story on a screen, one line per event. On a terminal, work under way is a last line that is redrawn;
 * elsewhere there is no cursor movement and nothing is wrapped.
 *
 * @param steady - A steady clock, ms.
 */
export function terminalProgress(screen: Screen, page: Page, steady: () => number): TerminalProgress {
  const { colors } = page;
  const live = screen.isTTY === true;
  const underWay = new Set<{ readonly line: () => string; readonly stopped: () => void }>();

  const clear = () => (live && underWay.size > 0 ? CLEAR : '');
  const print = (text: string) => {
    screen.write(`${clear()}${text}\n`);
    redraw();
  };
  const redraw = () => {
    const newest = [...underWay].at(-1);
    if (live && newest !== undefined)
      screen.write(`${CLEAR}${colors.cyan('…')} ${newest.line().slice(0, page.columns - 3)}`);
  };
  const event = (tone: Tone, text: string, at: number | undefined, suffix = '') => {
    const indent = 4 + date(at).length;
    const [first = '', ...more] = live ? wrap(text, page.columns - indent - suffix.length) : [text];
    const paint = tone === 'warn' || tone === 'bad' ? colors[COLORS[tone]] : String;
    const rest = more.map((line) => `\n${' '.repeat(indent)}${paint(line)}`).join('');
    const mark = colors[COLORS[tone]](MARKS[tone]);
    print(`  ${colors.dim(date(at))}${mark} ${paint(first)}${rest}${colors.dim(suffix)}`);
  };

  return {
    section: (title) => print(`\n${colors.bold(title)}`),
    note: (text, { at, tone = 'plain' } = {}) => event(tone, text, at),
    task: (title, { at } = {}) => start(title, at),
    end() {
      for (const { stopped } of underWay) stopped();
    },
  };

  function start(title: string, at: number | undefined): Task {
    const started = steady();
    let shown = started;
    let heard = started;
    let state = '';
    const elapsed = () => duration(steady() - started);
    const timer = setInterval(() => {
      if (steady() - heard < SILENCE_MS) return;
      heard = steady();
      if (live) redraw();
      else event('plain', `still waiting for ${title}${state}, ${elapsed()} so far`, at);
    }, SILENCE_MS / 10);
    timer.unref();
    const leave = (tone: Tone, text: string) => {
      clearInterval(timer);
      const removed = clear();
      underWay.delete(own);
      screen.write(removed);
      event(tone, text, at, ` ${elapsed()}`);
    };
    const own = {
      line: () =>
        `${date(at)}${title}${state}${steady() - started < SILENCE_MS ? '' : `, ${elapsed()} so far`}`,
      stopped: () => leave('bad', `${title}: stopped`),
    };
    underWay.add(own);
    redraw();
    return {
      progress(done, total) {
        const now = steady();
        heard = now;
        const filled = Math.round((BAR_WIDTH * done) / Math.max(1, total));
        const bar = live ? ` ${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}` : ',';
        state = `${bar} ${count(done)} of ${count(total)}`;
        if (now - shown < REDRAW_MS) return;
        shown = now;
        redraw();
      },
      done: (summary) => leave('good', `${title}: ${summary}`),
    };
  }
}

/** `2008-05-31 `, so that replayed time stands in one column; nothing where there is none. */
function date(at: number | undefined): string {
  return at === undefined ? '' : `${new Date(at).toISOString().slice(0, 10)} `;
}

/** `0.8 s`, `42 ms`. */
function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
