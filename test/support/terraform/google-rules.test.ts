import { describe, expect, it } from 'vitest';
import { API_RULES } from './google-api-rules.ts';
import { PROVIDER_RULES } from './google-provider-rules.ts';
import type { TerraformStacks } from './located.ts';
import { checkRules, isAbout, type ProviderRule, plantedFault, ruleName } from './rules.ts';
import type { Body } from './schema.ts';

const ALL: readonly ProviderRule[] = [...PROVIDER_RULES, ...API_RULES];

/** A type that a rule is about. */
const TYPES = [
  'google_storage_managed_folder_iam_binding',
  'google_pubsub_topic_iam_member',
  'google_pubsub_topic',
  ...ALL.flatMap(({ on }) => (typeof on === 'string' ? [on] : [])),
];
const typeOf = (rule: ProviderRule): string => TYPES.find((type) => isAbout(rule, type)) ?? '';
const stackOf = (type: string, body: Body): TerraformStacks => ({
  model: { resource: { [type]: { One: body } } },
});

describe('the rules that no schema carries', () => {
  it.each(ALL.map((rule): [string, ProviderRule] => [`${typeOf(rule)} ${ruleName(rule)}`, rule]))(
    'detects a planted fault: %s',
    (_, rule) => {
      const stacks = stackOf(typeOf(rule), plantedFault(rule));
      expect(checkRules(stacks, [rule]).findings).toHaveLength(1);
    },
  );

  it('has no finding for a value that Terraform computes', () => {
    const body = {
      name: `\${google_storage_bucket.Other.name}`,
      public_access_prevention: 'enforced',
    };
    expect(checkRules(stackOf('google_storage_bucket', body), ALL).findings).toEqual([]);
  });

  it('reports how many rules and resources were read, and the types without a rule', () => {
    const stacks: TerraformStacks = {
      model: {
        resource: { google_pubsub_topic: { A: { name: 'abc' }, B: { name: 'abd' } }, time_sleep: { C: {} } },
      },
    };
    const { rules, resources, untouched } = checkRules(stacks, PROVIDER_RULES);
    expect({ rules, resources, untouched }).toEqual({
      rules: 0,
      resources: 3,
      untouched: ['google_pubsub_topic', 'time_sleep'],
    });
    expect(checkRules(stacks, API_RULES).rules).toBe(2);
  });

  it('has a source for each rule', () => {
    for (const { source } of PROVIDER_RULES)
      expect(source).toMatch(/^(services|tpgiamresource)\/[\w/]+\.go$/);
    expect(ALL.length).toBeGreaterThan(110);
  });
});
