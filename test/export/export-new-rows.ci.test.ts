import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPglite } from '../../lambdas/adapters/local/pglite.ts';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import { exportNewRows } from '../../lambdas/export/export-new-rows.ts';
import type { Logger } from '../../lambdas/ports/index.ts';
import { addFeaturePart } from '../../lambdas/stores/features.ts';
import { featureGroupOf } from '../../lambdas/stores/historical.ts';
import { CONFIG as BASE } from '../score/fixture.ts';
import { memoryObjects, virtualClock } from '../stores/crash.ts';

const silent: Logger = { info: () => {}, warn: () => {}, error: () => {}, with: () => silent };

/** A call an hour on the first of January 2026. */
const CONFIG: ModelConfig = {
  ...BASE,
  features: { version: 1, fields: [{ kind: 'numeric', name: 'age', description: 'in years' }] },
  source: {
    ...BASE.source,
    steps: [
      {
        name: 'calls_of_window',
        keep: false,
        query: `select client, at, y, age from calls
          where at >= current_setting('mlops.from')::timestamptz and at < current_setting('mlops.to')::timestamptz`,
      },
    ],
    watermark: { overlapHours: 2 },
  },
};
const hour = (count: number) => new Date(Date.UTC(2026, 0, 1, count)).toISOString();

describe('the rows of an export', () => {
  let database: PGlite;
  beforeAll(async () => {
    database = await PGlite.create();
    await database.exec(`create table calls (client int, at timestamptz, y text, age int);
      insert into calls select g, timestamptz '2026-01-01 00:00Z' + g * interval '1 hour', 'no', 40
        from generate_series(0, 23) g`);
  });
  afterAll(() => database.close());

  function bench() {
    let opened = 0;
    const ports = {
      objects: memoryObjects(),
      clock: virtualClock(),
      logger: silent,
      async source() {
        opened += 1;
        return { ...openPglite({ database }), close: async () => {} };
      },
    };
    return {
      ports,
      opened: () => opened,
      run: (runId: string, to: string, since?: 'features' | 'exports', config = CONFIG) =>
        exportNewRows(ports, config, { runId, to }, since),
      /** Every row before `to` is in the feature store. */
      ingested: (runId: string, to: string, config = CONFIG) =>
        addFeaturePart(
          ports,
          featureGroupOf(config),
          { runId, key: runId, rows: 1, columns: [], sha256: '', from: 0, to: 0 },
          to,
        ),
    };
  }

  it('exports everything the first time', async () => {
    const { rows, window } = await bench().run('r1', hour(10));
    expect({ rows, window }).toEqual({
      rows: 10,
      window: { from: '1970-01-01T00:00:00.000Z', to: hour(10) },
    });
  });

  it('exports in the pipeline the rows that the feature store lacks, with the overlap for late rows', async () => {
    const { run, ingested } = bench();
    await run('r1', hour(10));
    await ingested('r1', hour(10));
    const { rows, window } = await run('r2', hour(13));
    expect({ rows, window }).toEqual({ rows: 5, window: { from: hour(8), to: hour(13) } });
  });

  it('exports rows in the pipeline again when they were exported and never ingested', async () => {
    const { run } = bench();
    await run('r1', hour(10));
    expect((await run('r2', hour(13))).rows).toBe(13);
  });

  it('exports everything again for a new version of the features', async () => {
    const { run, ingested } = bench();
    await ingested('r1', hour(10));
    const next = { ...CONFIG, features: { ...CONFIG.features, version: 2 } };
    expect((await run('r2', hour(13), 'features', next)).rows).toBe(13);
  });

  it('exports alone the rows since its last export, whatever the feature store covers', async () => {
    const { run, ingested } = bench();
    await run('e1', hour(10), 'exports');
    await ingested('r1', hour(12));
    const { window } = await run('e2', hour(13), 'exports');
    expect(window).toEqual({ from: hour(8), to: hour(13) });
  });

  it('exports alone in full, even after a later export of an earlier time', async () => {
    const { run } = bench();
    await run('e1', hour(5), 'exports');
    await run('e3', hour(20), 'exports');
    expect((await run('e2', hour(10), 'exports')).window).toEqual({ from: hour(3), to: hour(10) });
  });

  it('exports the same rows for a run that is delivered again, however much was covered since', async () => {
    const { run, ingested, opened } = bench();
    const first = await run('r1', hour(10));
    await ingested('r2', hour(23));
    expect(await run('r1', hour(10))).toEqual(first);
    expect(opened()).toBe(1);
  });

  it('may export nothing, even for a run that waited while a later one went first', async () => {
    const { run, ingested } = bench();
    await ingested('r1', hour(23));
    expect((await run('r2', hour(23))).rows).toBe(2);
    expect((await run('r3', hour(10))).window).toEqual({
      from: new Date(Date.parse(hour(8)) - 1).toISOString(),
      to: hour(10),
    });
    const strict = { ...CONFIG, source: { ...CONFIG.source, watermark: { overlapHours: 0 } } };
    expect((await run('r4', hour(10), 'features', strict)).rows).toBe(0);
  });

  it('refuses an end that is not a time', async () => {
    const { run, ingested } = bench();
    await ingested('r1', hour(10));
    await expect(run('r2', 'now')).rejects.toThrow(/must be a time in UTC/);
  });
});
