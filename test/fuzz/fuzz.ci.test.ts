import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { BLUEPRINTS } from './blueprint-corpus.ts';
import type { Corpus } from './corpus.ts';
import { CSV } from './csv-corpus.ts';
import { EVENTS } from './event-corpus.ts';
import { fuzz, observe, processorMs } from './fuzz.ts';
import { BODIES } from './json-corpus.ts';
import { MESSAGES } from './message-corpus.ts';
import { MODELS } from './model-corpus.ts';
import { mutation } from './mutate.ts';
import { watchProcess } from './watchdog.ts';

describe.each([
  [CSV, 120],
  [BODIES, 150],
  [MODELS, 200],
  [BLUEPRINTS, 100],
  [EVENTS, 70],
  [MESSAGES, 40],
])('the corpus of $name', (corpus, least) => {
  it(`has at least ${least} cases of its own`, () => {
    expect(corpus.cases.length).toBeGreaterThanOrEqual(least);
    const distinct = new Set(corpus.cases.map(({ input }) => Buffer.from(input).toString('latin1')));
    expect(distinct.size).toBeGreaterThanOrEqual(least);
  });

  it('gives each case its expected result, in bounded time and memory', async () => {
    const wrong: string[] = [];
    for (const { title, input, expected } of corpus.cases) {
      const { outcome, problems } = await observe(corpus, input);
      wrong.push(...problems.map((problem) => `${title}: ${problem}`));
      if (!outcome.split(' ').includes(expected)) wrong.push(`${title}: ${outcome}, not ${expected}`);
    }
    expect(wrong).toEqual([]);
  });

  it('survives mutations of its cases', async () => {
    const { findings, mutations } = await fuzz(corpus, 2, { from: 0, to: 500 });
    expect(findings).toEqual([]);
    expect(mutations).toBe(500);
  });

  it('mutates the same way under one seed', () => {
    for (const k of [0, 1, 99]) expect(mutation(corpus, 5, k)).toEqual(mutation(corpus, 5, k));
    expect(mutation(corpus, 5, 1)).not.toEqual(mutation(corpus, 6, 1));
  });
});

describe('the fuzzer', () => {
  const planted = (run: Corpus['run']): Corpus => ({ ...CSV, run });
  const whatOf = async (run: Corpus['run']): Promise<string | undefined> =>
    (await fuzz(planted(run), 1, { from: 0, to: 50 })).findings[0]?.what;

  it('finds an error of another kind', async () => {
    expect(
      await whatOf((input) => (input.byteLength > 20 ? ((undefined as unknown as string[])[0] ?? '') : '')),
    ).toMatch(/^crash: TypeError/);
  });

  it('finds an input that takes too long', async () => {
    const slow = (): string => {
      const began = process.cpuUsage();
      while (processorMs(began) < 1_100);
      return 'accepted';
    };
    expect(await whatOf(slow)).toMatch(/^\d+ ms for/);
  });

  it('finds a few bytes that ask for much memory', async () => {
    const held: Float64Array[] = [];
    const greedy = (): string => {
      held.push(new Float64Array(40_000_000).fill(1));
      return 'accepted';
    };
    expect(await whatOf(greedy)).toMatch(/^\d+ MB for/);
  });

  it('finds a prototype that was changed', async () => {
    const evil = Object.prototype as { polluted?: boolean };
    try {
      const pollute = (): string => {
        evil.polluted = true;
        return 'accepted';
      };
      expect(await whatOf(pollute)).toBe('a prototype was changed');
    } finally {
      Reflect.deleteProperty(evil, 'polluted');
    }
  });

  it.each([
    ['a process that never answers', 'process.on("message", () => { for (;;); })', /^no answer/],
    ['a process that dies', 'process.on("message", () => process.exit(134))', /^the process ended with 134/],
  ])('finds %s', async (_, program, what) => {
    const start = () =>
      spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    const { findings } = await watchProcess(start, { name: 'csv', from: 40, to: 60 }, 2_000);
    expect(findings).toEqual([{ k: 40, what: expect.stringMatching(what) }]);
  });
});
