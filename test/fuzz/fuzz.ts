/** Gives mutations to a corpus's code and looks at more than its answer: time, memory, prototypes, kinds of errors. */

import type { Corpus } from './corpus.ts';
import { mutation } from './mutate.ts';

/** What an input may take, at once and for each of its bytes: linear work passes on a busy machine, a hang does not. */
const LIMITS = { ms: 1_000, msPerByte: 0.01, bytes: 64 * 1024 * 1024, bytesPerByte: 300 } as const;
const ERRORS_SHOWN = 5;

export interface Finding {
  /** Of the mutation. */
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

/** Processor time of this process since `began`, in ms. */
export function processorMs(began: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1_000;
}

/** What the corpus's code made of one input. */
interface Observation {
  /** As of `Corpus.run`; empty after a crash. */
  readonly outcome: string;
  /** Of the processor: a busy machine makes no input slow. */
  readonly ms: number;
  /** Growth of memory, bytes; what is not yet collected counts. */
  readonly growth: number;
  readonly problems: readonly string[];
}

/** Gives one input to the corpus's code. */
export async function observe(corpus: Corpus, input: Uint8Array): Promise<Observation> {
  const problems: string[] = [];
  const prototypes = keysOf();
  const before = used();
  const began = process.cpuUsage();
  let outcome = '';
  try {
    outcome = await corpus.run(input);
  } catch (error) {
    problems.push(`crash: ${String(error)}`);
  }
  const ms = processorMs(began);
  const growth = used() - before;
  if (ms > LIMITS.ms + LIMITS.msPerByte * input.byteLength)
    problems.push(`${Math.round(ms)} ms for ${input.byteLength} bytes`);
  if (growth > LIMITS.bytes + LIMITS.bytesPerByte * input.byteLength)
    problems.push(`${Math.round(growth / 1e6)} MB for ${input.byteLength} bytes`);
  if (keysOf() !== prototypes) problems.push('a prototype was changed');
  return { outcome, ms, growth, problems };
}

/**
 * Runs mutations `from` to `to`, or one of them; stops after a few findings.
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
  let [accepted, slowestMs, most] = [0, 0, 0];
  for (let k = from; k < to && findings.length < ERRORS_SHOWN; k += 1) {
    onProgress(k);
    const { outcome, ms, growth, problems } = await observe(corpus, mutation(corpus, seed, k));
    slowestMs = Math.max(slowestMs, ms);
    most = Math.max(most, growth);
    findings.push(...problems.map((what) => ({ k, what })));
    if (outcome === 'accepted') accepted += 1;
    else for (const code of outcome.split(' ')) refused.set(code, (refused.get(code) ?? 0) + 1);
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
