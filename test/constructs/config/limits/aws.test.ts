import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { describe, expect, it } from 'vitest';
import { parseBlueprint } from '../../../../blueprints/index.ts';
import { LOG_RETENTION_DAYS } from '../../../../constructs/config/limits/aws.ts';
import { AWS_REGIONS } from '../../../../constructs/config/limits/aws-place.ts';
import { resolveConfig } from '../../../../constructs/config/resolve.ts';
import type { EnvironmentInput } from '../../../../constructs/config/schema.ts';
import { InvalidInput, type Problem } from '../../../../lambdas/core/errors.ts';
import { parseEnvironment } from '../../../../stacks/config/environments.ts';
import { broken, brokenAll } from '../../../blueprints/valid.ts';

const database = {
  host: 'db.internal',
  name: 'crm',
  user: 'reader',
  instance: 'db-ABCDEFGHIJKL01234',
  auth: 'iam',
} as const;
const aws = (more: object = {}) => ({ cloud: { provider: 'aws' as const, ...more }, database });

function problemsOf(input: unknown, given: Partial<EnvironmentInput> = aws()): readonly Problem[] {
  const blueprint = parseBlueprint(input, 'blueprint');
  try {
    resolveConfig(blueprint, parseEnvironment('dev', given), 'aws');
  } catch (error) {
    if (error instanceof InvalidInput) return error.problems;
    throw error;
  }
  return [];
}

const valid = broken('name', 'churn');

