import { describe, expect, it } from 'vitest';
import { environmentOf } from '../../bin/cloud-model.ts';
import { awsTools } from '../../bin/clouds/aws/tools.ts';
import { typedName } from '../../constructs/config/schema.ts';

describe('the --env of a command', () => {
  it.each([
    ['dev', undefined],
    ['dev/pr-42', 'pr-42'],
  ])('%s is an environment, and is typed the same way again', async (env, suffix) => {
    const environment = await environmentOf(env, 'aws', 'cost');
    expect(environment).toMatchObject({ name: 'dev' });
    expect(environment.suffix).toBe(suffix);
    expect(typedName(environment)).toBe(env);
  });

  it.each(['local', 'pord', '', '/pr-42', '../dev'])(
    '%j is refused with the names of that cloud',
    async (env) => {
      await expect(environmentOf(env, 'aws', 'cost')).rejects.toMatchObject({
        problems: [{ code: 'usage/env', got: `'${env}'`, allowed: 'dev, prod, staging' }],
      });
    },
  );

  it.each(['dev/', 'dev/Pr', 'dev/a/b', 'dev/far-too-long-a-suffix'])(
    '%j is refused by its suffix',
    async (env) => {
      await expect(environmentOf(env, 'aws', 'cost')).rejects.toMatchObject({
        problems: [{ path: 'suffix' }],
      });
    },
  );
});

it('the stacks of a second copy are destroyed, not those of its environment', () => {
  const { command } = awsTools.teardown;
  expect(command('churn', 'dev')).toBe("npx cdk destroy 'churn-dev/*' -c env=dev -c blueprint=churn");
  expect(command('churn', 'dev/pr-42')).toBe(
    "npx cdk destroy 'churn-dev-pr-42/*' -c env=dev -c suffix=pr-42 -c blueprint=churn",
  );
});
