import type { ModelConfig } from '../core/config.ts';
import { RuntimeFailure } from '../core/errors.ts';
import type { Ports } from '../ports/index.ts';

/** Prefixes whose objects hold rows of people, in the order that they are cleared in. */
export const ROW_PREFIXES = [
  'snapshots',
  'batch',
  'truth',
  'predictions',
  'quarantine',
  'prepared',
  'exports',
  'features',
] as const;
export type RowPrefix = (typeof ROW_PREFIXES)[number];

/** Whether an object holds rows of people, or held some: lists of files do not. */
export function holdsRows(key: string): boolean {
  const [prefix] = key.split('/');
  return ROW_PREFIXES.some((one) => one === prefix) && !key.endsWith('.json');
}

/** The person whose rows are deleted. */
export interface Subject {
  /** Value of the key column. */
  readonly key: string;
  /** Name under which its predictions and outcomes are recorded. */
  readonly pseudonym: string;
}

/** An object with rows of the person. */
export interface Finding {
  readonly prefix: RowPrefix;
  readonly object: string;
  /** Rows of the person; 0 for the rest of an interrupted deletion, and where they cannot be counted. */
  readonly rows: number;
  /** The run that learnt from them. */
  readonly runId?: string;
  /** Deletes them. Twice is once; other rows stay byte for byte. */
  readonly remove: () => Promise<void>;
}

/** Rows that stay because nobody can tell whose they are. */
export interface Unread {
  readonly prefix: RowPrefix | 'undelivered';
  readonly object: string;
  readonly rows: number;
  readonly why: string;
}

export interface Survey {
  readonly findings: readonly Finding[];
  readonly unread: readonly Unread[];
}

export interface ForgetContext {
  readonly ports: Pick<Ports, 'objects' | 'clock' | 'online' | 'logger'>;
  readonly config: ModelConfig;
  readonly subject: Subject;
  /** Holds the lease for as long again; fails where somebody else has taken it. */
  readonly hold: () => Promise<void>;
}

/** Runs a step on an object that another deletion of the same person may have removed meanwhile. */
export async function unlessGone(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof RuntimeFailure && error.code === 'store/missing')) throw error;
  }
}

/** Every key of a prefix. */
export async function keysOf(
  { objects }: Pick<Ports, 'objects'>,
  prefix: string,
): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const key of objects.list(`${prefix}/`)) keys.push(key);
  return keys;
}
