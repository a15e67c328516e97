import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withAwsTables } from '../../stacks/build/aws-tables.ts';
import { withReleaseTable } from '../../stacks/build/release-table.ts';

const ROOT = resolve(import.meta.dirname, '../..');

describe('the README', () => {
  it('has the table that the release code gives (npm run docs)', () => {
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
    expect(withReleaseTable(readme)).toBe(readme);
    expect(readme.match(/<!-- table: /g)).toHaveLength(1);
  });

  it('shows a blueprint that is valid', async () => {
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
    const code = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
    const folder = mkdtempSync(join(ROOT, 'node_modules/.readme-'));
    try {
      const file = join(folder, 'blueprint.ts');
      writeFileSync(file, code.replace('./blueprints/', `${ROOT}/blueprints/`));
      const { blueprint } = (await import(file)) as { blueprint: { name: string } };
      expect(blueprint.name).toBe('churn');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

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
