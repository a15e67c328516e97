import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const DEPCRUISE = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');

interface Violation {
  readonly rule: { readonly name: string };
  readonly from: string;
  readonly to: string;
}

interface Report {
  readonly summary: { readonly violations: readonly Violation[]; readonly totalCruised: number };
}

function cruise(cwd: string, folders: readonly string[]): Report {
  const args = [
    DEPCRUISE,
    '--config',
    join(ROOT, '.dependency-cruiser.cjs'),
    '--output-type',
    'json',
    ...folders,
  ];
  return JSON.parse(
    execFileSync(process.execPath, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 28 }),
  ) as Report;
}

/** One planted violation per rule: the file, and what it imports. */
const PLANTED: Readonly<Record<string, readonly [file: string, imports: string]>> = {
  'core-alone': ['lambdas/core/a.ts', '../ports/port.ts'],
  'core-numeric': ['lambdas/core/numeric/a.ts', '../table/t.ts'],
  'core-table': ['lambdas/core/table/a.ts', '../features/f.ts'],
  'core-kernels': ['lambdas/core/trees/kernels/a.ts', '../format/f.ts'],
  'core-format': ['lambdas/core/trees/format/a.ts', '../training/t.ts'],
  'core-scoring': ['lambdas/core/trees/scoring/a.ts', '../training/t.ts'],
  'core-training': ['lambdas/core/trees/training/a.ts', '../format/f.ts'],
  'core-evaluation': ['lambdas/core/evaluation/a.ts', '../release/r.ts'],
  'core-packages': ['lambdas/core/b.ts', 'pino'],
  'core-no-node': ['lambdas/core/c.ts', 'node:fs'],
  'ports-core': ['lambdas/ports/a.ts', '../stores/store.ts'],
  stores: ['lambdas/stores/a.ts', '../adapters/local/x.ts'],
  'use-cases': ['lambdas/export/a.ts', '../prepare/p.ts'],
  entries: ['lambdas/export/aws.ts', '../prepare/p.ts'],
  adapters: ['lambdas/adapters/local/a.ts', '../aws/y.ts'],
  runtime: ['lambdas/runtime/a.ts', '../stores/store.ts'],
  bundle: ['lambdas/bundle/a.ts', '../local/l.ts'],
  report: ['lambdas/report/a.ts', '../demo/d.ts'],
  local: ['lambdas/local/a.ts', '../demo/d.ts'],
  demo: ['lambdas/demo/a.ts', '../adapters/aws/y.ts'],
  pipeline: ['lambdas/pipeline.ts', './stores/store.ts'],
  blueprints: ['blueprints/a.ts', '../lambdas/stores/store.ts'],
  config: ['constructs/config/a.ts', '../../stacks/config/s.ts'],
  constructs: ['constructs/aws/a.ts', '../../stacks/config/s.ts'],
  stacks: ['stacks/a.ts', '../lambdas/stores/store.ts'],
  bin: ['bin/a.ts', '../lambdas/stores/store.ts'],
  forget: ['lambdas/forget/a.ts', '../prepare/p.ts'],
  'bin-forget': ['bin/forget/a.ts', '../clouds/aws/c.ts'],
  'bin-engines': ['bin/cost/a.ts', '../clouds/aws/c.ts'],
  'bin-clouds': ['bin/clouds/gcp/a.ts', '../aws/c.ts'],
  'bin-tools': ['bin/commands/a.ts', '../clouds/aws/c.ts'],
  'bin-packages': ['bin/drain/a.ts', '@aws-sdk/client-s3'],
  cdktf: ['constructs/gcp/b.ts', 'cdktf'],
  providers: ['constructs/shared/a.ts', '@cdktf/provider-google/lib/pubsub-topic/index.js'],
  'providers-deep': ['constructs/gcp/c.ts', '@cdktf/provider-google'],
  'constructs-of-clouds': ['constructs/gcp/d.ts', '../aws/x.ts'],
  'aws-without-terraform': ['constructs/aws/b.ts', '../../constructs/shared/cdktf.ts'],
  'terraform-without-aws': ['stacks/terraform/a.ts', 'aws-cdk-lib'],
  'stacks-of-clouds': ['stacks/terraform/b.ts', '../aws/s.ts'],
  'nobody-imports-tests': ['lambdas/stores/b.ts', '../../test/t.ts'],
  'no-cycles': ['lambdas/core/d.ts', './e.ts'],
  resolvable: ['lambdas/core/f.ts', './nowhere.ts'],
};

const TARGETS = [
  'lambdas/ports/port.ts',
  'lambdas/stores/store.ts',
  'lambdas/prepare/p.ts',
  'lambdas/export/export.ts',
  'lambdas/core/table/t.ts',
  'lambdas/core/features/f.ts',
  'lambdas/core/release/r.ts',
  'lambdas/core/trees/format/f.ts',
  'lambdas/core/trees/training/t.ts',
  'stacks/config/s.ts',
  'lambdas/local/l.ts',
  'lambdas/demo/d.ts',
  'lambdas/adapters/local/x.ts',
  'lambdas/adapters/aws/y.ts',
  'bin/clouds/aws/c.ts',
  'constructs/aws/x.ts',
  'constructs/shared/cdktf.ts',
  'stacks/aws/s.ts',
  'test/t.ts',
];

describe('the import rules', () => {
  let planted: string;

  beforeAll(() => {
    planted = mkdtempSync(join(tmpdir(), 'imports-'));
    const write = (file: string, text: string) => {
      mkdirSync(dirname(join(planted, file)), { recursive: true });
      writeFileSync(join(planted, file), text);
    };
    for (const file of TARGETS) write(file, 'export const x = 1;\n');
    for (const [file, imports] of Object.values(PLANTED))
      write(file, `import * as y from '${imports}';\nexport const x = y;\n`);
    write('lambdas/core/e.ts', "import { x } from './d.ts';\nexport const y = x;\n");
    symlinkSync(join(ROOT, 'node_modules'), join(planted, 'node_modules'));
  });

  afterAll(() => rmSync(planted, { recursive: true }));

  it('reports a planted violation of each rule', () => {
    const { summary } = cruise(planted, ['bin', 'blueprints', 'constructs', 'lambdas', 'stacks', 'test']);
    const reported = new Set(summary.violations.map((violation) => violation.rule.name));
    expect([...reported].sort()).toEqual(Object.keys(PLANTED).sort());
  });

  it('finds no violation in any module of this repository', () => {
    const { summary } = cruise(ROOT, ['bin', 'blueprints', 'constructs', 'lambdas', 'stacks', 'test']);
    expect(summary.violations.map((one) => `${one.rule.name}: ${one.from} -> ${one.to}`)).toEqual([]);
    expect(summary.totalCruised).toBeGreaterThan(100);
  });
});
