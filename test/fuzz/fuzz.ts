/** Gives mutations to a corpus's code and looks at more than its answer: time, memory, prototypes, kinds of errors. */

import type { Corpus } from './corpus.ts';
import { mutation } from './mutate.ts';

/** What an input may take: a second, and memory in proportion to its length. */
const LIMITS = { ms: 1_000, bytes: 64 * 1024 * 1024, perByte: 300 } as const;
const ERRORS_SHOWN = 5;

export interface Finding {
  /** Of the mutation; -1 for a case of the corpus itself. */
  readonly k: number;
  readonly what: string;
}

export interface FuzzResult {
  readonly corpus: string;
  readonly cases: number;
  readonly mutations: number;
  readonly accepted: number;
  /** Refusals by code, the most frequent first. */
  readonly refused: readonly (readonly [code: string, count: number])[];
  readonly slowestMs: number;
  /** Largest growth of memory during one input, bytes. */
  readonly most: number;
  readonly findings: readonly Finding[];
}

const PROTOTYPES = [
  Object.prototype,
  Array.prototype,
  Function.prototype,
  String.prototype,
  Number.prototype,
];
const keysOf = (): string => PROTOTYPES.map((one) => Reflect.ownKeys(one).map(String).join()).join(';');

const used = (): number => {
  const { heapUsed, arrayBuffers, external } = process.memoryUsage();
  return heapUsed + Math.max(arrayBuffers, external);
};

/**
 * Runs mutations `from` to `to`, or one of them.
 *
 * @param onProgress - Told before every input which one it is.
 */
export async function fuzz(
  corpus: Corpus,
  seed: number,
  { from, to }: { readonly from: number; readonly to: number },
  onProgress: (k: number) => void = () => {},
): Promise<FuzzResult> {
  const refused = new Map<string, number>();
  const findings: Finding[] = [];
  const prototypes = keysOf();
  let [accepted, slowestMs, most] = [0, 0, 0];
  for (let k = from; k < to; k += 1) {
    onProgress(k);
    const input = mutation(corpus, seed, k);
    const before = used();
    const began = performance.now();
    let outcome = '';
    try {
      outcome = await corpus.run(input);
    } catch (error) {
      findings.push({ k, what: `crash: ${String(error)}` });
    }
    const ms = performance.now() - began;
    const growth = used() - before;
    slowestMs = Math.max(slowestMs, ms);
    most = Math.max(most, growth);
    if (ms > LIMITS.ms) findings.push({ k, what: `${Math.round(ms)} ms for ${input.byteLength} bytes` });
    if (growth > LIMITS.bytes + LIMITS.perByte * input.byteLength)
      findings.push({ k, what: `${Math.round(growth / 1e6)} MB for ${input.byteLength} bytes` });
    if (keysOf() !== prototypes) {
      findings.push({ k, what: 'a prototype was changed' });
      break;
    }
    if (outcome === 'accepted') accepted += 1;
    else for (const code of outcome.split(' ')) refused.set(code, (refused.get(code) ?? 0) + 1);
    if (findings.length >= ERRORS_SHOWN) break;
  }
  const byCount = [...refused].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return {
    corpus: corpus.name,
    cases: corpus.cases.length,
    mutations: to - from,
    accepted,
    refused: byCount,
    slowestMs,
    most,
    findings,
  };
}
