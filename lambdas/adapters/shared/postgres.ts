import type { Duplex } from 'node:stream';
import type { ConnectionOptions } from 'node:tls';
import { Client } from 'pg';
import type { ExportQuery, SourceDatabase, SourceSnapshot } from '../../ports/source-database.ts';
import { CopyOut } from './copy-out.ts';
import { type DatabaseOptions, type DatabaseTls, requireTls, trustOf } from './database-options.ts';
import { DescribeStatement } from './describe-statement.ts';
import { readSecret } from './secret.ts';
import {
  READ_ONLY,
  SET_WINDOW,
  sourceFailure,
  TAKE_SNAPSHOT,
  TYPE_NAMES,
  windowParameters,
} from './sql-session.ts';

/** A server that has vanished never answers; its own timeout has passed long before. */
const GRACE_SEC = 15;

/**
 * PostgreSQL 13 and later, through COPY, the fastest way out of it. One connection per snapshot.
 *
 * The role and the READ ONLY transaction limit what a query may do; together they are the security boundary.
 *
 * @throws InvalidInput `source/tls-required` for `tls: 'off'` to another machine
 */
export function openPostgres(options: DatabaseOptions): SourceDatabase {
  requireTls(options.host, options.tls ?? 'verify');
  return {
    async snapshot(work) {
      const client = await connect(options);
      try {
        return await work(await takeSnapshot(client));
      } finally {
        // Ends the transaction too, and a COPY that was left in the middle.
        await client.end();
      }
    },
    async close() {},
  };
}

async function connect({ password, tls = 'verify', ...options }: DatabaseOptions): Promise<Client> {
  const stream = await options.tunnel?.();
  const client = new Client({
    ...(stream !== undefined && { stream: () => connected(stream) }),
    host: options.host,
    port: options.port ?? 5432,
    database: options.database,
    user: options.user,
    password: await readSecret(password),
    ssl: stream === undefined && (await tlsOptions(tls)),
    connectionTimeoutMillis: (options.connectTimeoutSec ?? 10) * 1000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    application_name: 'mlops-export',
  });
  // The query that runs gets the same error; without a listener it would end the process.
  client.on('error', () => {});
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end();
    throw sourceFailure(error, 'connecting');
  }
}

/** The driver connects its stream, and begins when that reports it. */
function connected(stream: Duplex): Duplex {
  const connect = () => {
    process.nextTick(() => stream.emit('connect'));
    return stream;
  };
  return Object.assign(stream, { connect });
}

async function tlsOptions(tls: DatabaseTls): Promise<ConnectionOptions | false> {
  const trust = await trustOf(tls);
  return trust === false ? false : { rejectUnauthorized: true, ...trust };
}

async function takeSnapshot(client: Client): Promise<SourceSnapshot> {
  const ask = async <T extends object>(text: string, values?: string[]): Promise<T[]> => {
    try {
      return (await client.query<T>(text, values)).rows;
    } catch (error) {
      throw sourceFailure(error, 'running');
    }
  };

  const describe = async (query: ExportQuery) => {
    await ask(SET_WINDOW, windowParameters(query));
    try {
      return await client.query(new DescribeStatement(query.sql)).fields;
    } catch (error) {
      throw sourceFailure(error, 'running');
    }
  };

  await ask('begin');
  await ask(READ_ONLY);
  const rows = await ask<{ id: string }>(TAKE_SNAPSHOT);
  return {
    id: rows.map(({ id }) => id).join(),

    async describe(query) {
      const fields = await describe(query);
      const ids = `{${fields.map(({ dataTypeID }) => dataTypeID).join()}}`;
      const types = await ask<{ name: string }>(TYPE_NAMES, [ids]);
      return fields.map(({ name }, index) => ({ name, type: types[index]?.name ?? 'unknown' }));
    },

    async *stream(query) {
      // COPY goes by the simple protocol, which takes several statements; so the server parses the text alone first.
      await describe(query);
      const watchdog = setTimeout(() => void client.end(), (query.timeoutSec + GRACE_SEC) * 1000);
      try {
        // The line breaks end a comment in the last line of the query.
        yield* client.query(
          new CopyOut(`copy (\n${query.sql}\n) to stdout (format csv, header, encoding 'UTF8')`),
        );
      } catch (error) {
        throw sourceFailure(error, 'running');
      } finally {
        clearTimeout(watchdog);
      }
    },
  };
}
