import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serviceAccountId } from '../../../constructs/config/gcp-login.ts';
import { GCP_NAMES, type GcpName } from '../../../constructs/config/limits/gcp-names.ts';
import { shortName } from '../../../constructs/config/short-name.ts';
import { gcpBucketName, gcpIdentifier, gcpLabels, gcpName } from '../../../constructs/shared/naming.ts';
import { FUNCTIONS, type FunctionName } from '../../../lambdas/functions.ts';
import { exampleConfig } from '../aws/example.ts';

const PARTS = [
  ...(Object.keys(FUNCTIONS) as FunctionName[]),
  'events',
  'retraining',
  'predictions',
  'pseudonyms',
  'build',
];
const IDENTIFIERS: readonly GcpName[] = ['role', 'dataset'];

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,7}$/);
const dashed = (most: number) =>
  fc
    .array(word, { minLength: 1, maxLength: 6 })
    .map((words) => words.join('-').slice(0, most).replace(/-$/, ''));
/** Blueprints have 3 to 40 characters; environments 16, and 12 for a suffix. */
const owner = fc.record({
  name: dashed(40).filter((name) => name.length >= 3 && !name.startsWith('goog')),
  environment: fc.oneof(
    dashed(16),
    fc.tuple(dashed(16), dashed(12)).map((both) => both.join('-')),
  ),
});
type Owner = { readonly name: string; readonly environment: string };

const nameOfKind = (model: Owner, part: string, kind: GcpName): string => {
  const config = { model: model as Parameters<typeof gcpName>[0]['model'] }; // only its names are read
  return (IDENTIFIERS.includes(kind) ? gcpIdentifier : gcpName)(config, part, GCP_NAMES[kind].most);
};

describe('a name on Google Cloud', () => {
  it.each(Object.keys(GCP_NAMES) as GcpName[])(
    'fits the limit and the characters of a %s, for all parts',
    (kind) => {
      const { least, most, pattern } = GCP_NAMES[kind];
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

  it('differs between all functions of all models and environments with the longest names', () => {
    const names = new Set<string>();
    let made = 0;
    for (const model of ['a'.repeat(40), `${'a'.repeat(39)}b`, 'churn', 'bank-marketing'])
      for (const environment of [
        'dev',
        'staging',
        'prod',
        `${'e'.repeat(16)}-${'s'.repeat(12)}`,
        `${'e'.repeat(16)}-${'s'.repeat(11)}t`,
      ])
        for (const part of PARTS) {
          names.add(serviceAccountId({ model, environment }, part));
          made += 1;
        }
    expect(names.size).toBe(made);
  });

  it('stays the same: a renamed account loses its grants', async () => {
    const config = await exampleConfig('staging');
    expect(gcpName(config, 'ground-truth', 30)).toBe('bank-marke-44ce7e-ground-truth');
    expect(gcpName(config, 'lease', 30)).toBe('bank-marketing-staging-lease');
    expect(gcpIdentifier(config, 'mirror', 64)).toBe('bank_marketing_staging_mirror');
    expect(gcpBucketName(config, 'acme-ml')).toBe('acme-ml-bank-marketing-staging');
  });

  it('is cut as a whole where its part leaves no room for the model', () => {
    const name = nameOfKind({ name: 'churn', environment: 'dev' }, 'p'.repeat(40), 'serviceAccount');
    expect(name).toBe(shortName(`churn-dev-${'p'.repeat(40)}`, 30));
    expect(name).toHaveLength(30);
  });

  it('fits a bucket with the longest project', async () => {
    const { model } = await exampleConfig();
    const long = { model: { ...model, name: 'a'.repeat(40), environment: 'e'.repeat(29) } };
    expect(gcpBucketName(long, `p${'0'.repeat(29)}`)).toMatch(/^p0{29}-a{25}-[0-9a-f]{6}$/);
  });
});

describe('gcpLabels', () => {
  it('returns the tags with keys that labels may have', async () => {
    expect(gcpLabels(await exampleConfig('dev', { tags: { team: 'credit' } }))).toEqual({
      'managed-by': 'mlops-blueprint',
      team: 'credit',
      'mlops-model': 'bank-marketing',
      'mlops-environment': 'dev',
    });
  });
});
