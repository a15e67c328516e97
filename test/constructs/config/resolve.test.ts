import { describe, expect, it } from 'vitest';
import { blueprint as bankMarketing } from '../../../blueprints/bank-marketing/blueprint.ts';
import { parseBlueprint } from '../../../blueprints/index.ts';
import { resolveConfig } from '../../../constructs/config/resolve.ts';
import type { EnvironmentInput } from '../../../constructs/config/schema.ts';
import { InvalidInput } from '../../../lambdas/core/errors.ts';
import { parseEnvironment } from '../../../stacks/config/environments.ts';
import { broken, brokenAll } from '../../blueprints/valid.ts';

const aws = { provider: 'aws', account: '111111111111', region: 'eu-central-1' } as const;
const awsKey = {
  ...aws,
  keyArn: 'arn:aws:kms:eu-central-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab',
};
const gcp = { provider: 'gcp', project: 'models-dev', region: 'europe-west3' } as const;
const azure = {
  provider: 'azure',
  subscription: '00000000-0000-0000-0000-000000000000',
  tenant: '00000000-0000-0000-0000-000000000002',
  location: 'westeurope',
  entraClientId: '00000000-0000-0000-0000-000000000001',
} as const;
const approvers = ['arn:aws:iam::111111111111:role/model-approver'];
const database = {
  host: 'db.internal',
  name: 'crm',
  user: 'reader',
  auth: 'iam',
  instance: 'db-ABCDEFGHIJKL01234',
} as const;
const local = parseEnvironment('local');

function problemsOf(run: () => unknown): readonly { readonly code: string; readonly path: string }[] {
  try {
    run();
  } catch (error) {
    if (error instanceof InvalidInput) return error.problems.map(({ code, path }) => ({ code, path }));
    throw error;
  }
  return [];
}

describe('parseEnvironment', () => {
  it('lays the environment over the base, and what is given over both', () => {
    const prod = parseEnvironment('prod', { cloud: awsKey, database, tags: { team: 'growth' } });
    expect(prod).toMatchObject({
      name: 'prod',
      encryption: 'customer',
      removal: 'retain',
      approverMustDiffer: true,
    });
    expect(prod.tags).toEqual({ 'managed-by': 'mlops-blueprint', team: 'growth' });
    expect(parseEnvironment('prod', { cloud: awsKey, removal: 'destroy' }).removal).toBe('destroy');
    expect(parseEnvironment('dev', { cloud: aws }).removal).toBe('destroy');
    expect(parseEnvironment('staging', { cloud: gcp }).approverMustDiffer).toBe(true);
  });

  it.each<[string, string, Record<string, unknown>, string]>([
    ['no cloud', 'missing', {}, 'cloud'],
    ['an unknown field', 'unknown-key', { cloud: aws, colour: 'red' }, 'colour'],
    ['a field of another cloud', 'unknown-key', { cloud: { ...aws, project: 'x' } }, 'cloud.project'],
    ['a short account', 'bad-format', { cloud: { ...aws, account: '1' } }, 'cloud.account'],
    [
      'a password',
      'wrong-type',
      { cloud: aws, database: { ...database, auth: { password: 'x' } } },
      'database.auth',
    ],
    [
      'a URL as host',
      'bad-format',
      { cloud: aws, database: { ...database, host: 'http://169.254.169.254/' } },
      'database.host',
    ],
    [
      'an image by tag',
      'bad-format',
      { cloud: aws, scoringImage: 'registry/scoring:latest' },
      'scoringImage',
    ],
    ['a tag of the cloud itself', 'bad-format', { cloud: aws, tags: { 'aws:x': 'y' } }, 'tags.aws:x'],
    [
      'a key by its URL',
      'bad-format',
      { cloud: { ...azure, keyId: 'https://vault.vault.azure.net/keys/a' } },
      'cloud.keyId',
    ],
  ])('fails on %s: %s', (_, code, given, path) => {
    const run = () => parseEnvironment('dev', given as Partial<EnvironmentInput>);
    expect(problemsOf(run)).toContainEqual({ code: `environment/${code}`, path });
  });
});

