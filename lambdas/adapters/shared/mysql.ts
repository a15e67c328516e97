import { type Connection, type ConnectionOptions, createConnection } from 'mysql2';
import { RuntimeFailure } from '../../core/errors.ts';
import type { ExportQuery, SourceDatabase, SourceSnapshot } from '../../ports/source-database.ts';
import { csvLine } from './csv-text.ts';
import { type DatabaseOptions, requireTls, trustOf } from './database-options.ts';
import { csvQuery, type MysqlColumn, typeName } from './mysql-csv.ts';
import { mysqlFailure } from './mysql-failure.ts';
import { readLines } from './mysql-lines.ts';
import { readSecret } from './secret.ts';

export interface MysqlOptions extends DatabaseOptions {
  /** Whether the server may ask for the password as it is, inside TLS: a token is one that it cannot hash. @default false */
  readonly token?: boolean;
}

/**
 * Everything that the text of a value depends on. Double quotes name things and a backslash is a character: the
 * blueprint's queries are read as standard SQL.
 */
const SESSION = `set session time_zone = '+00:00', session sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES',
  session character_set_results = 'utf8mb4', session net_write_timeout = 600`;
const SNAPSHOT = 'start transaction with consistent snapshot, read only';
/** Comments that the server would carry out (dev.mysql.com/doc/refman/8.4/en/comments.html). */
const EXECUTABLE_COMMENT = /\/\*M?!/;

/**
 * MySQL 8 and MariaDB 10.3 or later; tested on MariaDB. One connection per snapshot, which tables of InnoDB keep. The
 * server writes each CSV line, which is three times as fast as rows of values.
 *
 * The user's grants and the READ ONLY transaction limit what a query may do. A query is one statement, because the server
 * prepares it alone before it runs.
 *
 * @throws InvalidInput `source/tls-required` for `tls: 'off'` to another machine
 */
export function openMysql(options: MysqlOptions): SourceDatabase {
  requireTls(options.host, options.tls ?? 'verify');
  return {
    async snapshot(work) {
      const connection = await connect(options);
      try {
        return await work(await takeSnapshot(connection));
      } finally {
        // Ends the transaction too, and a result that was left in the middle.
        connection.destroy();
      }
    },
    async close() {},
  };
}

async function connect(options: MysqlOptions): Promise<Connection> {
  const { host, port = 3306, database, user, password, tls = 'verify', token = false } = options;
  const stream = await options.tunnel?.();
  const trust = stream === undefined && (await trustOf(tls));
  const settings: ConnectionOptions & { readonly enableCleartextPlugin: boolean } = {
    host,
    port,
    database,
    user,
    password: await readSecret(password),
    ...(trust !== false && { ssl: { rejectUnauthorized: true, verifyIdentity: true, ...trust } }),
    ...(stream !== undefined && { stream }),
    enableCleartextPlugin: token && (stream !== undefined || trust !== false),
    connectTimeout: (options.connectTimeoutSec ?? 10) * 1000,
    enableKeepAlive: true,
    charset: 'utf8mb4',
    multipleStatements: false,
  };
  const connection = createConnection(settings);
  return new Promise((resolve, reject) => {
    // Later errors reach the query that runs; without a listener they would end the process.
    connection.on('error', () => {});
    connection.connect((error) => {
      if (error === null) return resolve(connection);
      connection.destroy();
      reject(mysqlFailure(error, 'connecting'));
    });
  });
}

async function takeSnapshot(connection: Connection): Promise<SourceSnapshot> {
  const ask = (sql: string, values: readonly string[] = []): Promise<unknown> =>
    new Promise((resolve, reject) => {
      connection.query({ sql, values: [...values] }, (error, rows: unknown) =>
        error === null ? resolve(rows) : reject(mysqlFailure(error, 'running')),
      );
    });

  /** Sets the window, and has the server parse the statement and tell its columns, without executing it. */
  const prepare = async ({ sql, window, timeoutSec }: ExportQuery): Promise<readonly MysqlColumn[]> => {
    if (EXECUTABLE_COMMENT.test(sql)) throw badQuery('a comment that the server would carry out: /*!');
    await ask('set @mlops_from = ?, @mlops_to = ?', [localTime(window.from), localTime(window.to)]);
    await ask(
      isMariadb
        ? `set session max_statement_time = ${timeoutSec}`
        : `set session max_execution_time = ${Math.ceil(timeoutSec * 1000)}`,
    );
    const { columns, parameters } = await prepared(connection, sql);
    if (parameters > 0) throw badQuery('a parameter, which nothing gives a value');
    if (columns.length === 0) throw badQuery('a statement that gives no rows');
    return columns;
  };

  await ask(SESSION);
  await ask(SNAPSHOT);
  const [row] = (await ask(
    "select concat(date_format(utc_timestamp(6), '%Y%m%d%H%i%s%f'), ':', connection_id(), ':') as id, version() as version",
  )) as readonly { readonly id: string; readonly version: string }[]; // as asked
  const isMariadb = /mariadb/i.test(row?.version ?? '');
  return {
    id: row?.id ?? '',

    async describe(query) {
      return (await prepare(query)).map((column) => ({ name: column.name, type: typeName(column) }));
    },

    async *stream(query) {
      const columns = await prepare(query);
      yield Buffer.from(csvLine(columns.map(({ name }) => name)));
      let whole = false;
      try {
        yield* readLines(connection, csvQuery(query.sql, columns));
        whole = true;
      } catch (error) {
        throw mysqlFailure(error, 'running');
      } finally {
        // What the server still sends would be taken for the answer to the next query.
        if (!whole) connection.destroy();
      }
    },
  };
}

interface Prepared {
  readonly columns: readonly MysqlColumn[];
  readonly parameters: number;
}

/** What the driver tells of a prepared statement, and its types do not know. */
interface Statement {
  readonly columns: readonly MysqlColumn[];
  readonly parameters: readonly unknown[];
  close(): void;
}

function prepared(connection: Connection, sql: string): Promise<Prepared> {
  return new Promise((resolve, reject) => {
    connection.prepare(sql, (error, statement) => {
      if (error !== null && error !== undefined) return reject(mysqlFailure(error, 'running'));
      const { columns, parameters } = statement as unknown as Statement;
      statement.close();
      resolve({ columns, parameters: parameters.length });
    });
  });
}

const badQuery = (what: string): RuntimeFailure =>
  new RuntimeFailure('source/query', `the query has ${what}`, { fix: "correct the step's query" });

/** `2026-01-31T23:00:00.000Z` as the server writes times, in the session's zone, which is UTC. */
const localTime = (iso: string): string => iso.replace('T', ' ').replace(/Z$/, '');
