import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { describe, expect, it } from 'vitest';
import { type Blueprint, loadBlueprint } from '../../blueprints/index.ts';
import { openPglite } from '../../lambdas/adapters/local/pglite.ts';
import { compose } from '../../lambdas/core/sql/compose.ts';
import { withAwsTables } from '../../stacks/build/aws-tables.ts';
import { withReleaseTable } from '../../stacks/build/release-table.ts';

const ROOT = resolve(import.meta.dirname, '../..');

describe('the README', () => {
  it('has the table that the release code gives (npm run docs)', () => {
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
    expect(withReleaseTable(readme)).toBe(readme);
    expect(readme.match(/<!-- table: /g)).toHaveLength(1);
  });

  it('shows a blueprint that is valid, and whose rows PostgreSQL exports', async () => {
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
    const code = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
    const folder = mkdtempSync(join(ROOT, 'node_modules/.readme-'));
    try {
      const file = join(folder, 'blueprint.ts');
      writeFileSync(file, code.replace('./blueprints/', `${ROOT}/blueprints/`));
      const { blueprint } = await loadBlueprint(file);
      expect(blueprint.name).toBe('churn');
      expect(await exported(blueprint)).toBe(
        'id,seen_at,plan,spend,churned\nc1,2026-01-02 00:00:00+00,basic,9.5,t\n',
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** What the blueprint's steps select from a table of its columns. */
async function exported({ source }: Blueprint): Promise<string> {
  const database = await PGlite.create();
  await database.exec(`SET timezone TO 'UTC';
    CREATE TABLE customers (id text, seen_at timestamptz, plan text, spend float8, churned boolean);
    INSERT INTO customers VALUES ('c1', '2026-01-02', 'basic', 9.5, true), ('c2', '2026-02-01', 'basic', 1, false)`);
  const window = { from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z' };
  const query = { sql: compose(source.steps), window, timeoutSec: 60 };
  let csv = '';
  await openPglite({ database }).snapshot(async (snapshot) => {
    for await (const chunk of snapshot.stream(query)) csv += Buffer.from(chunk).toString('utf8');
  });
  await database.close();
  return csv;
}

describe('the guide to AWS', () => {
  const guide = readFileSync(join(ROOT, 'stacks/aws/README.md'), 'utf8');

  it('has the tables that the stacks are made of (npm run docs)', () => {
    expect(withAwsTables(guide)).toBe(guide);
    expect(guide.match(/<!-- table: /g)).toHaveLength(5);
  });

  it('has a section for every alarm, and none for an alarm that is no more', () => {
    const folder = join(ROOT, 'constructs/aws');
    const named = readdirSync(folder)
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) => readFileSync(join(folder, name), 'utf8').match(/'runbook-[a-z-]+'/g) ?? [])
      .map((name) => name.slice(1, -1));
    const written = [...guide.matchAll(/^### (runbook-[a-z-]+)$/gm)].map(([, name]) => name);
    expect([...new Set(named)].sort()).toEqual([...written].sort());
  });
});
