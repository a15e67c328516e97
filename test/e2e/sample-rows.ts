/** Rows of the sample in a whole run: the database that they come from, the first model of `npm start`, and requests. */

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Client } from 'pg';
import { openFeed } from '../../bin/arguments/sample-rows.ts';
import { sample } from '../../blueprints/bank-marketing/generate.ts';
import { requestsOf } from '../../lambdas/demo/replay-data.ts';
import { localConfig } from '../demo/short-run.ts';
import type { PostgresServer } from '../support/postgres-server.ts';

const ROOT = join(import.meta.dirname, '../..');

/** A row as a request has it. */
export interface RequestRow {
  readonly id: string;
  readonly features: object;
}

/**
 * The last rows before `end`, ms since 1970, as requests have them.
 *
 * @param changed - Values instead of the rows' own.
 * @param mark - Before each id, so that no two requests have the same.
 */
export async function requestRows(
  end: number,
  count: number,
  changed: Readonly<Record<string, string>>,
  mark: string,
): Promise<RequestRow[]> {
  const model = await localConfig();
  const feed = await openFeed(sample, model, { seed: 1, scenario: 'drift', data: undefined, cwd: ROOT });
  const requestOf = requestsOf(feed, model);
  const last = feed.times.findIndex((time) => time >= end);
  return Array.from({ length: count }, (_, index) => {
    const { id, features } = JSON.parse(requestOf(last - count + index)) as RequestRow;
    return { id: `${mark}${id}`, features: { ...features, ...changed } };
  });
}

/** Where the history of the sample ends, ms since 1970: what the first version of `npm start` learns from. */
export const historyEnd: number = new Date(sample.start).setUTCMonth(
  new Date(sample.start).getUTCMonth() + sample.historyMonths,
);

/**
 * sha256 of the first version of `npm start`, which runs in a process of its own.
 *
 * @param signal - Ends it early.
 */
export async function localModel(signal?: AbortSignal): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'mlops-start-'));
  try {
    await promisify(execFile)(process.execPath, ['bin/mlops.mjs', '--quiet', '--cwd', folder, 'demo'], {
      cwd: ROOT,
      ...(signal && { signal, killSignal: 'SIGKILL' }), // it would go on writing
    });
    const file = join(folder, '.mlops/demo/bank-marketing/summary.json');
    const summary = JSON.parse(readFileSync(file, 'utf8')) as { versions: { modelSha256: string }[] };
    return summary.versions[0]?.modelSha256 ?? '';
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 }); // the process may be about to end
  }
}

/**
 * Rows of the whole sample: what the window selects of them is what the local run had at that time.
 *
 * @param user - Role that may read them.
 */
export async function fillDatabase(postgres: PostgresServer, user: string, password?: string): Promise<void> {
  const owner = await postgres.connect();
  try {
    await owner.query(
      `create role "${user}" login ${password === undefined ? '' : `password '${password}'`};
      ${sample.table.ddl}; grant select on ${sample.table.name} to "${user}"`,
    );
    await insert(owner, [...sample.rows({ seed: 1, scenario: 'drift' })]);
  } finally {
    await owner.end();
  }
}

/** What the retraining learns from: the sample's last four months as if they ended now. */
export async function newRowsArrive(postgres: PostgresServer): Promise<void> {
  const time = sample.columns.indexOf('contacted_at');
  const rows = [...sample.rows({ seed: 1, scenario: 'drift' })].map((row) => ({
    row,
    at: Date.parse(String(row[time])),
  }));
  const last = Math.max(...rows.map(({ at }) => at));
  const by = Date.now() - last;
  const owner = await postgres.connect();
  try {
    await insert(
      owner,
      rows
        .filter(({ at }) => at > last - NEW_DAYS * 86_400_000)
        .map(({ row, at }) => row.with(time, new Date(at + by).toISOString())),
    );
  } finally {
    await owner.end();
  }
}

const NEW_DAYS = 120;

async function insert(owner: Client, rows: readonly (readonly unknown[])[]): Promise<void> {
  const { name } = sample.table;
  const width = sample.columns.length;
  for (let first = 0; first < rows.length; first += 1000) {
    const part = rows.slice(first, first + 1000);
    const places = part.map(
      (_, row) => `(${sample.columns.map((__, column) => `$${row * width + column + 1}`).join()})`,
    );
    await owner.query(`insert into ${name} (${sample.columns.join()}) values ${places.join()}`, part.flat());
  }
}
