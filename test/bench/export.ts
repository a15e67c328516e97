/**
 * Rows out of a real PostgreSQL on this machine: `psql \copy` to a file, our adapter to a file through the object
 * store, and the export as it is deployed (parts, gzip, digests, manifest). All over TLS, each in a process of its
 * own. `MLOPS_BENCH_ROWS` sets the number of rows.
 */

import { join } from 'node:path';
import { type PostgresServer, READER_VARIABLE, startPostgres } from '../support/postgres-server.ts';
import { postgres } from '../support/tools.ts';
import { child, inFolder, runProgram, show } from './export-process.ts';

const ROWS = Number(process.env.MLOPS_BENCH_ROWS ?? 10_000_000);
const ROUNDS = 3;

/** Least share of psql's rows per second, and most resident memory, whatever the number of rows. */
const GOALS = { ofPsql: 0.9, rssMb: 120 } as const;

interface ExportFigures {
  /** Our rows per second, uncompressed, to those of psql: the median of the rounds. */
  readonly ofPsql: number;
  /** Largest resident memory of the deployed export with all rows, and with a tenth of them. */
  readonly rssMb: number;
  readonly rssMbOfTenth: number;
}

/** Measures, prints a table and returns the figures; undefined, with what to install, where PostgreSQL is missing. */
export async function run(): Promise<ExportFigures | undefined> {
  if (!postgres.present) {
    console.log("PostgreSQL's server programs are not found; install them: apt-get install postgresql");
    return undefined;
  }
  const server = await startPostgres(['shared_buffers=1GB', 'max_wal_size=8GB']);
  try {
    await fill(server);
    return await measure(server);
  } finally {
    server.stop();
  }
}

async function fill(server: PostgresServer): Promise<void> {
  const owner = await server.connect();
  await owner.query(`create unlogged table bench as select g as id, g % 1000 as customer,
    (g::bigint * 7919 % 100000)::numeric / 100 as price, random() as ratio, 'label-' || g % 97 as label,
    g % 3 = 0 as ok, date '2026-01-01' + g % 365 as day, timestamptz '2026-01-01Z' + g * interval '1 second' as at
    from generate_series(1, ${ROWS}) g`);
  await owner.query('vacuum freeze bench');
  await owner.end();
}

async function measure(server: PostgresServer): Promise<ExportFigures> {
  const all = 'select * from bench';
  const tenth = `select * from bench limit ${ROWS / 10}`;
  const ratios: number[] = [];
  // They take turns, so that what else the machine does falls on both.
  for (let round = 0; round < ROUNDS; round++) {
    const theirs = await inFolder((folder) => psql(server, all, folder));
    show('psql \\copy', ROWS, theirs);
    const ours = await inFolder((folder) =>
      child({ mode: 'plain', reader: server.reader, sql: all, folder }),
    );
    show('ours, to a file', ROWS, ours);
    ratios.push(theirs.ms / ours.ms);
  }
  const deployed = (sql: string) =>
    inFolder((folder) => child({ mode: 'deployed', reader: server.reader, sql, folder }));
  const small = await deployed(tenth);
  show('ours, deployed', ROWS / 10, small);
  const large = await deployed(all);
  show('ours, deployed', ROWS, large);

  const ofPsql = ratios.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
  console.log(`\nours / psql ${ofPsql.toFixed(2)} (goal ${GOALS.ofPsql})`);
  const most = `${large.rssMb.toFixed(0)} MB (goal ${GOALS.rssMb})`;
  console.log(`memory ${most}, with a tenth of the rows ${small.rssMb.toFixed(0)} MB`);
  return { ofPsql, rssMb: large.rssMb, rssMbOfTenth: small.rssMb };
}

async function psql(server: PostgresServer, sql: string, folder: string) {
  const connection = `host=localhost port=${server.port} user=${server.reader.user} dbname=${server.reader.database}`;
  const started = performance.now();
  const { cpuMs, rssMb } = await runProgram(
    'psql',
    ['-X', '-d', connection, '-c', `\\copy (${sql}) to '${join(folder, 'table.csv')}' csv header`],
    {
      PGPASSWORD: process.env[READER_VARIABLE],
      PGSSLMODE: 'verify-full',
      PGSSLROOTCERT: server.certificateFile,
    },
  );
  return { ms: performance.now() - started, cpuMs, rssMb };
}
