import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from './pages.ts';
import { entryPoints, examplesIn, sources } from './public-api.ts';

/** What every example may name without making it. */
const GIVEN = `import type { Stack } from 'aws-cdk-lib';
import type { ScoringApi } from 'mlops-blueprint/aws';
import type { BlueprintInput, ResolvedConfig } from 'mlops-blueprint/blueprint';
import type { scoreTable } from 'mlops-blueprint/local';

declare global {
  /** A stack of the reader's app. */
  const stack: Stack;
  /** Made by resolveConfig. */
  const config: ResolvedConfig;
  /** Every resource that functions use. */
  const bindings: ConstructorParameters<typeof ScoringApi>[2]['bindings'];
  /** Everything that the example does not show of a blueprint. */
  const input: BlueprintInput;
  /** Rows of a file. */
  const rows: Parameters<typeof scoreTable>[2];
}
`;
const folder = mkdtempSync(join(ROOT, 'node_modules/.examples-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What the compiler says of these examples, all in one program, by file. */
async function compile(
  examples: readonly { readonly of: string; readonly code: string }[],
): Promise<string[]> {
  writeFileSync(join(folder, 'given.ts'), GIVEN);
  for (const { of, code } of examples) writeFileSync(join(folder, `${of}.ts`), `${code}\nexport {};\n`);
  const paths = Object.fromEntries(entryPoints().map(({ name, file }) => [name, [join(ROOT, file)]]));
  const config = {
    extends: join(ROOT, 'tsconfig.json'),
    compilerOptions: { paths },
    include: [],
    files: ['given.ts', ...examples.map(({ of }) => `${of}.ts`)],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const tsc = [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', folder, '--pretty', 'false'];
  const { stdout } = await promisify(execFile)(process.execPath, tsc, { cwd: folder }).catch(
    (failure: { stdout: string }) => failure,
  );
  return stdout.split('\n').filter((line) => line !== '');
}

describe('the @example of each export', () => {
  it('compiles as a module of a user of the package, and an example with a fault does not', async () => {
    const names = entryPoints().flatMap(({ exported }) => exported);
    const examples = sources(['blueprints', 'constructs', 'lambdas', 'stacks'])
      .flatMap(({ text }) => examplesIn(text))
      .filter(({ of }) => names.includes(of));
    expect(examples.length).toBeGreaterThanOrEqual(names.length);
    const planted = {
      of: 'Planted',
      code: "import { ArtifactStore } from 'mlops-blueprint/aws';\nnew ArtifactStore(stack, 'Store', { confg: config });",
    };
    const found = await compile([...examples, planted]);
    expect(found.filter((line) => !line.includes('Planted.ts'))).toEqual([]);
    expect(found.join('\n')).toMatch(/Planted\.ts\(2,\d+\): error TS\d+: .*'confg'/);
  });
});