describe('a blueprint on AWS', () => {
  it('needs neither an account nor a region', () => {
    expect(problemsOf(valid)).toEqual([]);
  });

  it('needs a user of its database', () => {
    const without = { ...aws(), database: { ...database, user: undefined } };
    expect(problemsOf(valid, without)).toMatchObject([
      { code: 'environment/no-user', path: 'database.user' },
    ]);
  });

  it('keeps with the longest name the limits of every named resource', () => {
    const longest = broken('name', 'a'.repeat(40));
    expect(problemsOf(longest)).toEqual([]);
    // CreateModelPackageGroup takes 63 characters, CreateFeatureGroup 64; 'staging' is the longest environment.
    expect(`${'a'.repeat(40)}-staging-v9999`.length).toBeLessThan(63);
    expect(() => problemsOf(broken('name', 'a'.repeat(41)))).toThrow(/at most 40 characters/);
  });

  it('accepts only regions that the CDK knows too, and names those without schemas of CloudFormation', () => {
    const known = RegionInfo.regions.map(({ name }) => name).filter((name) => !name.includes('iso'));
    expect(known).toEqual(expect.arrayContaining([...AWS_REGIONS]));
    expect(known.filter((name) => !AWS_REGIONS.includes(name)).sort()).toEqual(['me-south-1', 'me-west-1']);
  });

  it('is refused in a region that lacks a type which the model cannot do without', () => {
    const byKey = broken('serving.online.byKey', true);
    expect(problemsOf(valid, aws({ region: 'me-central-1' }))).toEqual([]);
    expect(problemsOf(byKey, aws({ region: 'me-central-1' }))).toMatchObject([
      {
        code: 'aws/region-lacks',
        path: 'cloud.region',
        message: expect.stringContaining('AWS::SageMaker::FeatureGroup'),
        fix: expect.stringContaining('serving.online.byKey to false'),
      },
    ]);
    expect(problemsOf(valid, aws({ region: 'cn-north-1' }))).toMatchObject([
      { code: 'aws/region-lacks', message: expect.stringContaining('AWS::SageMaker::ModelPackageGroup') },
    ]);
  });

  it('keeps logs for the periods that the CDK has, up to ten years', () => {
    const periods = Object.values(RetentionDays).filter((days): days is number => Number(days) <= 3650);
    expect(LOG_RETENTION_DAYS).toEqual(periods);
  });

  it.each<[string, unknown, Partial<EnvironmentInput>, string, string]>([
    ['a region without schemas', valid, aws({ region: 'me-west-1' }), 'aws/unknown-region', 'cloud.region'],
    [
      'approvers who must differ and are not named',
      valid,
      { ...aws(), approverMustDiffer: true },
      'aws/no-approvers',
      'approvers',
    ],
    [
      'an approver by a name that IAM does not know',
      valid,
      { ...aws(), approvers: ['ada@example.com'] },
      'aws/approver',
      'approvers[0]',
    ],
    [
      'an approver who is a session of a role that may start trainings',
      valid,
      {
        ...aws(),
        approvers: ['arn:aws:sts::111111111111:assumed-role/owner/ada'],
        starters: ['arn:aws:iam::111111111111:role/teams/owner'],
      },
      'aws/approver-starts',
      'approvers[0]',
    ],
    [
      'an approver who is a starter by another path: names are unique without it',
      valid,
      {
        ...aws(),
        approvers: ['arn:aws:iam::111111111111:role/owner'],
        starters: ['arn:aws:iam::111111111111:role/teams/owner'],
      },
      'aws/approver-starts',
      'approvers[0]',
    ],
    ['a starter of no account', valid, { ...aws(), starters: ['*'] }, 'aws/starter', 'starters[0]'],
    ['an unknown region', valid, aws({ region: 'eu-central-9' }), 'aws/unknown-region', 'cloud.region'],
    [
      'an account without a region',
      valid,
      aws({ account: '111111111111' }),
      'aws/half-a-place',
      'cloud.region',
    ],
    [
      'a caller that IAM does not know',
      valid,
      { ...aws(), callers: ['call-centre'] },
      'aws/caller',
      'callers[0]',
    ],
    [
      'a password of the database',
      valid,
      { ...aws(), database: { ...database, auth: { secret: 'crm/password' } } },
      'aws/database-secret',
      'database.auth',
    ],
    [
      'no resource id of the database',
      valid,
      { ...aws(), database: { ...database, instance: undefined } },
      'aws/no-resource-id',
      'database.instance',
    ],
    [
      'a name instead of the resource id of the database',
      valid,
      { ...aws(), database: { ...database, instance: 'crm:europe:main' } },
      'aws/resource-id',
      'database.instance',
    ],
    [
      'logs kept for eight days',
      valid,
      { ...aws(), logRetentionDays: 8 },
      'aws/log-retention',
      'logRetentionDays',
    ],
    ['a feature of a reserved name', reserved(), aws(), 'aws/reserved-feature', 'features.fields[0].name'],
    [
      'more rows than one function exports in its time',
      broken('source.expectedRows', 200_000_000),
      aws(),
      'aws/export-too-long',
      'source.expectedRows',
    ],
    [
      'more values than one function trains on',
      broken('source.expectedRows', 100_000_000),
      aws(),
      'aws/training-too-large',
      'source.expectedRows',
    ],
    [
      'a query that may run longer than the function',
      broken('source.timeoutSec', 900),
      aws(),
      'aws/query-timeout',
      'source.timeoutSec',
    ],
    [
      'the large tier',
      broken('environments.tier', 'large'),
      aws(),
      'target/not-available',
      'environments.tier',
    ],
  ])('fails on %s', (_, input, given, code, path) => {
    expect(problemsOf(input, given).map((one) => ({ code: one.code, path: one.path }))).toContainEqual({
      code,
      path,
    });
  });

  it('has everything that is wrong with it said at once, with what was got and what is allowed', () => {
    const problems = problemsOf(
      brokenAll({ 'source.expectedRows': 200_000_000, 'source.timeoutSec': 1000 }),
      aws({ region: 'eu-central-9' }),
    );
    expect(problems.map(({ code }) => code)).toEqual([
      'aws/unknown-region',
      'aws/export-too-long',
      'aws/query-timeout',
      'aws/training-too-large',
    ]);
    for (const { got, allowed } of problems) expect([got, allowed]).not.toContain(undefined);
  });
});

/** A column that SageMaker's feature groups add themselves. */
function reserved(): unknown {
  return brokenAll({
    'features.fields.0.name': 'write_time',
    'source.steps.0.query':
      "SELECT id, seen_at, write_time, plan, active, churned FROM c WHERE seen_at >= current_setting('mlops.from')::timestamptz AND seen_at < current_setting('mlops.to')::timestamptz",
  });
}

