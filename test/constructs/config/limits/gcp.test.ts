import { describe, expect, it } from 'vitest';
import { applyOverrides, parseBlueprint } from '../../../../blueprints/index.ts';
import { databaseLogin } from '../../../../constructs/config/gcp-login.ts';
import { gcpProblems } from '../../../../constructs/config/limits/gcp.ts';
import { gcpPlaceWarnings } from '../../../../constructs/config/limits/gcp-place.ts';
import { GCP_REGIONS } from '../../../../constructs/config/limits/gcp-regions.ts';
import type { EnvironmentInput } from '../../../../constructs/config/schema.ts';
import { InvalidInput } from '../../../../lambdas/core/errors.ts';
import { parseEnvironment } from '../../../../stacks/config/environments.ts';
import { broken, brokenAll } from '../../../blueprints/valid.ts';

const ACCOUNT = '012345-6789AB-CDEF01';
const KEY = 'projects/acme-ml/locations/europe-west3/keyRings/ring/cryptoKeys/key';
const database = {
  host: 'db.internal',
  name: 'crm',
  instance: 'acme-ml:europe-west3:crm',
  auth: 'iam',
} as const;
const place = {
  provider: 'gcp',
  project: 'acme-ml',
  region: 'europe-west3',
  billingAccount: ACCOUNT,
} as const;

interface Case {
  readonly blueprint?: unknown;
  readonly cloud?: object;
  readonly database?: object;
  readonly more?: Partial<EnvironmentInput>;
}

function environmentOf({ cloud = {}, database: changed = {}, more = {} }: Case) {
  return parseEnvironment('dev', {
    cloud: { ...place, ...cloud } as EnvironmentInput['cloud'],
    database: { ...database, ...changed } as NonNullable<EnvironmentInput['database']>,
    ...more,
  });
}

const valid = broken('name', 'churn');
const blueprintOf = ({ blueprint = valid }: Case) =>
  applyOverrides(parseBlueprint(blueprint, 'blueprint'), 'dev', 'blueprint');
const problemsOf = (given: Case = {}) => gcpProblems(blueprintOf(given), environmentOf(given));
const codesOf = (given: Case) => problemsOf(given).map(({ code, path }) => `${code} ${path}`);

describe('a blueprint on Google Cloud', () => {
  it('is accepted with a project, a region and a database of Cloud SQL', () => {
    expect(problemsOf()).toEqual([]);
  });

  it.each<[string, Case, string[]]>([
    ['an unknown region', { cloud: { region: 'europe-west99' } }, ['gcp/unknown-region cloud.region']],
    [
      'a region without Cloud Scheduler',
      { cloud: { region: 'southamerica-west1' }, database: { instance: 'acme-ml:southamerica-west1:crm' } },
      ['gcp/region-lacks cloud.region'],
    ],
    ['a network', { cloud: { network: { name: 'n', subnetwork: 's' } } }, ['gcp/network cloud.network']],
    [
      'a budget without an account',
      { cloud: { billingAccount: undefined } },
      ['gcp/budget-account cloud.billingAccount'],
    ],
    ['a key without a use', { cloud: { key: KEY } }, ['gcp/unused-key cloud.key']],
    [
      'a key elsewhere',
      { cloud: { key: KEY.replace('europe-west3', 'global') }, more: { encryption: 'customer' } },
      ['gcp/key-region cloud.key'],
    ],
    [
      'a secret for the database',
      { database: { auth: { secret: 'x' } } },
      ['gcp/database-secret database.auth'],
    ],
    [
      'a database without an instance',
      { database: { instance: undefined } },
      ['gcp/no-instance database.instance'],
    ],
    ["AWS's id of an instance", { database: { instance: 'db-ABC' } }, ['gcp/instance database.instance']],
    ['another user than the export', { database: { user: 'reader' } }, ['gcp/database-user database.user']],
    [
      'features by key',
      { blueprint: broken('serving.online.byKey', true) },
      ['gcp/by-key serving.online.byKey'],
    ],
    [
      'a rate that cron lacks',
      { blueprint: broken('source.schedule', 'rate(7 hours)') },
      ['cron/no-such-rate source.schedule'],
    ],
    ['a label with capitals', { more: { tags: { team: 'Credit' } } }, ['gcp/label-value tags.team']],
    [
      'a key of a label with a colon',
      { more: { tags: { 'cost:center': 'x' } } },
      ['gcp/label-key tags.cost:center'],
    ],
    [
      "Google's own word in a bucket",
      { blueprint: broken('name', 'my-google-ads') },
      ['gcp/reserved-name name'],
    ],
    [
      'more rows than one function holds',
      { blueprint: broken('source.expectedRows', 90_000_000) },
      ['gcp/training-too-large source.expectedRows'],
    ],
  ])('is refused with %s', (_, given, codes) => {
    expect(codesOf(given)).toEqual(codes);
  });

  it('has at most 61 tags beside the labels of the model and of the provider', () => {
    const tags = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i): [string, string] => [`t${i}`, 'x']));
    expect(codesOf({ more: { tags: tags(60) } })).toEqual([]); // managed-by is the 61st
    expect(codesOf({ more: { tags: tags(61) } })).toEqual(['gcp/too-many-labels tags']);
  });

  it('accepts a customer key of its region', () => {
    expect(codesOf({ cloud: { key: KEY }, more: { encryption: 'customer' } })).toEqual([]);
  });

  it('accepts a day and a weekday: cron takes either', () => {
    expect(codesOf({ blueprint: broken('source.schedule', '0 2 1 * 1') })).toEqual([]);
  });

  it('holds more rows with more memory', () => {
    const blueprint = brokenAll({
      'source.expectedRows': 12_000_000,
      'source.schedule': '0 2 1 * *',
      'training.window': { kind: 'days', days: 30 },
    });
    expect(codesOf({ blueprint })).not.toEqual([]);
    expect(codesOf({ blueprint, cloud: { trainingMemoryMb: 32_768 } })).toEqual([]);
  });
});

