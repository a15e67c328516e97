import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { crossCloudClones } from '../../stacks/build/duplicates.ts';

const ROOT = resolve(import.meta.dirname, '../..');

const folder = mkdtempSync(join(tmpdir(), 'mlops-clones-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Code of nine lines and some ninety tokens. */
const CODE = `export function hoursOf(windows: readonly { start: number; end: number }[]): number {
  let sum = 0;
  for (const { start, end } of windows) {
    if (end <= start) continue;
    const hours = (end - start) / 3_600_000;
    sum += Math.round(hours * 100) / 100;
  }
  return Math.max(0, Math.min(sum, windows.length * 24));
}
`;
const IMPORTS = ['store', 'events', 'secret', 'registry', 'budget', 'dashboard', 'alarms', 'probe']
  .map((name) => `import { ${name}Of, type ${name}Props } from './${name}.ts';\n`)
  .join('');

/** A tree of clouds with these files. */
function tree(name: string, files: Readonly<Record<string, string>>): string {
  const root = join(folder, name);
  for (const place of ['constructs', 'lambdas/adapters'])
    for (const cloud of ['aws', 'gcp', 'azure']) mkdirSync(join(root, place, cloud), { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(root, file), text);
  return root;
}

describe('code that two clouds have twice', () => {
  it('is nowhere in constructs and adapters', () => {
    expect(crossCloudClones(ROOT)).toEqual([]);
  });

  it.each([
    ['constructs/aws/hours.ts', 'constructs/gcp/hours.ts'],
    ['constructs/gcp/hours.ts', 'constructs/azure/other.ts'],
    ['lambdas/adapters/aws/hours.ts', 'lambdas/adapters/azure/hours.ts'],
    ['constructs/aws/hours.ts', 'lambdas/adapters/gcp/hours.ts'],
  ])('is found in %s and %s', (first, second) => {
    const name = `${first}-${second}`.replaceAll('/', '_');
    const root = tree(name, { [first]: `${IMPORTS}${CODE}`, [second]: `const own = 1;\n${CODE}` });
    expect(crossCloudClones(root)).toEqual([expect.stringContaining('10 lines')]);
  });

  it('is no clone within one cloud, and no list of imports', () => {
    const root = tree('allowed', {
      'constructs/aws/one.ts': `${IMPORTS}${CODE}`,
      'constructs/aws/two.ts': CODE,
      'constructs/gcp/one.ts': `${IMPORTS}export const own = 1;\n`,
    });
    expect(crossCloudClones(root)).toEqual([]);
  });
});
