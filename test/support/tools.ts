/**
 * Programs and files that some tests need and a machine may lack. Where they are absent the tests do not run
 * (`describe.runIf(python)`); in CI their absence is an error, so that nothing is silently left out.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** python3 with numpy, scipy and xgboost. */
export const python: boolean =
  spawnSync('python3', ['-c', 'import numpy, scipy, xgboost'], { stdio: 'ignore' }).status === 0;

/** Directory of PostgreSQL's server programs (initdb, pg_ctl); undefined where there is none. */
export const postgresBin: string | undefined = findPostgres();
export const postgres: boolean = postgresBin !== undefined;

/** MariaDB's server program; undefined where there is none. */
export const mariadbServer: string | undefined = [...(process.env.PATH ?? '').split(':'), '/usr/sbin']
  .map((folder) => join(folder, 'mariadbd'))
  .find((program) => existsSync(program));
export const mariadb: boolean = mariadbServer !== undefined;

if (process.env.CI) {
  if (!python) throw new Error('python3 with numpy, scipy and xgboost is required in CI');
  if (!mariadb) throw new Error('the MariaDB server is required in CI');
  if (!postgres) throw new Error('PostgreSQL server programs are required in CI');
}

/** Runs a Python script with `input` (JSON) on its standard input; returns what it prints, parsed as JSON. */
export function runPython(script: string, input: unknown): unknown {
  return JSON.parse(
    execFileSync('python3', ['-c', script], {
      input: JSON.stringify(input),
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    }),
  );
}

/** Text of a real data set (gunzipped if it ends in .gz), from MLOPS_DATA; undefined where it is absent. */
export function dataText(name: string): string | undefined {
  const file = join(process.env.MLOPS_DATA ?? '../shared/data', name);
  if (!existsSync(file)) return undefined;
  const bytes = readFileSync(file);
  return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

/** Text of a file of reference values, from MLOPS_REFERENCE; undefined where it is absent. */
export function referenceText(name: string): string | undefined {
  const file = join(process.env.MLOPS_REFERENCE ?? '../shared/reference', name);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function findPostgres(): string | undefined {
  const onPath = (process.env.PATH ?? '').split(':');
  return [...onPath, ...debianVersions()].find((folder) => existsSync(join(folder, 'initdb')));
}

function debianVersions(): string[] {
  const root = '/usr/lib/postgresql';
  return existsSync(root) ? readdirSync(root).map((version) => join(root, version, 'bin')) : [];
}