describe('an environment with identities on Google Cloud', () => {
  it.each([
    'user:anna@example.com',
    'serviceAccount:app@acme-ml.iam.gserviceaccount.com',
    'group:risk@example.com',
    'principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/subject/x',
    'principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/attribute.repository/acme/app',
  ])('accepts %s as callers and starters', (member) => {
    expect(codesOf({ more: { callers: [member], starters: [member] } })).toEqual([]);
  });

  it.each([
    'allUsers',
    'allAuthenticatedUsers',
    'domain:example.com',
    'user:Anna@Example.com',
    'anna@example.com',
    'user:',
    'arn:aws:iam::123456789012:role/app',
    'projectEditor:acme-ml',
  ])('refuses %s as callers and starters', (member) => {
    expect(codesOf({ more: { callers: [member], starters: [member] } })).toEqual([
      'gcp/caller callers[0]',
      'gcp/starter starters[0]',
    ]);
  });

  it('refuses approvers without an e-mail of their own', () => {
    const approvers = ['user:anna@example.com', 'group:risk@example.com'];
    expect(codesOf({ more: { approvers } })).toEqual(['gcp/approver approvers[1]']);
  });

  it('refuses approvers that may also start', () => {
    const both = ['user:anna@example.com'];
    expect(codesOf({ more: { approvers: both, starters: both } })).toEqual([
      'gcp/approver-starts approvers[0]',
    ]);
  });

  it('requires approvers where they must differ', () => {
    expect(codesOf({ more: { approverMustDiffer: true } })).toEqual(['gcp/no-approvers approvers']);
  });
});

describe('the login of the export', () => {
  it("is its service account's, in the form of the engine", () => {
    const account = { model: 'churn', environment: 'dev' };
    expect(databaseLogin('postgres', 'acme-ml', account)).toBe('churn-dev-export@acme-ml.iam');
    expect(databaseLogin('mysql', 'acme-ml', account)).toBe('churn-dev-export');
  });

  it('is refused where PostgreSQL would cut it', () => {
    const blueprint = broken('name', 'a'.repeat(40));
    const project = `p${'0'.repeat(28)}`;
    expect(codesOf({ blueprint, cloud: { project } })).toEqual(['gcp/login-too-long cloud.project']);
  });

  it('is accepted as a user, and advised with the command that makes it', () => {
    expect(codesOf({ database: { user: 'churn-dev-export@acme-ml.iam' } })).toEqual([]);
    expect(problemsOf({ database: { user: 'reader' } })[0]?.fix).toContain(
      'gcloud sql users create churn-dev-export@',
    );
  });
});

describe('a region of Google Cloud', () => {
  it('is warned of where no list shows a service that is needed', () => {
    const warnings = (region: string) =>
      gcpPlaceWarnings(environmentOf({ cloud: { region } })).map(({ code, message }) => [code, message]);
    expect(warnings('europe-west3')).toEqual([]);
    expect(warnings('europe-west8')).toEqual([
      ['gcp/region-unlisted', expect.stringContaining('Cloud Scheduler')],
    ]);
  });

  it('is one of 39', () => {
    expect(Object.keys(GCP_REGIONS)).toHaveLength(39);
  });
});

describe('the block of Google Cloud', () => {
  const fault = (cloud: object): string => {
    try {
      environmentOf({ cloud });
    } catch (error) {
      if (error instanceof InvalidInput) return error.message;
      throw error;
    }
    return '';
  };

  it.each([
    [
      { codeCanary: true },
      'cloud.codeCanary: is not possible on Google Cloud',
      'staging gets new code first',
    ],
    [
      { jwt: { issuer: 'https://x', audience: ['y'] } },
      'Cloud Run checks ID tokens of Google',
      'list callers',
    ],
    [{ throttle: 5 }, 'Cloud Run has no limit of requests per second', 'most instances'],
    [{ stateBucket: 'x' }, 'is not a field of the cloud', 'stateBackend'],
  ])('refuses %o with a reason and an alternative', (cloud, reason, alternative) => {
    expect(fault(cloud)).toContain(reason);
    expect(fault(cloud)).toContain(alternative);
  });

  it('refuses any other field with the fields that there are', () => {
    expect(fault({ regio: 'x' })).toContain("did you mean 'region'?");
    expect(fault({ billingAccount: 'x' })).toContain('must be a billing account');
  });
});
