import { describe, expect, it } from 'vitest';
import { applyOverrides, parseBlueprint } from '../../../../blueprints/index.ts';
import { azureDatabaseLogin } from '../../../../constructs/config/azure-login.ts';
import { azureProblems } from '../../../../constructs/config/limits/azure.ts';
import { azurePlaceWarnings } from '../../../../constructs/config/limits/azure-place.ts';
import { FLEX_REGIONS, UNLISTED_REGIONS } from '../../../../constructs/config/limits/azure-regions.ts';
import type { EnvironmentInput } from '../../../../constructs/config/schema.ts';
import { InvalidInput } from '../../../../lambdas/core/errors.ts';
import { parseEnvironment } from '../../../../stacks/config/environments.ts';
import { broken, brokenAll } from '../../../blueprints/valid.ts';

const ID = '0f0e0d0c-0b0a-4908-8706-050403020100';
const GROUP = `/subscriptions/${ID}/resourceGroups/shared`;
const KEY = `${GROUP}/providers/Microsoft.KeyVault/vaults/acme-keys/keys/mlops`;
const subnet = (name: string) => ({
  functionsSubnetId: `${GROUP}/providers/Microsoft.Network/virtualNetworks/acme_net/subnets/${name}`,
});
const person = (digit: string) => `${digit.repeat(8)}-aaaa-4bbb-8ccc-dddddddddddd`;
const database = { host: 'crm.postgres.database.azure.com', name: 'crm', auth: 'iam' } as const;
const place = {
  provider: 'azure',
  subscription: ID,
  tenant: ID,
  location: 'westeurope',
  entraClientId: ID,
} as const;

interface Case {
  readonly blueprint?: unknown;
  readonly cloud?: object;
  readonly database?: object;
  readonly more?: Partial<EnvironmentInput>;
}

function environmentOf({ cloud = {}, database: changed = {}, more = {} }: Case) {
  return parseEnvironment('dev', {
    logRetentionDays: 30,
    cloud: { ...place, ...cloud } as EnvironmentInput['cloud'],
    database: { ...database, ...changed } as NonNullable<EnvironmentInput['database']>,
    ...more,
  });
}

const valid = broken('name', 'churn');
const blueprintOf = ({ blueprint = valid }: Case) =>
  applyOverrides(parseBlueprint(blueprint, 'blueprint'), 'dev', 'blueprint');
const problemsOf = (given: Case = {}) => azureProblems(blueprintOf(given), environmentOf(given));
const codesOf = (given: Case) => problemsOf(given).map(({ code, path }) => `${code} ${path}`);
const warningsOf = (given: Case) =>
  azurePlaceWarnings(environmentOf(given)).map(({ code, path }) => `${code} ${path}`);

