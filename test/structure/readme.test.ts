import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

describe('the README', () => {
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
