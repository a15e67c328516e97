import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

/** What is loaded when a file is: static imports that are not of types only, and re-exports. */
const IMPORT = /^(?:import|export)(?! type\b)[^'";]*?from '([^']+)';|^import '([^']+)';/gm;

function loadedBy(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [text, from, bare] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
    const path = from ?? bare ?? '';
    if (/^import \{(?:\s*type [\w$]+,?)+\s*\}/.test(text)) continue;
    if (path.startsWith('.') && path.endsWith('.ts')) loadedBy(join(dirname(file), path), seen);
    else if (!path.startsWith('.')) seen.add(path);
  }
  return seen;
}

const OF_A_CLOUD = /^@aws-sdk|^aws-cdk-lib|^constructs$|^stacks\/aws\//;

it('loads neither the tools of a cloud nor the CDK or an SDK with the program', () => {
  const loaded = [...loadedBy('bin/main.ts')];
  expect(loaded).toContain('commander');
  expect(loaded).toContain('lambdas/demo/run-demo.ts');
  expect(loaded).toContain('bin/clouds/load.ts');
  expect(loaded.filter((name) => OF_A_CLOUD.test(name) || /^bin\/clouds\/\w+\//.test(name))).toEqual([]);
});

it('loads neither the CDK nor an SDK with the tools of AWS before the first call', () => {
  const loaded = [...loadedBy('bin/clouds/aws/tools.ts')];
  expect(loaded).toContain('bin/clouds/aws/synthesize.ts');
  expect(loaded.filter((name) => OF_A_CLOUD.test(name))).toEqual([]);
});