describe('a blueprint on Azure', () => {
  it('is accepted with a subscription, a location and a flexible server', () => {
    expect(problemsOf()).toEqual([]);
    expect(warningsOf({})).toEqual([]);
  });

  it.each<[string, Case, string[]]>([
    ['an unknown location', { cloud: { location: 'europewest' } }, ['azure/unknown-region cloud.location']],
    ['logs of a week', { more: { logRetentionDays: 7 } }, ['azure/log-retention logRetentionDays']],
    ['logs of three years', { more: { logRetentionDays: 731 } }, ['azure/log-retention logRetentionDays']],
    ['a key without a use', { cloud: { keyId: KEY } }, ['azure/unused-key cloud.keyId']],
    [
      'an underscore in the name of the subnet',
      { cloud: { vnet: subnet('mlops_apps') } },
      ['azure/subnet-name cloud.vnet.functionsSubnetId'],
    ],
    [
      'a secret for the database',
      { database: { auth: { secret: 'x' } } },
      ['azure/database-secret database.auth'],
    ],
    ['the address of a database', { database: { host: '10.1.2.3' } }, ['azure/database-host database.host']],
    [
      'the name of a database elsewhere',
      { database: { host: 'crm.postgres.database.azure.com.example.com' } },
      ['azure/database-host database.host'],
    ],
    [
      'a server of the other engine',
      { database: { host: 'crm.mysql.database.azure.com' } },
      ['azure/database-host database.host'],
    ],
    ["AWS's id of an instance", { database: { instance: 'db-ABC' } }, ['azure/instance database.instance']],
    ['another user than the export', { database: { user: 'reader' } }, ['azure/database-user database.user']],
    [
      'features by key',
      { blueprint: broken('serving.online.byKey', true) },
      ['azure/by-key serving.online.byKey'],
    ],
    [
      'a rate that cron lacks',
      { blueprint: broken('source.schedule', 'rate(7 hours)') },
      ['cron/no-such-rate source.schedule'],
    ],
    [
      'a day and a weekday',
      { blueprint: broken('training.schedule', '0 2 1 * 1') },
      ['cron/day-and-weekday training.schedule'],
    ],
    ['a tag with a slash', { more: { tags: { 'cost/center': 'x' } } }, ['azure/tag-name tags.cost/center']],
    ["Azure's own tag", { more: { tags: { AzureTeam: 'x' } } }, ['azure/tag-name tags.AzureTeam']],
    [
      'two tags that differ in case',
      { more: { tags: { team: 'a', Team: 'b' } } },
      ['azure/tag-twice tags.Team'],
    ],
    [
      'more rows than one function holds',
      { blueprint: broken('source.expectedRows', 90_000_000) },
      ['azure/training-too-large source.expectedRows'],
    ],
    [
      'a query as long as the function',
      { blueprint: broken('source.timeoutSec', 900) },
      ['azure/query-timeout source.timeoutSec'],
    ],
  ])('is refused with %s', (_, given, codes) => {
    expect(codesOf(given)).toEqual(codes);
  });

  it.each<[string, Case]>([
    ['the server by its name', { database: { instance: 'crm' } }],
    ['the server by its host', { database: { instance: database.host } }],
    ['a subnet without an underscore', { cloud: { vnet: subnet('mlops-apps') } }],
    ['logs of two years', { more: { logRetentionDays: 730 } }],
    ['a tag of letters, digits, spaces and colons', { more: { tags: { 'cost center:1': 'a/b' } } }],
    ['a group of its own', { cloud: { resourceGroup: 'ml-(dev)_1.x' } }],
  ])('is accepted with %s', (_, given) => {
    expect(problemsOf(given)).toEqual([]);
  });

  it('has at most 47 tags beside those of the model and of the base', () => {
    const tags = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i): [string, string] => [`t${i}`, 'x']));
    expect(codesOf({ more: { tags: tags(47) } })).toEqual([]); // managed-by is the 48th
    expect(codesOf({ more: { tags: tags(48) } })).toEqual(['azure/too-many-tags tags']);
  });

  it('holds more rows with 4 GB than with 2 GB', () => {
    const blueprint = brokenAll({
      'source.expectedRows': 7_000_000,
      'source.schedule': '0 2 1 * *',
      'training.window': { kind: 'days', days: 30 },
    });
    expect(codesOf({ blueprint, cloud: { trainingMemoryMb: 2_048 } })).toEqual([
      'azure/training-too-large source.expectedRows',
    ]);
    expect(codesOf({ blueprint })).toEqual([]);
  });
});

describe('a warning on Azure', () => {
  it('names what a customer key does not encrypt', () => {
    const given: Case = { cloud: { keyId: KEY }, more: { encryption: 'customer' } };
    expect(codesOf(given)).toEqual([]);
    expect(warningsOf(given)).toEqual(['azure/key-covers-storage encryption']);
  });
});

describe('the cores of a location of Azure', () => {
  const busy = (requestsPerDay: number, cloud: Case['cloud'] = {}): Case => ({
    blueprint: broken('serving.online.requestsPerDay', requestsPerDay),
    cloud,
  });

  it('bound the peak of a model, 250 of them at first', () => {
    // 243 instances of a core beside seven cores: 243 * 20 requests a second at twenty times an even day's rate.
    expect(codesOf(busy(243 * 86_400))).toEqual([]);
    expect(codesOf(busy(250 * 86_400))).toEqual(['azure/cores serving.online.requestsPerDay']);
  });

  it('grow with the number that the environment gives', () => {
    expect(codesOf(busy(250 * 86_400, { cores: 300 }))).toEqual([]);
    expect(codesOf(busy(20 * 86_400, { cores: 10 }))).toEqual(['azure/cores serving.online.requestsPerDay']);
  });
});

describe('a location of Azure', () => {
  it.each(FLEX_REGIONS)('%s is accepted without a warning', (location) => {
    expect([...codesOf({ cloud: { location } }), ...warningsOf({ cloud: { location } })]).toEqual([]);
  });

  it.each(UNLISTED_REGIONS)('%s is accepted with a warning', (location) => {
    expect(codesOf({ cloud: { location } })).toEqual([]);
    expect(warningsOf({ cloud: { location } })).toEqual(['azure/region-unlisted cloud.location']);
  });

  it('is in one list only, and in each once', () => {
    const all = [...FLEX_REGIONS, ...UNLISTED_REGIONS];
    expect(new Set(all).size).toBe(all.length);
    expect(all).toHaveLength(58);
  });
});

