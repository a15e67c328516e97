import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { brokenAll } from '../blueprints/valid.ts';
import { startMariadb } from '../support/mariadb-server.ts';
import { startPostgres } from '../support/postgres-server.ts';
import { tempDir } from '../support/temp-dir.ts';
import { describeWith, mariadb, postgres } from '../support/tools.ts';
import { runMain } from './run-main.ts';

const PASSWORD = 'MLOPS_DATABASE_PASSWORD';
const TABLE =
  'create table customers (id varchar(9), seen_at timestamp, tenure int, plan varchar(9), active boolean, `churned` boolean)';
const ROWS = `insert into customers values ('a', '2026-01-01 10:00:00', 1, 'x,"y"', true, false), ('b', '2026-01-02 10:00:00', null, '', false, true), ('c', '2026-02-01 00:00:00', 3, 'z', true, true)`;

/** The blueprint as a file in a new folder. */
function blueprintFile(
  engine: 'postgres' | 'mysql',
  query: string,
): { readonly folder: string; readonly file: string } {
  const folder = tempDir();
  const file = join(folder, 'blueprint.json');
  writeFileSync(file, JSON.stringify(brokenAll({ 'source.engine': engine, 'source.steps.0.query': query })));
  return { folder, file };
}

async function exported(folder: string, file: string, url: string) {
  const window = ['--from', '2026-01-01', '--to', '2026-02-01'];
  const printed = await runMain([
    'export',
    file,
    '--database',
    url,
    ...window,
    '--out',
    'rows.csv',
    '--cwd',
    folder,
  ]);
  return { ...printed, csv: printed.code === 0 ? readFileSync(join(folder, 'rows.csv'), 'utf8') : '' };
}

afterEach(() => {
  delete process.env[PASSWORD];
});

describeWith(postgres, 'mlops export from PostgreSQL', () => {
  it('writes the rows of the steps in the window, byte for byte as COPY does', async () => {
    const server = await startPostgres();
    try {
      const owner = await server.connect();
      await owner.query(
        `${TABLE.replaceAll('`', '"').replace('timestamp', 'timestamptz')}; set time zone 'UTC'; ${ROWS}`,
      );
      await owner.end();
      const query =
        "select * from customers where seen_at >= current_setting('mlops.from')::timestamptz and seen_at < current_setting('mlops.to')::timestamptz order by id";
      const { folder, file } = blueprintFile('postgres', query);
      const url = `postgres://reader@127.0.0.1:${server.port}/postgres`;
      expect((await exported(folder, file, url)).err).toContain('[source/authentication]');
      process.env[PASSWORD] = 'S3cret-of-the-reader';
      expect((await exported(folder, file, url)).err).toContain('[source/tls]');
      const { code, csv } = await exported(folder, file, `${url}?ca=${server.certificateFile}`);
      expect([code, csv]).toEqual([
        0,
        'id,seen_at,tenure,plan,active,churned\na,2026-01-01 10:00:00+00,1,"x,""y""",t,f\nb,2026-01-02 10:00:00+00,,"",f,t\n',
      ]);
    } finally {
      server.stop();
    }
  });
});

describeWith(mariadb, 'mlops export from MariaDB', () => {
  it('writes the same values as from PostgreSQL', async () => {
    const server = await startMariadb();
    try {
      const owner = await server.connect();
      await owner.query("set time_zone = '+00:00'");
      await owner.query(TABLE.replace('timestamp', 'timestamp null'));
      await owner.query(ROWS);
      await owner.end();
      const { folder, file } = blueprintFile(
        'mysql',
        'select * from customers where seen_at >= @mlops_from and seen_at < @mlops_to order by id',
      );
      process.env[PASSWORD] = 'S3cret-of-the-reader';
      const { code, csv, err } = await exported(
        folder,
        file,
        `mysql://reader@127.0.0.1:${server.port}/test?ca=${server.certificateFile}`,
      );
      expect([code, err]).toEqual([0, '']);
      expect(csv).toBe(
        'id,seen_at,tenure,plan,active,churned\n"a",2026-01-01 10:00:00+00,1,"x,""y""",t,f\n"b",2026-01-02 10:00:00+00,,"",f,t\n',
      );
      expect((await exported(folder, file, `postgres://reader@127.0.0.1:${server.port}/test`)).err).toContain(
        '[source/url]',
      );
    } finally {
      await server.stop();
    }
  });
});
