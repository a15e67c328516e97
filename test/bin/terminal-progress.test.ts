import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pageOf } from '../../bin/page.ts';
import { terminalProgress } from '../../bin/terminal-progress.ts';

const AT = Date.UTC(2009, 2, 1);

function bench(isTTY: boolean, columns = 80) {
  let text = '';
  let now = 0;
  const screen = { isTTY, columns, write: (part: string) => (text += part) };
  const progress = terminalProgress(screen, pageOf(screen, false, {}), () => now);
  return {
    progress,
    text: () => text,
    pass(ms: number) {
      now += ms;
      vi.advanceTimersByTime(ms);
    },
  };
}

/** What stands on the screen after carriage returns and line clearings. */
const onScreen = (text: string) => text.split('\n').map((line) => line.split('\r\u001b[K').at(-1));

describe('terminalProgress', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('prints plain lines where there is no terminal', () => {
    const { progress, text, pass } = bench(false);
    progress.section('One');
    const work = progress.task('window 1', { at: AT });
    work.progress(1, 2);
    pass(500);
    work.progress(2, 2);
    progress.note('something', { tone: 'bad' });
    work.done('2 requests');
    progress.end();
    expect(text()).toBe('\nOne\n  ✖ something\n  2009-03-01 ✔ window 1: 2 requests 500 ms\n');
  });

  it('redraws work under way as one line that fits, and events go above it', () => {
    const { progress, text, pass } = bench(true, 50);
    const work = progress.task('window 1', { at: AT });
    pass(200);
    work.progress(500, 1000);
    work.progress(600, 1000);
    expect(onScreen(text()).at(-1)).toMatch(/^… 2009-03-01 window 1 █+/);
    expect(onScreen(text()).at(-1)?.length).toBeLessThan(50);
    progress.note('promoted', { at: AT, tone: 'good' });
    expect(onScreen(text()).at(-2)).toBe('  2009-03-01 ✔ promoted');
    pass(1800);
    work.done('all answered');
    expect(onScreen(text()).slice(-2)).toEqual(['  2009-03-01 ✔ window 1: all answered 2.0 s', '']);
  });

  it('wraps long events under themselves on a terminal only', () => {
    const long = 'drift in '.repeat(12).trim();
    const terminal = bench(true, 60);
    terminal.progress.note(long, { at: AT, tone: 'warn' });
    const lines = terminal.text().trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(60);
    expect(lines[1]).toMatch(/^ {15}\S/);
    const pipe = bench(false, 60);
    pipe.progress.note(long);
    expect(pipe.text()).toBe(`  · ${long}\n`);
  });

  it.each([true, false])('names the work it waits for after ten silent seconds (terminal: %s)', (isTTY) => {
    const { progress, text, pass } = bench(isTTY);
    const work = progress.task('train');
    work.progress(3, 10);
    for (let second = 0; second < 9; second++) pass(1000);
    expect(text()).not.toContain('so far');
    for (let second = 0; second < 2; second++) pass(1000);
    expect(onScreen(text()).join('\n')).toMatch(/train.* 3 of 10, 10\.0 s so far/);
    work.done('learnt');
  });

  it('names the work under way when it broke off', () => {
    const { progress, text } = bench(true);
    progress.task('export');
    progress.end();
    progress.end();
    expect(onScreen(text())).toEqual(['  ✖ export: stopped 0 ms', '']);
  });
});

describe('pageOf', () => {
  const write = () => {};
  const colored = (isTTY: boolean, env: NodeJS.ProcessEnv, wanted = true) =>
    pageOf({ write, isTTY }, wanted, env).colors.isColorSupported;

  it('colours terminals only, unless the environment asks otherwise', () => {
    expect(colored(true, {})).toBe(true);
    expect(colored(false, {})).toBe(false);
    expect(colored(true, { TERM: 'dumb' })).toBe(false);
    expect(colored(true, { NO_COLOR: '1' })).toBe(false);
    expect(colored(false, { FORCE_COLOR: '1' })).toBe(true);
    expect(colored(true, {}, false)).toBe(false);
    expect(pageOf({ write }).columns).toBe(100);
  });
});
