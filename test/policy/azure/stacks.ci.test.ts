import { beforeAll, describe, expect, it } from 'vitest';
import { bodyProblems, readApiTypes } from '../../support/terraform/azapi-types.ts';
import { AZURE_API_RULES } from '../../support/terraform/azure-api-rules.ts';
import { AZURERM_RULES } from '../../support/terraform/azurerm-provider-rules.ts';
import { checkExpressions, terraform } from '../../support/terraform/expressions.ts';
import { blocksOf } from '../../support/terraform/located.ts';
import { checkRules } from '../../support/terraform/rules.ts';
import { isObject, readSchemas, SCHEMA_FILES } from '../../support/terraform/schema.ts';
import {
  type ExampleEnvironment,
  type SynthesizedModel,
  synthesizeAzure,
} from '../../support/terraform/synth.ts';
import { validate } from '../../support/terraform/validate.ts';
import { itWith } from '../../support/tools.ts';
import { AZURE_EXPECTATIONS, apiTypeOf } from './check.ts';
import { AZURE_CHECKS } from './checks.ts';
import { TAGGED } from './data-at-rest.ts';

const ENVIRONMENTS = Object.keys(AZURE_EXPECTATIONS) as ExampleEnvironment[]; // of a literal
const HALVES = ['data', 'model'] as const;
const GIVEN = {
  alertTo: ['ml-alerts@example.com'],
  callers: ['00000000-0000-0000-0000-0000000000ca'],
};

/** Fewest resources of both stacks: a check that looks at fewer has not seen the model. */
const LEAST_RESOURCES = 130;
const LEAST_RULES = 90;

const made = new Map<string, SynthesizedModel>();
function stacksOf(environment: ExampleEnvironment) {
  const found = made.get(environment);
  if (found === undefined) throw new Error(`${environment} was not synthesized`);
  return { data: found.data, model: found.model };
}

beforeAll(async () => {
  for (const environment of ENVIRONMENTS) made.set(environment, await synthesizeAzure(environment, GIVEN));
});

describe.each(ENVIRONMENTS)('the stacks of %s on Azure', (environment) => {
  it.each(Object.entries(AZURE_CHECKS))('keeps: %s', (_, check) => {
    const { looked, findings } = check(stacksOf(environment), AZURE_EXPECTATIONS[environment]);
    expect(findings).toEqual([]);
    expect(looked).toBeGreaterThan(0);
  });

  it('breaks no rule of the provider and of the APIs', () => {
    const report = checkRules(stacksOf(environment), [...AZURERM_RULES, ...AZURE_API_RULES]);
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
      expect(looked).toBeGreaterThan(10);
    }
  });

  itWith(terraform, 'has expressions that Terraform reads as they are meant', () => {
    for (const half of HALVES) {
      const { looked, findings } = checkExpressions(stacksOf(environment)[half]);
      expect(findings).toEqual([]);
      expect(looked).toBeGreaterThan(10);
    }
  });

  it("sends bodies that the types of the vendor's API have", () => {
    const types = readApiTypes();
    const blocks = blocksOf(
      stacksOf(environment),
      'azapi_resource',
      'azapi_update_resource',
      'azapi_resource_action',
    );
    const problems = blocks
      // The types have no body of this action (learn.microsoft.com/azure/azure-functions/functions-infrastructure-as-code).
      .filter((one) => apiTypeOf(one) !== 'Microsoft.Web/sites/extensions')
      .flatMap(({ id, body }) => {
        const { body: sent, sensitive_body: secret, name, location, tags, resource_id: of } = body;
        const whole = {
          ...(isObject(sent) ? sent : {}),
          name: name ?? String(of).split('/').at(-1),
          ...(location !== undefined && { location }),
          ...(tags !== undefined && { tags }),
        };
        return [whole, ...(isObject(secret) ? [{ ...whole, ...secret }] : [])].flatMap((one) =>
          bodyProblems(types, String(body.type), one).map((problem) => `${id}: ${problem}`),
        );
      });
    expect(problems).toEqual([]);
    expect(blocks.length).toBeGreaterThan(20);
  });
});

describe('the stacks of the longest names on Azure', () => {
  const name = `${'a'.repeat(20)}-${'b'.repeat(19)}`;

  it('keeps every rule, and cuts no two names of one type to one', async () => {
    const { data, model } = await synthesizeAzure('staging', { suffix: 's'.repeat(12) }, (blueprint) => ({
      ...blueprint,
      name,
    }));
    expect(checkRules({ data, model }, [...AZURERM_RULES, ...AZURE_API_RULES]).findings).toEqual([]);
    // Names of these are unique in a group, in a subscription or in the world; of containers, queues and blobs in an account.
    const named = blocksOf({ data, model })
      .filter(({ type }) => !/_(container|queue|blob)$/.test(type))
      .filter(({ body }) => typeof body.name === 'string')
      .map(({ type, body }) => `${type} ${String(body.name)}`);
    expect(named.length).toBeGreaterThan(40);
    expect(new Set(named).size).toBe(named.length);
  });
});

describe('the table of types with tags', () => {
  itWith(SCHEMA_FILES, "has every type of ours that has some in the provider's schema", () => {
    const schemas = readSchemas();
    const types = new Set(ENVIRONMENTS.flatMap((one) => blocksOf(stacksOf(one)).map(({ type }) => type)));
    const tagged = [...types].filter((type) =>
      schemas.some(({ resources }) => {
        const tags = resources[type]?.attributes?.tags;
        return tags !== undefined && (tags.optional || tags.required);
      }),
    );
    expect(tagged.sort()).toEqual([...TAGGED].sort());
  });
});
