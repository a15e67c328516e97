/**
 * One export in a process of its own, so that its memory can be told: `node export-child.js JSON`. Prints what it
 * took as JSON. `plain` writes the stream as it comes; `deployed` is the use case: gzip, parts, digests, manifest.
 */

import { createObjectStore } from '../../lambdas/adapters/local/object-store.ts';
import { systemClock } from '../../lambdas/adapters/shared/clock.ts';
import type { DatabaseOptions } from '../../lambdas/adapters/shared/database-options.ts';
import { openMysql } from '../../lambdas/adapters/shared/mysql.ts';
import { openPostgres } from '../../lambdas/adapters/shared/postgres.ts';
import { runExport } from '../../lambdas/export/export.ts';
import type { Logger } from '../../lambdas/ports/index.ts';

export interface ChildTask {
  readonly engine?: 'postgres' | 'mysql';
  readonly mode: 'plain' | 'deployed';
  readonly reader: DatabaseOptions;
  readonly sql: string;
  readonly folder: string;
}

export interface ChildResult {
  readonly ms: number;
  readonly cpuMs: number;
  /** Largest resident memory of the process. */
  readonly rssMb: number;
}

const WINDOW = { from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' };
const silent: Logger = { info: () => {}, warn: () => {}, error: () => {}, with: () => silent };

async function measure({ engine = 'postgres', mode, reader, sql, folder }: ChildTask): Promise<ChildResult> {
  const objects = createObjectStore(folder);
  const source = engine === 'postgres' ? openPostgres(reader) : openMysql(reader);
  const started = performance.now();
  if (mode === 'plain') {
    await source.snapshot((snapshot) =>
      objects.write('table.csv', snapshot.stream({ sql, window: WINDOW, timeoutSec: 3600 })),
    );
  } else {
    await runExport({
      ports: { objects, clock: systemClock, logger: silent, source: async () => source },
      config: {
        model: 'bench',
        steps: [{ name: 'bench', query: sql }],
        requiredColumns: [],
        timeoutSec: 3600,
        allowEmpty: false,
      },
      input: { runId: 'bench', ...WINDOW },
    });
  }
  const ms = performance.now() - started;
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  return { ms, cpuMs: (userCPUTime + systemCPUTime) / 1000, rssMb: maxRSS / 1024 };
}

const task = process.argv.at(-1) ?? '';
// The only caller is export.ts beside this file.
process.stdout.write(JSON.stringify(await measure(JSON.parse(task) as ChildTask)));