describe('the settings of an account', () => {
  const KEY = 'arn:aws:kms:eu-central-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab';
  const refused = (given: Partial<EnvironmentInput>) =>
    problemsOf(valid, { ...aws(), ...given }).map(({ code, path }) => `${code} ${path}`);
  const messages = (given: Partial<EnvironmentInput>) =>
    problemsOf(valid, { ...aws(), ...given }).map(({ message }) => message);
  const tagsOf = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`tag-${i}`, 'value']));

  it('takes as many tags as a resource has room for beside those of the model and of the base', () => {
    expect(refused({ tags: tagsOf(47) })).toEqual([]);
    expect(refused({ tags: tagsOf(48) })).toEqual(['aws/too-many-tags tags']);
    expect(refused({ tags: tagsOf(60) })).toEqual(['aws/too-many-tags tags']);
  });

  it('refuses tags that IAM would refuse in the middle of a deployment', () => {
    expect(refused({ tags: { owner: 'Équipe crédit_1 a.b:c/d=e+f-g@h' } })).toEqual([]);
    expect(refused({ tags: { owner: 'a;b' } })).toEqual(['aws/tag-value tags.owner']);
    expect(refused({ tags: { owner: 'a', Owner: 'b' } })).toEqual(['aws/tag-twice tags.Owner']);
    for (const name of ['aws:owner', 'mlops:model', 'a,b'])
      expect(messages({ tags: { [name]: 'a' } })).toEqual([expect.stringContaining("must be a tag's name")]);
  });

  it('refuses an environment without a tag that the organisation demands', () => {
    const requiredTags = ['owner', 'cost-centre'];
    expect(refused({ requiredTags, tags: { owner: 'risk', 'cost-centre': '4711' } })).toEqual([]);
    expect(refused({ requiredTags, tags: { owner: '' } })).toEqual([
      'environment/required-tag tags.owner',
      'environment/required-tag tags.cost-centre',
    ]);
  });

  it.each([
    'arn:aws:kms:eu-central-1:111111111111:alias/mine',
    'arn:aws:kms:eu-central-1:111111111111:key/',
    'arn:aws:kms::111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab',
    'alias/mine',
    '1234abcd-12ab-34cd-56ef-1234567890ab',
  ])('refuses %s as a key', (keyArn) => {
    expect(messages({ encryption: 'customer', ...aws({ keyArn }) })).toEqual([
      expect.stringContaining('not of an alias'),
    ]);
  });

  it('takes a key, also one of several regions, where it is used and lies', () => {
    const multi = 'arn:aws-us-gov:kms:us-gov-west-1:111111111111:key/mrk-1234abcd12ab34cd56ef1234567890ab';
    expect(refused({ encryption: 'customer', ...aws({ keyArn: KEY, region: 'eu-central-1' }) })).toEqual([]);
    expect(refused({ encryption: 'customer', ...aws({ keyArn: multi }) })).toEqual([]);
    expect(refused(aws({ keyArn: KEY }))).toEqual(['aws/unused-key cloud.keyArn']);
    expect(refused({ encryption: 'customer', ...aws({ keyArn: KEY, region: 'eu-west-1' }) })).toEqual([
      'aws/key-region cloud.keyArn',
    ]);
  });

  it('takes the name of a policy as the boundary, with its path', () => {
    for (const permissionsBoundary of ['Boundary', 'teams/ml/Boundary', 'a+=,.@-_1'])
      expect(refused(aws({ permissionsBoundary }))).toEqual([]);
    for (const permissionsBoundary of [
      'bad name!',
      '/Boundary',
      'arn:aws:iam::111111111111:policy/Boundary',
      '',
    ])
      expect(messages(aws({ permissionsBoundary }))).toEqual([
        expect.stringContaining('name of an IAM policy'),
      ]);
  });

  it('refuses a budget in another currency than that of the bill', () => {
    expect(refused({ budget: { monthly: 10, currency: 'EUR' } })).toEqual([
      'aws/budget-currency budget.currency',
    ]);
  });
});
