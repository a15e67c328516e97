import { beforeAll, describe, expect, it } from 'vitest';
import { type Synthesized, synthesize } from '../../support/synth.ts';
import { resourcesOf, type Template } from '../../support/template.ts';

/**
 * The last layer: what a change to the stacks changes, to be read in a review. What differs with every change of code
 * (asset hashes, version numbers of the package) is left out.
 */
describe('the stacks of dev', () => {
  let synthesized: Synthesized;
  beforeAll(async () => {
    synthesized = await synthesize('dev', { alertTo: ['ml-alerts@example.com'] });
  });

  it.each(['data', 'model'])('synthesizes the unchanged template of %s', async (half) => {
    const template = scrubbed(synthesized.stacks[half] as Template);
    await expect(`${JSON.stringify(template, null, 1)}\n`).toMatchFileSnapshot(
      `../../golden/aws/dev-${half}.json`,
    );
  });

  it('keeps the logical ids of data: another id is another, empty resource', () => {
    const ids = resourcesOf(
      { data: synthesized.stacks.data as Template },
      'AWS::S3::Bucket',
      'AWS::SageMaker::ModelPackageGroup',
      'AWS::SecretsManager::Secret',
      'AWS::Glue::Table',
      'AWS::Glue::Database',
    ).map(({ type, name }) => `${type} ${name}`);
    expect(ids.sort()).toEqual([
      'AWS::Glue::Database FeatureStoreDatabaseB844F633',
      'AWS::Glue::Table FeatureStoreF455F1ED',
      'AWS::S3::Bucket ArtifactStore0165E427',
      'AWS::S3::Bucket ArtifactStoreAccessLogs28327170',
      'AWS::SageMaker::ModelPackageGroup ModelRegistryB238A970',
      'AWS::SecretsManager::Secret PseudonymSecret4550DFCD',
    ]);
  });
});

function scrubbed(template: Template): unknown {
  const text = JSON.stringify(template, (key, value: unknown) =>
    key === 'aws:asset:path' ? 'asset' : value,
  );
  return JSON.parse(
    text
      .replaceAll(/[0-9a-f]{64}(?=\.zip)/g, 'asset')
      .replaceAll(/CurrentVersion([0-9A-F]{8})[0-9a-f]{32}/g, 'CurrentVersion$1'),
  );
}
