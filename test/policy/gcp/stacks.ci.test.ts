import { beforeAll, describe, expect, it } from 'vitest';
import { checkExpressions, terraform } from '../../support/terraform/expressions.ts';
import { API_RULES } from '../../support/terraform/google-api-rules.ts';
import { PROVIDER_RULES } from '../../support/terraform/google-provider-rules.ts';
import { blocksOf } from '../../support/terraform/located.ts';
import { checkRules } from '../../support/terraform/rules.ts';
import { readSchemas, SCHEMA_FILES, type TerraformConfig } from '../../support/terraform/schema.ts';
import {
  type ExampleEnvironment,
  type SynthesizedModel,
  synthesizeGcp,
} from '../../support/terraform/synth.ts';
import { validate } from '../../support/terraform/validate.ts';
import { itWith } from '../../support/tools.ts';
import type { GcpExpectations } from './check.ts';
import { GCP_CHECKS } from './checks.ts';

const region = 'europe-west3';
const EXPECTATIONS: Readonly<Record<ExampleEnvironment, GcpExpectations>> = {
  dev: { encryption: 'provider', removal: 'destroy', region },
  staging: { encryption: 'customer', removal: 'destroy', region },
  prod: { encryption: 'customer', removal: 'retain', region },
};
const ENVIRONMENTS = Object.keys(EXPECTATIONS) as ExampleEnvironment[]; // of a literal
const HALVES = ['data', 'model'] as const;

/** Fewest resources of both stacks: a check that looks at fewer has not seen the model. */
const LEAST_RESOURCES = 230;
const LEAST_RULES = 100;

const made = new Map<string, SynthesizedModel>();
const stacksOf = (
  environment: ExampleEnvironment,
): { readonly [Half in (typeof HALVES)[number]]: TerraformConfig } => {
  const found = made.get(environment);
  if (found === undefined) throw new Error(`${environment} was not synthesized`);
  return { ...found };
};

beforeAll(async () => {
  const given = { alertTo: ['ml-alerts@example.com'], callers: ['user:app@example.com'] };
  for (const environment of ENVIRONMENTS) made.set(environment, await synthesizeGcp(environment, given));
});

describe.each(ENVIRONMENTS)('the stacks of %s', (environment) => {
  it.each(Object.entries(GCP_CHECKS))('keeps: %s', (_, check) => {
    const { looked, findings } = check({ ...stacksOf(environment) }, EXPECTATIONS[environment]);
    expect(findings).toEqual([]);
    expect(looked).toBeGreaterThan(0);
  });

  it('breaks no rule of the provider and of the APIs', () => {
    const report = checkRules({ ...stacksOf(environment) }, [...PROVIDER_RULES, ...API_RULES]);
    expect(report.findings).toEqual([]);
    expect(report.resources).toBeGreaterThan(LEAST_RESOURCES);
    expect(report.rules).toBeGreaterThan(LEAST_RULES);
    process.stdout.write(`${environment}: ${report.rules} rules over ${report.resources} resources\n`);
  });

  itWith(SCHEMA_FILES, "matches the providers' schemas", () => {
    const schemas = readSchemas();
    for (const half of HALVES) {
      const { looked, findings } = validate(stacksOf(environment)[half], schemas);
      expect(findings).toEqual([]);
      expect(looked).toBeGreaterThan(30);
    }
  });

  itWith(terraform, 'has expressions that Terraform reads as they are meant', () => {
    for (const half of HALVES) {
      const { looked, findings } = checkExpressions(stacksOf(environment)[half]);
      expect(findings).toEqual([]);
      expect(looked).toBeGreaterThan(30);
    }
  });
});

describe('the stacks of the longest names', () => {
  const name = `${'a'.repeat(20)}-${'b'.repeat(19)}`;

  it('keeps every rule, and cuts no two accounts to one name', async () => {
    const stacks = await synthesizeGcp('staging', { suffix: 's'.repeat(12) }, (blueprint) => ({
      ...blueprint,
      name,
    }));
    expect(checkRules({ ...stacks }, [...PROVIDER_RULES, ...API_RULES]).findings).toEqual([]);
    const ids = blocksOf({ ...stacks }, 'google_service_account').map(({ body }) => body.account_id);
    expect(ids.length).toBeGreaterThan(14);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
