/** Runs queries of KQL on rows, by an engine that is not ours: duckdb-kql translates them to SQL (github.com/mmaitre314/duckdb-kql). */

import { LOG_TABLES } from '../../constructs/azure/kql.ts';
import { kqlEngine, run } from './tools.ts';

/** A row of a table; `secondsAgo` stands for its time. */
export interface LogRow {
  readonly table: keyof typeof LOG_TABLES;
  readonly secondsAgo: number;
  readonly values: Readonly<Record<string, string | number | boolean>>;
}

type Result = readonly (readonly unknown[])[];

const SQL_TYPES: Readonly<Record<string, string>> = {
  datetime: 'TIMESTAMP',
  string: 'VARCHAR',
  bool: 'BOOLEAN',
  real: 'DOUBLE',
};

/** Only tables with rows are made, as in a workspace. */
const SCRIPT = `
import json, sys, duckdb_kql
given = json.load(sys.stdin)
def answers(world):
    con = duckdb_kql.connect()
    con.execute("SET TimeZone = 'UTC'")
    for table, columns in given['tables'].items():
        rows = [row for row in world['rows'] if row['table'] == table]
        if not rows: continue
        con.execute('CREATE TABLE %s (%s)' % (table, ', '.join('%s %s' % column for column in columns.items())))
        for row in rows:
            names = list(row['values'])
            con.execute("INSERT INTO %s (TimeGenerated%s) VALUES (now()::TIMESTAMP - to_seconds(?)%s)" % (
                table, ''.join(', ' + name for name in names), ', ?' * len(names)),
                [row['secondsAgo']] + [row['values'][name] for name in names])
    return [list(map(str, row)) for row in duckdb_kql.query(con, world['query']).fetchall()]
print(json.dumps([answers(world) for world in given['worlds']]))
`;

/** A query, and the rows that it is run on. */
export interface KqlWorld {
  readonly query: string;
  readonly rows: readonly LogRow[];
}

/** Returns the rows that each query finds in its own world, as texts; one process for all of them. */
export function runKql(worlds: readonly KqlWorld[]): readonly Result[] {
  const tables = Object.fromEntries(
    Object.entries(LOG_TABLES).map(([name, columns]) => [
      name,
      Object.fromEntries(Object.entries(columns).map(([column, type]) => [column, SQL_TYPES[type]])),
    ]),
  );
  return JSON.parse(run(kqlEngine, ['-c', SCRIPT], JSON.stringify({ worlds, tables }))) as Result[]; // of the script
}

/** A metric line of a model, as a function writes it. */
export const metricRow = (
  secondsAgo: number,
  values: Readonly<Record<string, number>>,
  dimensions: Readonly<Record<string, string>>,
): LogRow => ({
  table: 'AppTraces',
  secondsAgo,
  values: {
    AppRoleName: 'any',
    Message: JSON.stringify({ severity: 'INFO', message: 'metric', dimensions, values }),
  },
});

/** A request that an app answered with this status, or failed to answer. */
export const requestRow = (
  secondsAgo: number,
  app: string,
  status: number,
  { success = true, ms = 20 }: { readonly success?: boolean; readonly ms?: number } = {},
): LogRow => ({
  table: 'AppRequests',
  secondsAgo,
  values: { AppRoleName: app, ResultCode: `${status}`, Success: success, DurationMs: ms },
});
