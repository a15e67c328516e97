import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createObjectStore } from '../../lambdas/adapters/local/object-store.ts';
import { openPostgres } from '../../lambdas/adapters/shared/postgres.ts';
import { runExport } from '../../lambdas/export/export.ts';
import type { Logger } from '../../lambdas/ports/index.ts';
import { readExport, readPart } from '../../lambdas/stores/exports.ts';
import { virtualClock } from '../stores/crash.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { tempDir } from '../support/temp-dir.ts';
import { describeWith, postgres } from '../support/tools.ts';

const silent: Logger = { info: () => {}, warn: () => {}, error: () => {}, with: () => silent };
const INPUT = { runId: 'run-1', from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' };

describeWith(postgres, 'an export from PostgreSQL into a folder', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server?.stop());

  const run = (folder: string, query: string, timeoutSec = 60) =>
    runExport({
      ports: {
        objects: createObjectStore(folder),
        clock: virtualClock(),
        logger: silent,
        source: async () => openPostgres(server.reader),
      },
      config: {
        model: 'm',
        steps: [{ name: 'table', query }],
        requiredColumns: ['i'],
        timeoutSec,
        partBytes: 1_000_000,
        allowEmpty: false,
      },
      input: INPUT,
    });

  it('leaves no manifest when the connection is cut, and the same run then completes it', async () => {
    const folder = tempDir();
    await server.connect().then(async (owner) => {
      await owner.query(
        `create table numbers as select i, repeat('x', 90) as t from generate_series(1, 200000) i`,
      );
      await owner.end();
    });
    const rows = 'select i, t from numbers order by i';
    const slow = `select i, t, case when i % 20000 = 0 then pg_sleep(0.05) end as s from (${rows}) as r`;
    const failed = run(folder, slow);
    const outcome = failed.catch((error: unknown) => error);
    const owner = await server.connect();
    const terminate = `select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'mlops-export' and query like 'copy%'`;
    while ((await owner.query(terminate)).rowCount === 0) await wait(20);
    await owner.end();

    expect(await outcome).toMatchObject({
      code: 'source/disconnected',
      retryable: true,
      message: expect.stringMatching(/at row \d+$/),
    });
    const objects = createObjectStore(folder);
    expect(await readExport(objects, INPUT)).toBeUndefined();

    const manifest = await run(folder, rows);
    expect(manifest.rows).toBe(200_000);
    expect(manifest.parts.length).toBeGreaterThan(10);
    let next = 1;
    for (const part of manifest.parts) {
      let text = '';
      for await (const chunk of readPart(objects, part)) text += Buffer.from(chunk).toString();
      for (const line of text.split('\n').slice(1, -1)) expect(line.startsWith(`${next++},x`)).toBe(true);
    }
    expect(next).toBe(200_001);
  });

  it('leaves no manifest when the query takes too long', async () => {
    const folder = tempDir();
    const endless = 'with recursive n as (select 1 as i union all select i + 1 from n) select i from n';
    await expect(run(folder, endless, 0.5)).rejects.toMatchObject({ code: 'source/timeout' });
    expect(await readExport(createObjectStore(folder), INPUT)).toBeUndefined();
  });
});
