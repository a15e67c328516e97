import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { synthesize } from '../support/synth.ts';
import type { Stacks } from '../support/template.ts';
import { itWith, type Program } from '../support/tools.ts';
import { CHECKOV_EXCEPTIONS, GUARD_EXCEPTIONS, LINT_EXCEPTIONS } from './exceptions.ts';
import {
  checkov,
  checkovProgram,
  guard,
  guardProgram,
  lint,
  lintProgram,
  type Tool,
  weigh,
} from './tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'mlops-templates-'));
const clean = join(folder, 'clean');
const faulty = join(folder, 'faulty');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(async () => {
  for (const one of [clean, faulty]) mkdirSync(one);
  for (const environment of ['dev', 'staging', 'prod'] as const) {
    const { stacks } = await synthesize(environment, { alertTo: ['ml-alerts@example.com'] });
    write(clean, environment, stacks);
    if (environment === 'staging') write(faulty, environment, withFaults(stacks));
  }
});

function write(to: string, environment: string, stacks: Stacks): void {
  for (const [name, template] of Object.entries(stacks))
    writeFileSync(join(to, `${environment}-${name}.json`), JSON.stringify(template));
}

/** A public bucket, an old runtime and a property that does not exist. */
function withFaults(stacks: Stacks): Stacks {
  const copy = structuredClone(stacks) as Record<
    string,
    { Resources: Record<string, { Type: string; Properties: Record<string, unknown> }> }
  >;
  const bucket = Object.entries(copy.data?.Resources ?? {}).find(
    ([id, one]) => one.Type === 'AWS::S3::Bucket' && !id.includes('AccessLogs'),
  );
  Object.assign(bucket?.[1].Properties ?? {}, { PublicAccessBlockConfiguration: { BlockPublicAcls: false } });
  const lambda = Object.values(copy.model?.Resources ?? {}).find(
    ({ Type }) => Type === 'AWS::Lambda::Function',
  );
  Object.assign(lambda?.Properties ?? {}, { Runtime: 'nodejs12.x', Colour: 'red' });
  return copy as Stacks;
}

describe.each<[string, Program, Tool, Parameters<typeof weigh>[1], number, string]>([
  [
    'cfn-guard (Control Tower)',
    guardProgram,
    guard,
    GUARD_EXCEPTIONS,
    60,
    's3_bucket_level_public_access_prohibited_check',
  ],
  ['cfn-lint', lintProgram, lint, LINT_EXCEPTIONS, 6, 'E3002'],
  ['checkov', checkovProgram, checkov, CHECKOV_EXCEPTIONS, 1000, 'CKV_AWS_53'],
])('%s', (name, needed, tool, exceptions, atLeast, planted) => {
  itWith(needed, 'finds nothing that is not excepted, and no exception is out of date', () => {
    const { looked, findings } = tool(clean);
    expect(weigh(findings, exceptions)).toEqual({ open: [], stale: [] });
    expect(looked).toBeGreaterThanOrEqual(atLeast);
    process.stdout.write(
      `${name}: ${looked} looked at, ${findings.length} findings, all excepted with a reason\n`,
    );
  });

  itWith(needed, 'finds a planted fault', () => {
    const { open } = weigh(tool(faulty).findings, exceptions);
    expect(open.join('\n')).toContain(planted);
  });
});

it('an exception that nothing needs is reported', () => {
  const exception = { rule: 'R1', on: /./, reason: 'no more' };
  expect(weigh([{ rule: 'R2', resource: 'a' }], [exception])).toEqual({ open: ['R2 on a'], stale: ['R1'] });
});
