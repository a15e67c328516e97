import { describe, expect, it } from 'vitest';
import { tagsOf } from '../../../constructs/shared/naming.ts';
import { exampleConfig } from '../aws/example.ts';

describe('tagsOf', () => {
  it("are the environment's own and the model's", async () => {
    const config = await exampleConfig('dev', { tags: { team: 'credit' } });
    expect(tagsOf(config)).toEqual({
      'managed-by': 'mlops-blueprint',
      team: 'credit',
      'mlops:model': 'bank-marketing',
      'mlops:environment': 'dev',
    });
  });

  it('name the model, also over a tag of the environment: the budget counts by them', async () => {
    const config = await exampleConfig();
    const environment = { ...config.environment, tags: { 'mlops:model': 'another' } };
    expect(tagsOf({ ...config, environment })['mlops:model']).toBe('bank-marketing');
  });
});
