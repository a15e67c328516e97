import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider/index.js';
import type { Construct } from 'constructs';
import { beforeAll, expect, it } from 'vitest';
import { ArtifactStore } from '../../../constructs/azure/artifact-store.ts';
import { Budget } from '../../../constructs/azure/budget.ts';
import { ModelRegistry } from '../../../constructs/azure/model-registry.ts';
import { Notifications } from '../../../constructs/azure/notifications.ts';
import { PseudonymSecret } from '../../../constructs/azure/pseudonym-secret.ts';
import type { ResolvedConfig } from '../../../constructs/config/resolve.ts';
import { checkExpressions, terraform } from '../../support/terraform/expressions.ts';
import { readSchemas, SCHEMA_FILES, type TerraformConfig } from '../../support/terraform/schema.ts';
import { validate } from '../../support/terraform/validate.ts';
import { describeWith } from '../../support/tools.ts';
import { exampleAzureConfig, made, PEOPLE } from './example.ts';

/** The constructs of the data, and those that tell people, of one model. */
function small(scope: Construct, config: ResolvedConfig): void {
  new AzurermProvider(scope, 'Azure', { features: [{}], storageUseAzuread: true });
  new ArtifactStore(scope, 'Store', { config });
  new ModelRegistry(scope, 'Registry', { config });
  new PseudonymSecret(scope, 'Secret', { config });
  new Notifications(scope, 'Notifications', { config });
  new Budget(scope, 'Budget', { config });
}

const ENVIRONMENTS = ['dev', 'prod'] as const;
let stacks: readonly TerraformConfig[] = [];
beforeAll(async () => {
  const configs = await Promise.all(ENVIRONMENTS.map((name) => exampleAzureConfig(name, PEOPLE)));
  stacks = configs.map((config) => made((scope) => small(scope, config)));
});

describeWith(
  SCHEMA_FILES,
  'the stack of the small constructs on Azure, held to the schemas of its providers',
  () => {
    it.each(ENVIRONMENTS.map((name, index) => [name, index] as const))('is valid in %s', (_, index) => {
      const { looked, findings } = validate(stacks[index] ?? {}, readSchemas());
      expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
      expect(looked).toBeGreaterThan(15);
    });
  },
);

describeWith(terraform, 'the stack of the small constructs on Azure under Terraform itself', () => {
  it.each(ENVIRONMENTS.map((name, index) => [name, index] as const))(
    'has expressions that it takes, in %s',
    (_, index) => {
      expect(checkExpressions(stacks[index] ?? {}).findings).toEqual([]);
    },
  );
});
