import { describe, expect, it } from 'vitest';
import type { Blueprint } from '../../../blueprints/index.ts';
import { ArtifactStore } from '../../../constructs/aws/artifact-store.ts';
import { BatchScoring } from '../../../constructs/aws/batch-scoring.ts';
import type { ResolvedConfig } from '../../../constructs/config/resolve.ts';
import { at } from '../../support/template.ts';
import { exampleConfig, foreignStack, one, rightsOf, roleOf } from './example.ts';

function alone(config: ResolvedConfig) {
  const stack = foreignStack();
  const store = new ArtifactStore(stack, 'Store', { config });
  new BatchScoring(stack, 'Batch', { config, bindings: { store } });
  return stack;
}

describe('the batch scoring', () => {
  it('scores by the blueprint’s schedule, and is told the time', async () => {
    const stack = alone(await exampleConfig());
    const { id } = one(stack, 'AWS::Lambda::Function', 'BatchFunction');
    const schedule = one(stack, 'AWS::Scheduler::Schedule');
    expect(at(schedule.properties, 'Target', 'Arn')).toEqual({ 'Fn::GetAtt': [id, 'Arn'] });
    expect(JSON.parse(String(at(schedule.properties, 'Target', 'Input')))).toEqual({
      at: '<aws.scheduler.scheduled-time>',
    });
    expect(rightsOf(stack, roleOf(schedule, 'Target', 'RoleArn'))).toContain(
      `lambda:InvokeFunction on ${id}`,
    );
  });

  it('is encrypted under the customer key where the environment has one', async () => {
    const stack = alone(await exampleConfig('prod'));
    const key = { 'Fn::GetAtt': [one(stack, 'AWS::KMS::Key').id, 'Arn'] };
    expect(one(stack, 'AWS::Scheduler::Schedule').properties.KmsKeyArn).toEqual(key);
    expect(one(stack, 'AWS::Lambda::Function', 'BatchFunction').properties.KmsKeyArn).toEqual(key);
  });

  it('fails for a blueprint without a batch', async () => {
    const withoutBatch = (blueprint: Blueprint): Blueprint => {
      const { batch: _, ...serving } = blueprint.serving;
      return { ...blueprint, serving };
    };
    const config = await exampleConfig('dev', {}, withoutBatch);
    expect(() => alone(config)).toThrow('BatchScoring: serving.batch: is not in the blueprint');
  });
});
