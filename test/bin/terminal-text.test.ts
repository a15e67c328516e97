import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { printAnswer, printError } from '../../bin/output.ts';
import { stackText } from '../../bin/stack-text.ts';
import { CLEAR, guarded, terminalJson } from '../../bin/terminal-text.ts';
import { InvalidInput, type Problem, RuntimeFailure } from '../../lambdas/core/errors.ts';
import { shellCommand } from '../../lambdas/local/shell.ts';
import { runMain } from './run-main.ts';

const HOSTILE = '\u001b[2J\u001b]0;title\u0007\u001b]8;;http://x\u001b\\\u009b31m\u202e\r';
/** What a terminal acts on (ECMA-48), beside the line feed. */
const ACTS = /[\p{Cc}\p{Bidi_Control}]/u;
const seen = (text: string) => text.replaceAll('\n', '');

function screen(isTTY: boolean) {
  const written: string[] = [];
  return { isTTY, columns: 80, write: (text: string) => written.push(text), text: () => written.join('') };
}

describe('text on a terminal', () => {
  it.each([false, true])('escapes all text of a stranger (a terminal: %s)', (isTTY) => {
    const streams = { stdout: screen(isTTY), stderr: screen(isTTY) };
    const manner = { json: false, verbose: true, color: false };
    printAnswer(streams, 'card', { data: null, text: () => HOSTILE }, manner);
    const problem: Problem = {
      code: 'usage/out',
      path: HOSTILE,
      message: HOSTILE,
      got: HOSTILE,
      fix: HOSTILE,
    };
    const error = new InvalidInput(HOSTILE, [problem], { cause: new RuntimeFailure('objects/io', HOSTILE) });
    printError(streams, 'card', error, manner);
    expect(seen(streams.stdout.text())).not.toMatch(ACTS);
    expect(seen(streams.stderr.text())).not.toMatch(ACTS);
    expect(streams.stdout.text()).toContain('\\u{1b}[2J');
  });

  it('keeps the colours of this program, and no other sequence', () => {
    const out = screen(true);
    guarded(out, true).write('\u001b[31mred\u001b[39m \u001b[8mhidden');
    expect(out.text()).toBe('\u001b[31mred\u001b[39m \\u{1b}[8mhidden');
    const pipe = screen(false);
    guarded(pipe, false).write(`${CLEAR}\u001b[31mred`);
    expect(seen(pipe.text())).not.toMatch(ACTS);
  });

  it('indents a message of more than one line', () => {
    const stderr = screen(false);
    const manner = { json: false, verbose: false, color: false };
    printError({ stdout: screen(false), stderr }, 'x', new Error('bad\n✔ approved'), manner);
    expect(stderr.text()).toMatch(/^✖ bad\n {4}✔ approved /);
  });

  it('stays unchanged as data for a file or a pipe', () => {
    const answer = { data: null, text: () => HOSTILE, verbatim: true };
    const manner = { json: false, verbose: false, color: true };
    const pipe = screen(false);
    printAnswer({ stdout: pipe, stderr: pipe }, 'score', answer, manner);
    expect(pipe.text()).toBe(`${HOSTILE}\n`);
    const terminal = screen(true);
    printAnswer({ stdout: terminal, stderr: terminal }, 'score', answer, manner);
    expect(seen(terminal.text())).not.toMatch(ACTS);
  });

  it('prints JSON that reads back the same', () => {
    const json = terminalJson({ [HOSTILE]: HOSTILE });
    expect(seen(json)).not.toMatch(ACTS);
    expect(JSON.parse(json)).toEqual({ [HOSTILE]: HOSTILE });
  });

  it.each(['\u001b[2J', 'a\nb', ' ', 'a'.repeat(5_000)])('refuses %j as --by', async (by) => {
    const { code, err } = await runMain(['rollback', 'bank-marketing', '--by', by]);
    expect([code, err]).toEqual([3, expect.stringContaining('[usage/by]')]);
    expect(err).not.toContain('\u001b');
    expect(err.length).toBeLessThan(300);
  });
});

describe('stackText', () => {
  it('shows the causes, and reads no property of an error of a foreign class', () => {
    class Foreign extends Error {
      override get message(): string {
        throw new Error('computed for minutes');
      }
    }
    const error = new RuntimeFailure('usage/out', 'failed', {
      cause: new TypeError('why', { cause: new Foreign() }),
    });
    expect(stackText(error)).toMatch(
      /RuntimeFailure: failed\n[\s\S]*caused by TypeError: why\n[\s\S]*caused by Foreign$/,
    );
    expect(stackText('text')).toBe('string');
  });
});

describe('shellCommand', () => {
  const words = ['mlops', 'status', '--cwd', 'a b\'q" $(id) `id` \\ *\n;', '', '~', '-x', 'ü', 'a/b.ts', 3];

  it('quotes words so that sh reads them unchanged', () => {
    const printed = execFileSync('sh', ['-c', `printf '%s\\0' ${shellCommand(...words)}`], {
      encoding: 'utf8',
    });
    expect(printed.split('\0').slice(0, -1)).toEqual(words.map(String));
  });

  it('leaves words unquoted that need no quotes', () => {
    expect(shellCommand('mlops', 'approve', './a/b.ts', 2, '--by', 'ann@x')).toBe(
      'mlops approve ./a/b.ts 2 --by ann@x',
    );
  });
});
