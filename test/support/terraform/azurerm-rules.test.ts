import { describe, expect, it } from 'vitest';
import { AZURE_API_RULES } from './azure-api-rules.ts';
import { AZURERM_RULES } from './azurerm-provider-rules.ts';
import type { TerraformStacks } from './located.ts';
import { checkRules, isAbout, type ProviderRule, plantedFault, ruleName } from './rules.ts';
import type { Body } from './schema.ts';

const ALL: readonly ProviderRule[] = [...AZURERM_RULES, ...AZURE_API_RULES];

/** A type that a rule is about. */
const TYPES = [
  'azurerm_resource_group',
  'azapi_resource',
  ...ALL.flatMap(({ on }) => (typeof on === 'string' ? [on] : [])),
];
const typeOf = (rule: ProviderRule): string => TYPES.find((type) => isAbout(rule, type)) ?? '';
const stackOf = (type: string, body: Body): TerraformStacks => ({
  model: { resource: { [type]: { One: body } } },
});

describe('the rules of azurerm and of the APIs behind it that no schema carries', () => {
  it.each(ALL.map((rule): [string, ProviderRule] => [`${typeOf(rule)} ${ruleName(rule)}`, rule]))(
    'detects a planted fault: %s',
    (_, rule) => {
      const stacks = stackOf(typeOf(rule), plantedFault(rule));
      expect(checkRules(stacks, [rule]).findings).toHaveLength(1);
    },
  );

  it('has no finding for a value that Terraform computes', () => {
    const id = `\${azurerm_storage_account.Store.id}`;
    const body = { name: 'artifacts', storage_account_id: id, container_access_type: 'private' };
    expect(checkRules(stackOf('azurerm_storage_container', body), ALL).findings).toEqual([]);
  });

  it("has a source for each rule: a file of the provider's, or a page of the vendor's", () => {
    for (const { source } of ALL)
      expect(source).toMatch(
        /^(internal\/services|vendor|website\/docs)\/[\w/.-]+\.(go|markdown)$|^learn\.microsoft\.com\/|^constructs\//,
      );
    expect(ALL.length).toBeGreaterThan(110);
  });
});
