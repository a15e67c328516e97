/** One small model whose every byte is known in advance: its blueprint, its source's rows and its requests. */

import type { ModelConfig } from '../../lambdas/core/config.ts';
import type { ExportQuery, SourceDatabase } from '../../lambdas/ports/index.ts';
import { CONFIG as SCORED } from '../score/fixture.ts';

const HOUR_MS = 3_600_000;
const FIRST_EVENT = Date.UTC(2026, 0, 1);
/** Rows that the first run learns from, and those that the second finds beside them. */
const ROWS = { first: 400, second: 80 } as const;

/** Ends of the two runs' windows, ISO 8601. */
export const WINDOWS = {
  first: new Date(FIRST_EVENT + ROWS.first * HOUR_MS).toISOString(),
  second: new Date(FIRST_EVENT + (ROWS.first + ROWS.second) * HOUR_MS).toISOString(),
} as const;

/** Where the first window begins; the second overlaps it by an hour, for rows that come late. */
export const STARTS = {
  first: new Date(FIRST_EVENT).toISOString(),
  second: new Date(FIRST_EVENT + (ROWS.first - 1) * HOUR_MS).toISOString(),
} as const;

export const CONFIG: ModelConfig = {
  ...SCORED,
  name: 'drilled',
  source: { ...SCORED.source, sensitive: [], quarantine: { maxShare: 0.1 } },
  features: {
    version: 1,
    fields: [
      { kind: 'numeric', name: 'age', description: 'in years' },
      { kind: 'categorical', name: 'job', description: 'trade' },
      { kind: 'numeric', name: 'balance', description: 'in euros' },
    ],
  },
  training: {
    ...SCORED.training,
    parameters: { ...SCORED.training.parameters, earlyStoppingRounds: 5 },
    split: { kind: 'time', holdoutShare: 0.25, keys: 'all' },
  },
  serving: { ...SCORED.serving, online: { requestsPerDay: 1_000, byKey: false } },
  monitoring: { ...SCORED.monitoring, minRows: 50 },
};

/** The same model, scored by key too: the online store is filled. */
export const CONFIG_BY_KEY: ModelConfig = {
  ...CONFIG,
  serving: { ...CONFIG.serving, online: { requestsPerDay: 1_000, byKey: true } },
};

const COLUMNS = ['client', 'at', 'age', 'job', 'balance', 'y'] as const;
const JOBS = ['admin', 'nurse', 'student'] as const;

interface SourceRow {
  readonly client: string;
  /** ms since 1970. */
  readonly at: number;
  readonly age: number;
  readonly job: (typeof JOBS)[number];
  readonly balance: number;
  readonly y: 'yes' | 'no';
}

function rowAt(index: number): SourceRow {
  const noise = (Math.imul(index + 1, 2_654_435_761) >>> 0) / 2 ** 32;
  const age = 18 + ((index * 7) % 60);
  return {
    client: `c${index}`,
    at: FIRST_EVENT + index * HOUR_MS,
    age,
    job: JOBS[index % JOBS.length] as SourceRow['job'], // the remainder is inside
    balance: Math.round(noise * 5_000),
    y: age + noise * 40 > 68 ? 'yes' : 'no',
  };
}

/** Bodies of `count` requests. Their ids are keys of rows, so that outcomes find them. */
export function requests(
  count: number,
  prefix = 'c',
): readonly { readonly id: string; readonly features: object }[] {
  return Array.from({ length: count }, (_, index) => {
    const { age, job, balance } = rowAt(index % (ROWS.first + ROWS.second));
    return { id: `${prefix}${index}`, features: { age, job, balance } };
  });
}

/** One row of each window whose age is not a number, for the quarantine. */
const isBad = (index: number) => index % ROWS.first === 3;

/** How many rows the source has before a time. */
const rowsBefore = (time: string): number =>
  Math.min(ROWS.first + ROWS.second, (Date.parse(time) - FIRST_EVENT) / HOUR_MS);

/** How many rows a window holds. */
export const rowsIn = ({ from, to }: ExportQuery['window']): number => rowsBefore(to) - rowsBefore(from);

/**
 * A database in this process that yields the rows of the window as CSV, a few at a time.
 *
 * @param snapshot - Its name; another one has other balances, as a table that was written to between two snapshots.
 */
export function openSource(snapshot = 'drill'): SourceDatabase {
  const shift = snapshot === 'drill' ? 0 : snapshot.length;
  async function* stream({ window }: ExportQuery): AsyncGenerator<Uint8Array> {
    let text = `${COLUMNS.join(',')}\n`;
    for (let index = 0; index < rowsBefore(window.to); index += 1) {
      const { client, at, age, job, balance, y } = rowAt(index);
      if (at < Date.parse(window.from)) continue;
      const shown = isBad(index) ? 'old' : age;
      text += `${client},${new Date(at).toISOString()},${shown},${job},${balance + shift},${y}\n`;
      if (index % 20 !== 19) continue;
      yield Buffer.from(text);
      text = '';
    }
    if (text !== '') yield Buffer.from(text);
  }
  return {
    snapshot: (work) =>
      work({ id: snapshot, describe: async () => COLUMNS.map((name) => ({ name, type: 'text' })), stream }),
    close: async () => {},
  };
}
