/**
 * `npm run fuzz`: 20,000 mutations of each corpus, each in a process of its own with little memory and a watchdog.
 * `npm run fuzz -- --corpus csv --seed 1 --only 77` is one of them again; `--mutations N` are more or fewer.
 */

import { fork } from 'node:child_process';
import { parseArgs } from 'node:util';
import { BLUEPRINTS } from './blueprint-corpus.ts';
import type { Corpus } from './corpus.ts';
import { CSV } from './csv-corpus.ts';
import { EVENTS } from './event-corpus.ts';
import { type FuzzResult, fuzz } from './fuzz.ts';
import { BODIES } from './json-corpus.ts';
import { MESSAGES } from './message-corpus.ts';
import { MODELS } from './model-corpus.ts';
import { mutation } from './mutate.ts';
import { watchProcess } from './watchdog.ts';

const CORPORA: readonly Corpus[] = [CSV, BODIES, MODELS, BLUEPRINTS, EVENTS, MESSAGES];
const { values } = parseArgs({
  options: {
    corpus: { type: 'string' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    mutations: { type: 'string', default: '20000' },
  },
});
const seed = Number(values.seed);
const chosen = CORPORA.filter(({ name }) => values.corpus === undefined || name === values.corpus);
if (chosen.length === 0) throw new Error(`--corpus: one of ${CORPORA.map(({ name }) => name).join(', ')}`);

if (process.send !== undefined) {
  process.on('message', async ({ name, from, to }: { name: string; from: number; to: number }) => {
    const corpus = CORPORA.find((one) => one.name === name) as Corpus; // the parent names these only
    process.send?.({
      result: await fuzz(corpus, seed, { from, to }, (k) => k % 20 === 0 && process.send?.({ at: k })),
    });
  });
} else if (values.only !== undefined) process.exitCode = await fuzzOne(Number(values.only));
else process.exitCode = await all();

async function fuzzOne(k: number): Promise<number> {
  const [corpus] = chosen as [Corpus];
  const input = mutation(corpus, seed, k);
  console.log(
    `${corpus.name} ${k}: ${input.byteLength} bytes, ${JSON.stringify(Buffer.from(input).toString('latin1').slice(0, 300))}`,
  );
  const { findings, refused, slowestMs, most } = await fuzz(corpus, seed, { from: k, to: k + 1 });
  console.log(`${refused[0]?.[0] ?? 'accepted'}, ${slowestMs.toFixed(1)} ms, ${(most / 1e6).toFixed(1)} MB`);
  for (const { what } of findings) console.log(what);
  return findings.length === 0 ? 0 : 1;
}

async function all(): Promise<number> {
  const began = performance.now();
  const results = await Promise.all(
    chosen.map(({ name }) =>
      watchProcess(
        () =>
          fork(import.meta.filename, ['--seed', String(seed)], {
            execArgv: [...process.execArgv, '--max-old-space-size=512'],
          }),
        { name, from: 0, to: Number(values.mutations) },
      ).then((result) => {
        report(result);
        return result;
      }),
    ),
  );
  const total = results.reduce((sum, { mutations }) => sum + mutations, 0);
  const found = results.reduce((sum, { findings }) => sum + findings.length, 0);
  console.log(
    `${total} mutations of ${results.length} corpora, ${found} findings (${((performance.now() - began) / 1_000).toFixed(0)} s)`,
  );
  return found === 0 ? 0 : 1;
}

function report({
  corpus,
  cases,
  mutations,
  accepted,
  refused,
  slowestMs,
  most,
  findings,
}: FuzzResult): void {
  const top = refused.slice(0, 6).map(([code, count]) => `${code} ${count}`);
  console.log(
    `${corpus}: ${cases} cases, ${mutations} mutations, ${accepted} accepted, slowest ${slowestMs.toFixed(0)} ms, most memory ${(most / 1e6).toFixed(0)} MB`,
  );
  console.log(
    `  refused: ${top.join(', ')}${refused.length > top.length ? `, and ${refused.length - top.length} codes more` : ''}`,
  );
  for (const { k, what } of findings)
    console.log(`  npm run fuzz -- --corpus ${corpus} --seed ${seed} --only ${k}\n    ${what}`);
}
