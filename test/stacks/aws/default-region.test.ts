import { App } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { addStages } from '../../../stacks/aws/stages.ts';

const stagesIn = (region: string) =>
  addStages(new App(), { env: 'dev', blueprint: 'bank-marketing' }, region);

describe('an environment that leaves the region to the credentials', () => {
  it('is refused where CloudFormation lacks the budget of its templates, with the setting that helps', async () => {
    await expect(stagesIn('eu-north-1')).rejects.toMatchObject({
      problems: [
        { code: 'aws/region-lacks', path: 'cloud.region', fix: expect.stringContaining("'eu-north-1'") },
      ],
    });
  });

  it('is refused where CloudFormation lacks the registry', async () => {
    await expect(stagesIn('ap-south-2')).rejects.toThrow(/AWS::SageMaker::ModelPackageGroup/);
  });

  it('is synthesized in a region that has every type', async () => {
    expect(await stagesIn('eu-central-1')).toHaveLength(1);
  });
});
