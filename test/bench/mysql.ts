/**
 * Rows out of a real MariaDB on this machine, over TLS: the `mariadb` client, which quotes nothing, and our adapter, whose
 * CSV lines the server makes. `MLOPS_BENCH_ROWS` sets the number of rows.
 */

import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { type MariadbServer, READER_PASSWORD, startMariadb } from '../support/mariadb-server.ts';
import { mariadb } from '../support/tools.ts';
import { child, inFolder, runProgram, show } from './export-process.ts';

const ROWS = Number(process.env.MLOPS_BENCH_ROWS ?? 3_000_000);
const ROUNDS = 3;
/** Least share of the client's rows per second. */
const GOAL = 0.9;

/** Measures and prints; nothing where MariaDB is missing. */
export async function run(): Promise<void> {
  if (!mariadb.present) {
    console.log("MariaDB's server program is not found; install it: apt-get install mariadb-server");
    return;
  }
  const server = await startMariadb();
  try {
    await fill(server);
    const sql = 'select * from bench';
    const ratios: number[] = [];
    // They take turns, so that what else the machine does falls on both.
    for (let round = 0; round < ROUNDS; round += 1) {
      const theirs = await inFolder((folder) => client(server, sql, folder));
      show('mariadb --quick', ROWS, theirs);
      const ours = await inFolder((folder) =>
        child({ engine: 'mysql', mode: 'plain', reader: server.reader, sql, folder }),
      );
      show('ours, to a file', ROWS, ours);
      ratios.push(theirs.ms / ours.ms);
    }
    const ratio = ratios.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
    console.log(`\nours / mariadb ${ratio.toFixed(2)} (goal ${GOAL})`);
  } finally {
    await server.stop();
  }
}

async function fill(server: MariadbServer): Promise<void> {
  const owner = await server.connect();
  await owner.query(`create table bench engine=InnoDB as select seq as id, seq % 1000 as customer,
    cast(seq * 7919 % 100000 / 100 as decimal(10, 2)) as price, rand(1) as ratio, concat('label-', seq % 97) as label,
    seq % 3 = 0 as ok, date '2026-01-01' + interval seq % 365 day as day,
    cast(timestamp '2026-01-01 00:00:00' + interval seq second as datetime) as at from seq_1_to_${ROWS}`);
  await owner.end();
}

async function client(server: MariadbServer, sql: string, folder: string) {
  const started = performance.now();
  const { cpuMs, rssMb } = await runProgram(
    'mariadb',
    [
      '--no-defaults',
      '--quick',
      '--batch',
      '-h',
      '127.0.0.1',
      '-P',
      String(server.port),
      '-u',
      'reader',
      `--ssl-ca=${server.certificateFile}`,
      '-e',
      sql,
      'test',
    ],
    { MYSQL_PWD: READER_PASSWORD },
    createWriteStream(join(folder, 'table.tsv')),
  );
  return { ms: performance.now() - started, cpuMs, rssMb };
}
