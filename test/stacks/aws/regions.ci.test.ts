import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { AWS_REGIONS, regionHas } from '../../../constructs/config/limits/aws-place.ts';
import { REGION_SCHEMAS } from '../../../constructs/config/limits/aws-regions.ts';
import { AWS_TYPES } from '../../../constructs/config/limits/aws-types.ts';
import { InvalidInput } from '../../../lambdas/core/errors.ts';
import { REGION_TABLE, regionTable } from '../../../stacks/build/aws-regions.ts';
import { lintProgram } from '../../policy/tools.ts';
import { synthesize } from '../../support/synth.ts';
import type { Template } from '../../support/template.ts';
import { environment, itWith, run } from '../../support/tools.ts';

const BY_KEY = join(import.meta.dirname, '../../first-apply/by-key.ts');
const PYTHON = { ...lintProgram, path: join(environment('aws'), 'python') };

const folder = mkdtempSync(join(tmpdir(), 'mlops-regions-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/**
 * Prints the errors of each template by the schemas of its own region. The warnings are in test/policy. Python's collector
 * runs between templates only: during one it takes half of the time and frees little.
 */
const LINT = `
import gc, json, pathlib, sys, time
gc.disable()
from cfnlint.api import ManualArgs, lint_file
found = []
for region, file in json.load(sys.stdin):
    found += [[region, m.rule.id, m.message] for m in
              lint_file(pathlib.Path(file), config=ManualArgs(regions=[region], ignore_checks=['W', 'I']))]
    gc.collect()
print(json.dumps({'found': found, 'seconds': time.process_time()}))
`;

type Finding = readonly [region: string, rule: string, message: string];
const lintAll = (files: readonly (readonly [string, string])[]) =>
  JSON.parse(run(PYTHON, ['-c', LINT], JSON.stringify(files))) as { found: Finding[]; seconds: number };

const typesOf = (template: Template) => Object.values(template.Resources).map(({ Type }) => Type);

function write(region: string, half: string, template: unknown): readonly [string, string] {
  const file = join(folder, `${region}-${half}.json`);
  writeFileSync(file, JSON.stringify(template));
  return [region, file];
}

itWith(lintProgram, "accepts prod in every allowed region, by the region's own schemas", async () => {
  const files: (readonly [string, string])[] = [];
  const refused: string[] = [];
  const types = new Set<string>();
  for (const region of AWS_REGIONS) {
    const blueprint = regionHas(region, 'AWS::SageMaker::FeatureGroup') ? BY_KEY : undefined;
    const change = { cloud: { provider: 'aws', region, codeCanary: true } } as const;
    try {
      const { stacks } = await synthesize('prod', change, blueprint);
      for (const [half, template] of Object.entries(stacks)) {
        files.push(write(region, half, template));
        for (const type of typesOf(template)) types.add(type);
        if (half === 'model')
          expect(typesOf(template).includes('AWS::Budgets::Budget')).toBe(
            regionHas(region, 'AWS::Budgets::Budget'),
          );
      }
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      expect(error.problems.map(({ code }) => code)).toEqual(['aws/region-lacks']);
      refused.push(region);
    }
  }
  const { found, seconds } = lintAll(files);
  process.stdout.write(
    `${files.length} templates of ${files.length / 2} regions, ${found.length} findings, ${refused.length} regions refused (${refused.join(', ')}), lint ${seconds.toFixed(0)} s of CPU\n`,
  );
  expect(found).toEqual([]);
  expect(files.length / 2 + refused.length).toBe(AWS_REGIONS.length);
  expect(refused).toEqual(
    AWS_REGIONS.filter((region) => !regionHas(region, 'AWS::SageMaker::ModelPackageGroup')),
  );
  expect(AWS_TYPES).toEqual(expect.arrayContaining([...types]));
});

itWith(lintProgram, 'detects a type that its region lacks', () => {
  const template = {
    Resources: {
      Budget: {
        Type: 'AWS::Budgets::Budget',
        Properties: { Budget: { BudgetType: 'COST', TimeUnit: 'MONTHLY' } },
      },
    },
  };
  const files = ['eu-north-1', 'eu-west-1'].map((region) => write(region, 'planted', template));
  expect(lintAll(files).found.map(([region, rule]) => [region, rule])).toEqual([['eu-north-1', 'E3006']]);
});

itWith(lintProgram, 'matches the table of regions with the schemas', () => {
  expect(regionTable(PYTHON.path, () => REGION_SCHEMAS.released).replace(/\s/g, '')).toBe(
    readFileSync(REGION_TABLE, 'utf8')
      .replace(/,(?=\s*\])/g, '')
      .replace(/\s/g, ''),
  );
});

it('refuses a region without schemas of CloudFormation', async () => {
  await expect(synthesize('prod', { cloud: { provider: 'aws', region: 'me-west-1' } })).rejects.toThrow(
    /no schemas of CloudFormation/,
  );
});
