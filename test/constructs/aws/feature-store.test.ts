import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import type { Blueprint } from '../../../blueprints/index.ts';
import { ArtifactStore } from '../../../constructs/aws/artifact-store.ts';
import { FeatureStore } from '../../../constructs/aws/feature-store.ts';
import { exampleConfig, foreignStack } from './example.ts';

/** Names in the online group of the example with a feature more. */
async function onlineNames(feature?: Blueprint['features']['fields'][number]): Promise<readonly string[]> {
  const config = await exampleConfig('dev', {}, (blueprint) => ({
    ...blueprint,
    features: {
      ...blueprint.features,
      fields: [...blueprint.features.fields, ...(feature ? [feature] : [])],
    },
    serving: { ...blueprint.serving, online: { requestsPerDay: 333, byKey: true } },
  }));
  const stack = foreignStack();
  const store = new ArtifactStore(stack, 'Store', { config });
  new FeatureStore(stack, 'Features', { config, store });
  const [group] = Object.values(Template.fromStack(stack).findResources('AWS::SageMaker::FeatureGroup'));
  const definitions = group?.Properties.FeatureDefinitions as readonly { readonly FeatureName: string }[];
  return definitions.map(({ FeatureName }) => FeatureName);
}

describe('the online feature group', () => {
  it('holds the events of a key where features look back, and what is computed from them nowhere', async () => {
    const plain = await onlineNames();
    expect(plain).not.toContain('key-events');
    const looking = await onlineNames({
      kind: 'lag',
      name: 'age_before',
      description: 'd',
      of: 'age',
      events: 1,
    });
    expect(looking).toEqual([...plain, 'key-events']);
  });

  it('has each feature by its own name, whatever column it reads, and no column of the source', async () => {
    const renamed = {
      kind: 'timestamp',
      name: 'year',
      description: 'd',
      column: 'contacted_at',
      part: 'year',
      impute: 'none',
    } as const;
    const names = await onlineNames(renamed);
    expect(names).toEqual(expect.arrayContaining(['year', 'contact_weekday', 'contact_day']));
    expect(names).not.toContain('contacted_at');
    expect(names).not.toContain('client_id');
  });

  it('has names that SageMaker takes', async () => {
    const names = await onlineNames({
      kind: 'rolling',
      name: 'ages',
      description: 'd',
      of: 'age',
      days: 3,
      statistic: 'sum',
    });
    // docs.aws.amazon.com/sagemaker/latest/APIReference/API_FeatureDefinition.html
    for (const name of names) expect(name).toMatch(/^[a-zA-Z0-9]([_-]*[a-zA-Z0-9]){0,63}$/);
  });
});
