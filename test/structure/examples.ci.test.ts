import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from './pages.ts';
import { entryPoints, examplesIn, sources } from './public-api.ts';

/** Stacks of a reader, by the constructs that are made in them; their names are the same on every cloud. */
const READERS = {
  aws: { stack: 'Stack', tool: 'aws-cdk-lib' },
  gcp: { stack: 'TerraformStack', tool: 'cdktf' },
  azure: { stack: 'TerraformStack', tool: 'cdktf' },
} as const;
type Reader = keyof typeof READERS;

/** What every example may name without making it. */
const givenTo = (reader: Reader) => `import type { ${READERS[reader].stack} } from '${READERS[reader].tool}';
import type { ScoringApi } from 'mlops-blueprint/${reader}';
import type { BlueprintInput, ResolvedConfig } from 'mlops-blueprint/blueprint';
import type { scoreTable } from 'mlops-blueprint/local';

declare global {
  /** A stack of the reader's app. */
  const stack: ${READERS[reader].stack};
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
  reader: Reader,
  examples: readonly { readonly of: string; readonly code: string }[],
): Promise<string[]> {
  const own = join(folder, reader);
  mkdirSync(own);
  writeFileSync(join(own, 'given.ts'), givenTo(reader));
  for (const { of, code } of examples) writeFileSync(join(own, `${of}.ts`), `${code}\nexport {};\n`);
  const paths = Object.fromEntries(entryPoints().map(({ name, file }) => [name, [join(ROOT, file)]]));
  const config = {
    extends: join(ROOT, 'tsconfig.json'),
    compilerOptions: { paths },
    include: [],
    files: ['given.ts', ...examples.map(({ of }) => `${of}.ts`)],
  };
  writeFileSync(join(own, 'tsconfig.json'), JSON.stringify(config));
  const tsc = [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', own, '--pretty', 'false'];
  const { stdout } = await promisify(execFile)(process.execPath, tsc, { cwd: own }).catch(
    (failure: { stdout: string }) => failure,
  );
  return stdout.split('\n').filter((line) => line !== '');
}

describe('the @example of each export', () => {
  /** Those of one cloud's constructs; those of no cloud are with AWS's. */
  const isOf = (reader: Reader, file: string): boolean =>
    (/^constructs\/(gcp|azure)\//.exec(file)?.[1] ?? 'aws') === reader;

  it.each(
    Object.keys(READERS) as Reader[], // its keys
  )('compiles in an app with constructs of %s, and an example with a fault does not', async (reader) => {
    const exports = entryPoints().filter(({ file }) => isOf(reader, file));
    const names = exports.flatMap(({ exported }) => exported);
    const examples = sources(['blueprints', 'constructs', 'lambdas', 'stacks'])
      .filter(({ file }) => isOf(reader, file))
      .flatMap(({ text }) => examplesIn(text))
      .filter(({ of }) => names.includes(of));
    expect(names.length).toBeGreaterThan(10);
    expect(examples.length).toBeGreaterThanOrEqual(names.length);
    const planted = {
      of: 'Planted',
      code: `import { ArtifactStore } from 'mlops-blueprint/${reader}';\nnew ArtifactStore(stack, 'Store', { confg: config });`,
    };
    const found = await compile(reader, [...examples, planted]);
    expect(found.filter((line) => !line.includes('Planted.ts'))).toEqual([]);
    expect(found.join('\n')).toMatch(/Planted\.ts\(2,\d+\): error TS\d+: .*'confg'/);
  });
});