describe('an environment with identities on Azure', () => {
  it('accepts object ids as callers, approvers and starters', () => {
    const more = { callers: [person('1')], approvers: [person('2')], starters: [person('3')] };
    expect(codesOf({ more })).toEqual([]);
  });

  it.each([
    'anna@example.com',
    'user:anna@example.com',
    person('A'),
    `${person('1')} `,
    'arn:aws:iam::123456789012:role/app',
    '*',
  ])('refuses %j as each of them', (id) => {
    expect(codesOf({ more: { callers: [id], approvers: [id], starters: [id] } })).toEqual([
      'azure/caller callers[0]',
      'azure/approver approvers[0]',
      'azure/starter starters[0]',
    ]);
  });

  it('refuses approvers that may also start', () => {
    const both = [person('1')];
    expect(codesOf({ more: { approvers: both, starters: both } })).toEqual([
      'azure/approver-starts approvers[0]',
    ]);
  });

  it('requires approvers where they must differ', () => {
    expect(codesOf({ more: { approverMustDiffer: true } })).toEqual(['azure/no-approvers approvers']);
  });
});

describe('the login of the export on Azure', () => {
  const account = { model: 'churn', environment: 'dev' };

  it("is the name of its app's identity on PostgreSQL, and an alias of 32 characters on MySQL", () => {
    expect(azureDatabaseLogin('postgres', account)).toBe('churn-dev-pipeline');
    expect(azureDatabaseLogin('postgres', account, 'export')).toBe('churn-dev-export');
    const long = { model: 'a'.repeat(40), environment: `${'e'.repeat(16)}-${'s'.repeat(12)}` };
    expect(azureDatabaseLogin('postgres', long)).toMatch(/^a+[\w-]*-pipeline$/);
    expect(azureDatabaseLogin('postgres', long).length).toBeLessThanOrEqual(63);
    expect(azureDatabaseLogin('mysql', long).length).toBeLessThanOrEqual(32);
  });

  it('is accepted as a user, and advised with the SQL that makes it', () => {
    expect(codesOf({ database: { user: 'churn-dev-pipeline' } })).toEqual([]);
    expect(problemsOf({ database: { user: 'reader' } })[0]?.fix).toContain(
      "select * from pgaadauth_create_principal('churn-dev-pipeline', false, false)",
    );
  });
});

describe('the block of Azure', () => {
  const fault = (cloud: object): string => {
    try {
      environmentOf({ cloud });
    } catch (error) {
      if (error instanceof InvalidInput) return error.message;
      throw error;
    }
    return '';
  };

  it.each<[object, string, string]>([
    [{ codeCanary: true }, 'has no deployment slots', 'staging gets new code first'],
    [{ jwt: { issuer: 'https://x', audience: ['y'] } }, 'checks tokens of Entra', 'list callers'],
    [{ throttle: 5 }, 'no limit of requests per second', 'most instances'],
    [{ stateBucket: 'x' }, 'is not a field of the cloud', "stateBackend: { type: 'azurerm'"],
    [{ logsKey: KEY }, 'a cluster that bills 100 GB a day', 'logs hold no rows'],
    [{ vpc: { id: 'vpc-1' } }, "is AWS's network", 'functionsSubnetId'],
    [{ network: { name: 'n' } }, "is Google Cloud's network", 'functionsSubnetId'],
    [{ keyArn: 'arn:aws:kms' }, "is AWS's key", 'use keyId'],
    [{ key: 'projects/x' }, "is Google Cloud's key", 'use keyId'],
    [{ account: '123456789012' }, "is AWS's account", 'use subscription'],
    [{ project: 'acme' }, "is Google Cloud's project", 'use subscription'],
    [{ region: 'westeurope' }, 'is called location', 'use location'],
    [{ billingAccount: '012345-6789AB-CDEF01' }, 'belongs to the resource group', 'remove it'],
  ])('refuses %o with a reason and an alternative', (cloud, reason, alternative) => {
    expect(fault(cloud)).toContain(reason);
    expect(fault(cloud)).toContain(alternative);
  });

  it.each<[object, string]>([
    [{ subscription: ID.toUpperCase() }, 'must be a UUID'],
    [{ tenant: undefined }, 'cloud.tenant'],
    [{ location: 'West Europe' }, 'must be a location'],
    [{ resourceGroup: 'ends.' }, 'must be the name of a resource group'],
    [{ keyId: `${KEY}/0123456789abcdef0123456789abcdef` }, 'without a version'],
    [{ keyId: 'https://acme-keys.vault.azure.net/keys/mlops' }, 'must be the resource id of a key'],
    [{ vnet: { functionsSubnetId: 'apps' } }, 'must be the resource id of a subnet'],
    [{ trainingMemoryMb: 3_072 }, 'trainingMemoryMb'],
    [{ locaton: 'westeurope' }, "did you mean 'location'?"],
  ])('refuses %o', (cloud, message) => {
    expect(fault(cloud)).toContain(message);
  });
});
