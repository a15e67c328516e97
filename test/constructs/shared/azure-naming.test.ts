import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { azureIdentityName } from '../../../constructs/config/azure-login.ts';
import { AZURE_NAMES, type AzureName } from '../../../constructs/config/limits/azure-names.ts';
import {
  azureAccountName,
  azureGlobalName,
  azureName,
  azureTags,
  azureUuid,
} from '../../../constructs/shared/naming.ts';
import { APPS, type AppName } from '../../../lambdas/apps.ts';
import { FUNCTIONS } from '../../../lambdas/functions.ts';
import { exampleConfig } from '../aws/example.ts';

const SUBSCRIPTION = '00000000-0000-0000-0000-000000000001';
const APP_PARTS = Object.keys(APPS) as AppName[];
const PARTS: readonly string[] = [
  ...new Set<string>([
    ...APP_PARTS,
    // A function alone has an app of its name.
    ...Object.keys(FUNCTIONS),
  ]),
  'events',
  'logs',
  'insights',
  'keys',
  'registry',
  'pseudonyms',
];
/** Names that every customer of Azure shares, each with a digest of the subscription. */
const GLOBAL: readonly AzureName[] = ['site', 'vault', 'eventTopic'];

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,7}$/);
const dashed = (most: number) =>
  fc
    .array(word, { minLength: 1, maxLength: 6 })
    .map((words) => words.join('-').slice(0, most).replace(/-$/, ''));
/** Blueprints have 3 to 40 characters; environments 16, and 12 for a suffix. */
const owner = fc.record({
  name: dashed(40).filter((name) => name.length >= 3),
  environment: fc.oneof(
    dashed(16),
    fc.tuple(dashed(16), dashed(12)).map((both) => both.join('-')),
  ),
});
type Owner = { readonly name: string; readonly environment: string };
const configOf = (model: Owner) => ({ model: model as Parameters<typeof azureName>[0]['model'] }); // only its names are read

function nameOfKind(model: Owner, part: string, kind: AzureName): string {
  const config = configOf(model);
  if (kind === 'storageAccount') return azureAccountName(config, SUBSCRIPTION, part);
  const { most } = AZURE_NAMES[kind];
  if (kind === 'identity')
    return azureIdentityName({ model: model.name, environment: model.environment }, part);
  return GLOBAL.includes(kind)
    ? azureGlobalName(config, SUBSCRIPTION, part, most)
    : azureName(config, part, most);
}

describe('a name on Azure', () => {
  it.each(Object.keys(AZURE_NAMES) as AzureName[])(
    'fits the limit and the characters of a %s, for all parts',
    (kind) => {
      const { least, most, pattern } = AZURE_NAMES[kind];
      fc.assert(
        fc.property(owner, fc.constantFrom(...PARTS), (model, part) => {
          const name = nameOfKind(model, part, kind);
          expect(name.length).toBeGreaterThanOrEqual(least);
          expect(name.length).toBeLessThanOrEqual(most);
          expect(name).toMatch(pattern);
        }),
      );
    },
  );

  it.each(Object.keys(AZURE_NAMES) as AzureName[])(
    'differs between all parts of all models and environments with the longest names, as a %s',
    (kind) => {
      const names = new Set<string>();
      let made = 0;
      for (const name of ['a'.repeat(40), `${'a'.repeat(39)}b`, 'churn', 'bank-marketing'])
        for (const environment of [
          'dev',
          'staging',
          'prod',
          `${'e'.repeat(16)}-${'s'.repeat(12)}`,
          `${'e'.repeat(16)}-${'s'.repeat(11)}t`,
        ])
          for (const part of PARTS) {
            // Azure compares most names without upper and lower case.
            names.add(nameOfKind({ name, environment }, part, kind).toLowerCase());
            made += 1;
          }
      expect(names.size).toBe(made);
    },
  );

  it('differs between subscriptions where it is global', () => {
    const config = configOf({ name: 'churn', environment: 'dev' });
    const other = SUBSCRIPTION.replace('1', '2');
    expect(azureAccountName(config, other, '')).not.toBe(azureAccountName(config, SUBSCRIPTION, ''));
    for (const kind of GLOBAL)
      expect(azureGlobalName(config, other, 'events', AZURE_NAMES[kind].most)).not.toBe(
        azureGlobalName(config, SUBSCRIPTION, 'events', AZURE_NAMES[kind].most),
      );
  });

  it('keeps the purpose of an account at its end', () => {
    const config = configOf({ name: 'bank-marketing', environment: 'staging' });
    for (const app of APP_PARTS)
      expect(azureAccountName(config, SUBSCRIPTION, app)).toMatch(new RegExp(`^[a-z]*${app}[0-9a-f]{10}$`));
  });
});

describe('a UUID of a digest on Azure', () => {
  it('has the form of a UUID, and is the same for the same text', () => {
    expect(azureUuid('churn/dashboard')).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(azureUuid('churn/dashboard')).toBe(azureUuid('churn/dashboard'));
    expect(azureUuid('churn/dashboard')).not.toBe(azureUuid('spend/dashboard'));
  });
});

it('tags on Azure are those of the model and the environment, as they are', async () => {
  const config = await exampleConfig('dev');
  expect(azureTags(config)).toMatchObject({
    'managed-by': 'mlops-blueprint',
    'mlops:model': config.model.name,
    'mlops:environment': config.model.environment,
  });
});