describe('an environment of any name', () => {
  const named = (more: Partial<EnvironmentInput>) =>
    resolveConfig(
      {
        ...bankMarketing,
        environments: { ...bankMarketing.environments, prod: { source: { expectedRows: 7 } } },
      },
      parseEnvironment('prod-us', { cloud: aws, database, ...more }),
      'aws',
    );

  it('has the overrides of its stage, and none without one', () => {
    expect(named({}).model.source.expectedRows).toBe(bankMarketing.source.expectedRows);
    expect(named({ stage: 'prod' }).model.source.expectedRows).toBe(7);
  });

  it('gives its name and suffix to the functions and resources', () => {
    expect(named({}).model.environment).toBe('prod-us');
    expect(named({ suffix: 'pr-42' }).model.environment).toBe('prod-us-pr-42');
  });

  it.each(['Prod', 'prod_us', 'prod-', 'a'.repeat(17), ''])('is refused by the name %j', (name) => {
    expect(() => parseEnvironment(name, { cloud: aws })).toThrow(/name/);
  });
});

describe('resolveConfig', () => {
  it('gives the default blueprint a release that ends with its few requests', () => {
    const { release, model, target } = resolveConfig(bankMarketing, local, 'local');
    expect(target).toBe('local');
    expect(release.strategy).toBe('shadow-replay');
    expect(release.reason).toContain('33 requests a day');
    expect(model.releaseStrategy).toBe('shadow-replay');
  });

  it('applies the overrides of the environment', () => {
    expect(resolveConfig(bankMarketing, local, 'local').model.training.approval).toBe('automatic');
    const dev = parseEnvironment('dev', { cloud: aws, database });
    expect(resolveConfig(bankMarketing, dev, 'aws').blueprint.training.approval).toBe('manual');
  });

  it('gives the functions the model, the owner’s words and what the environment decides', () => {
    const staging = parseEnvironment('staging', {
      cloud: awsKey,
      encryption: 'customer',
      database,
      approvers,
    });
    const { model } = resolveConfig(bankMarketing, staging, 'aws');
    expect(model).toMatchObject({
      name: 'bank-marketing',
      environment: 'staging',
      approverMustDiffer: true,
      approvers,
    });
    expect(model.card.excluded.duration).toContain('after the call');
    expect(model).not.toHaveProperty('environments');
  });

  it('is the same every time, and frozen at every depth', () => {
    const first = resolveConfig(bankMarketing, local, 'local');
    expect(resolveConfig(bankMarketing, local, 'local')).toEqual(first);
    expect(Object.isFrozen(first)).toBe(true);
    expect(Object.isFrozen(first.model.training.parameters)).toBe(true);
    expect(Object.isFrozen(bankMarketing)).toBe(false);
    expect(Object.isFrozen(local)).toBe(false);
  });

  it('makes auto a canary where the declared requests feed it', () => {
    const blueprint = parseBlueprint(broken('serving.online.requestsPerDay', 9000), 'blueprint');
    const { release, model } = resolveConfig(blueprint, local, 'local');
    expect(release.strategy).toBe('canary');
    expect(release.reason).toMatch(
      /^auto: 9,000 requests a day; a canary needs 8,494 in 24 h; the looser test decides the last live step and the full test decides the watch of 24 h; the looser test passes a version 4 times as bad .* at most 5 %, and fails .* at most 10 %; the full test passes a version 2 times/,
    );
    expect(model.releaseStrategy).toBe('canary');
  });

  it('keeps the strategy that the blueprint chose', () => {
    const blueprint = parseBlueprint(broken('serving.release', { strategy: 'all-at-once' }), 'blueprint');
    const { strategy, reason } = resolveConfig(blueprint, local, 'local').release;
    expect(strategy).toBe('all-at-once');
    expect(reason).toMatch(/^the blueprint's choice; the full test decides the watch of 85 h;/);
  });

  it('resolves a model without an API', () => {
    const blueprint = parseBlueprint(broken('serving', {}), 'blueprint');
    expect(resolveConfig(blueprint, local, 'local').release.strategy).toBe('shadow-replay');
  });

  it.each<[string, unknown, string]>([
    [
      'k-means',
      brokenAll({
        problem: { type: 'clustering', clusters: 4 },
        'training.algorithm': 'kmeans',
        'features.fields.1.encoding': 'one-hot',
      }),
      'training.algorithm',
    ],
    [
      'group fairness in production by a column that is not recorded',
      broken('monitoring.fairness.attributes', ['plan', ['plan', 'refund']]),
      'monitoring.fairness.attributes[1]',
    ],
    ['automation in the shadow', broken('serving.automation.level', 'shadow'), 'serving.automation.level'],
    [
      'partial automation',
      broken('serving.automation', { level: 'partial', uncertain: { low: 0.3, high: 0.7 } }),
      'serving.automation.level',
    ],
    [
      'a business alarm',
      broken('serving.alarms.business', { metric: 'orders', min: 3 }),
      'serving.alarms.business',
    ],
    ['retraining on new data', broken('retraining.on.newData', { minRows: 1000 }), 'retraining.on.newData'],
    ['the large tier', broken('environments.tier', 'large'), 'environments.tier'],
  ])('fails locally on %s', (_, input, path) => {
    const blueprint = parseBlueprint(input, 'blueprint');
    expect(problemsOf(() => resolveConfig(blueprint, local, 'local'))).toEqual([
      { code: 'target/not-available', path },
    ]);
  });

  it('accepts a schedule of batches locally, where nothing runs by the clock of the wall', () => {
    const batch = { schedule: '0 2 * * *', deliverBy: '06:00' };
    const blueprint = parseBlueprint(broken('serving.batch', batch), 'blueprint');
    expect(resolveConfig(blueprint, local, 'local').target).toBe('local');
  });

  it('says what to do instead of every setting that it does not run', () => {
    const blueprint = parseBlueprint(
      brokenAll({
        'monitoring.fairness.attributes': ['refund'],
        'serving.automation.level': 'shadow',
        'serving.alarms.business': { metric: 'orders', min: 3 },
        'retraining.on.newData': { minRows: 1000 },
      }),
      'blueprint',
    );
    expect(() => resolveConfig(blueprint, local, 'local')).toThrow(
      /does not run group fairness in production by refund: that is not recorded with predictions; fix: name features/,
    );
    const fixes = problemsOf(() => resolveConfig(blueprint, local, 'local'));
    expect(fixes).toHaveLength(4);
  });

  it.each<[string, unknown, Partial<EnvironmentInput>, string]>([
    ['no database', broken('name', 'churn'), { cloud: aws }, 'environment/no-database'],
    [
      'no key',
      broken('name', 'churn'),
      { cloud: gcp, database, encryption: 'customer' },
      'environment/no-key',
    ],
    ['no image', broken('environments.tier', 'large'), { cloud: gcp, database }, 'environment/no-image'],
  ])('fails in a cloud with %s', (_, input, given, code) => {
    const blueprint = parseBlueprint(input, 'blueprint');
    const environment = parseEnvironment('dev', given);
    const problems = problemsOf(() => resolveConfig(blueprint, environment, environment.cloud.provider));
    expect(problems.map((problem) => problem.code)).toContain(code);
  });

  it('accepts Azure with a flexible server, and signs in as the identity of the app that exports', () => {
    const host = 'crm.postgres.database.azure.com';
    const environment = parseEnvironment(
      'dev',
      { cloud: azure, database: { host, name: 'crm', auth: 'iam' } },
      'azure',
    );
    const config = resolveConfig(bankMarketing, environment, 'azure');
    expect(config.environment.database?.user).toBe('bank-marketing-dev-pipeline');
    expect(config.environment.cloud).toMatchObject({ trainingMemoryMb: 4_096 });
  });

  it('accepts the key of aws', () => {
    const environment = parseEnvironment('prod', { cloud: awsKey, database, approvers });
    expect(resolveConfig(bankMarketing, environment, 'aws').target).toBe('aws');
  });

  it('fails when the environment is of another cloud', () => {
    expect(problemsOf(() => resolveConfig(bankMarketing, local, 'aws')).map(({ code }) => code)).toContain(
      'environment/other-cloud',
    );
  });

  it('asks for the key where customer keys are asked for and cannot be made', () => {
    const odd = parseEnvironment('dev', { cloud: { provider: 'local' }, encryption: 'customer', database });
    expect(problemsOf(() => resolveConfig(bankMarketing, odd, 'gcp')).map(({ code }) => code)).toEqual([
      'environment/other-cloud',
      'environment/no-key',
    ]);
  });
});
