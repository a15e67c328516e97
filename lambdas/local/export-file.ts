/** The rows that a model reads, as one CSV: out of a database by the blueprint's steps, or out of the feature store. */

import { openMysql } from '../adapters/shared/mysql.ts';
import { openPostgres } from '../adapters/shared/postgres.ts';
import type { ModelConfig } from '../core/config.ts';
import { writeTable } from '../core/csv/write.ts';
import { InvalidInput } from '../core/errors.ts';
import { modelColumns } from '../core/model-table.ts';
import { checkColumns } from '../export/check-columns.ts';
import { planExport } from '../export/copy-tables.ts';
import type { SourceDatabase } from '../ports/index.ts';
import { getHistorical } from '../stores/historical.ts';
import type { NamedFolder } from './next-command.ts';
import { openStore } from './open-store.ts';

/** Event times in [from, to), ISO 8601 in UTC. */
export interface ExportWindow {
  readonly from: string;
  readonly to: string;
}

/** Environment variable that holds the password of the database. */
const PASSWORD = 'MLOPS_DATABASE_PASSWORD';

/**
 * Rows of the feature store in a model's folder, as they were known at their events.
 *
 * @throws RuntimeFailure `local/nothing-here`, `features/nothing-ingested`
 */
export async function* storedRows(
  folder: NamedFolder,
  config: ModelConfig,
  window: ExportWindow,
): AsyncGenerator<Uint8Array> {
  const ports = openStore(folder.root, folder.model);
  const table = await getHistorical(ports, config, {
    from: Date.parse(window.from),
    to: Date.parse(window.to),
  });
  yield* writeTable(table, modelColumns(config));
}

/**
 * Rows of a database, in one read-only snapshot, byte by byte as the server wrote them.
 *
 * @param url - `postgres://user@host:5432/name` or `mysql://…`; `?ca=FILE` trusts that authority, `?tls=off` is for this
 *   machine only.
 * @throws InvalidInput `source/url`, `source/tls-required`; RuntimeFailure as `SourceDatabase` does, and
 *   `export/missing-column`
 */
export async function copyRows(
  url: string,
  config: ModelConfig,
  window: ExportWindow,
  write: (chunks: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<void> {
  const { steps, timeoutSec } = config.source;
  const requiredColumns = modelColumns(config).map(({ name }) => name);
  const plan = planExport(
    { model: config.name, steps, requiredColumns, timeoutSec, allowEmpty: true },
    window,
  );
  const source = openDatabase(url, config);
  try {
    await source.snapshot(async (snapshot) => {
      checkColumns(await snapshot.describe(plan.table), requiredColumns, undefined);
      await write(snapshot.stream(plan.table));
    });
  } finally {
    await source.close();
  }
}

function openDatabase(text: string, { source }: Pick<ModelConfig, 'source'>): SourceDatabase {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const protocols = { postgres: ['postgres:', 'postgresql:'], mysql: ['mysql:', 'mariadb:'] }[source.engine];
  const refuse = (message: string, fix: string): InvalidInput =>
    new InvalidInput('mlops export', [
      {
        code: 'source/url',
        path: '--database',
        message,
        allowed: `${protocols[0]}//user@host:port/name`,
        fix,
      },
    ]);
  if (
    url === undefined ||
    !protocols.includes(url.protocol) ||
    url.username === '' ||
    url.pathname.length < 2
  )
    throw refuse(`must be the address of a ${source.engine} database`, 'name user, host and database');
  if (url.password !== '')
    throw refuse('must not hold the password, which others on this machine would see', `set ${PASSWORD}`);
  const [database, user] = [url.pathname.slice(1), url.username].map(decoded);
  if (database === undefined || user === undefined)
    throw refuse('must be percent-encoded (RFC 3986, 2.1)', 'write a % of user or name as %25');
  const ca = url.searchParams.get('ca');
  const open = source.engine === 'postgres' ? openPostgres : openMysql;
  return open({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    ...(url.port !== '' && { port: Number(url.port) }),
    database,
    user,
    password: { env: PASSWORD },
    tls: url.searchParams.get('tls') === 'off' ? 'off' : ca === null ? 'verify' : { ca: { file: ca } },
  });
}

/** The text behind percent-encoding; undefined where a % does not begin one. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
