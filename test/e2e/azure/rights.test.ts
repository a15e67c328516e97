import { describe, expect, it } from 'vitest';
import { objectCondition } from '../../../constructs/azure/permissions/objects.ts';
import type { AzureApi } from '../../support/azure-api.ts';
import type { Body } from '../../support/terraform/schema.ts';
import { azureRefusal, mayDeliver } from './rights.ts';
import type { AppliedAzure } from './stack.ts';

const BLOBS = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs';
const IDENTITY = { name: 'churn-dev-scoring', clientId: 'c', objectId: 'o' };
const SECRET = '/subscriptions/s/vaults/v/secrets/pseudonyms';
const WORKSPACE =
  '/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w';

const role = (id: string, permissions: Body): Body => ({
  role_definition_id: id,
  permissions: [permissions],
});
const give = (scope: string, given: Body, principal = IDENTITY.objectId): Body => ({
  principal_id: principal,
  scope,
  ...given,
});
const ASSIGNMENTS: readonly Body[] = [
  give('/accounts/a/containers/artifacts', {
    role_definition_id: '/roleDefinitions/objects',
    condition: objectCondition({ read: ['models/'], list: ['models/'], create: ['predictions/'] }),
  }),
  give(SECRET, { role_definition_name: 'Key Vault Secrets User' }),
  give(WORKSPACE, { role_definition_id: '/roleDefinitions/models' }),
  give('/topics/t', { role_definition_name: 'EventGrid Data Sender' }),
  give('/accounts/a/queueServices/default/queues/events', {
    role_definition_name: 'Storage Queue Data Message Sender',
  }),
];

/** A stack with these assignments. */
function stackOf(assignments: readonly Body[]): AppliedAzure {
  const bodies: Readonly<Record<string, readonly Body[]>> = {
    azurerm_role_assignment: assignments,
    azurerm_role_definition: [
      role('objects', {
        actions: [],
        data_actions: [`${BLOBS}/read`, `${BLOBS}/write`, `${BLOBS}/add/action`],
      }),
      role('models', { actions: ['Microsoft.MachineLearningServices/workspaces/models/versions/write'] }),
    ],
  };
  return {
    apps: [],
    all: (type) => bodies[type] ?? [],
    app: () => {
      throw new Error('no app');
    },
  };
}

const CALLS = [
  ['blob', 'GET', '/artifacts/models/1/model.ubj'],
  ['blob', 'GET', '/artifacts?restype=container&comp=list&prefix=models%2F'],
  ['blob', 'PUT', '/artifacts/predictions/2026-03-01/09/i-0.jsonl?comp=appendblock'],
  ['keyvault', 'GET', '/secrets/pseudonyms/?api-version=7.6'],
  ['machinelearning', 'PUT', `${WORKSPACE}/models/m/versions/1?api-version=2024-10-01`],
  ['eventgrid', 'POST', '/api/events?api-version=2018-01-01'],
] as const;

describe('a request of an app on Azure', () => {
  const refused = (assignments: readonly Body[], [api, method, path]: readonly [AzureApi, string, string]) =>
    azureRefusal(stackOf(assignments))({ api, method, path, identity: IDENTITY });

  it.each(CALLS)('is granted by its assignment: %s %s %s', (...call) => {
    expect(refused(ASSIGNMENTS, call)).toBeUndefined();
  });

  it.each(CALLS)('is refused without it, and to another identity: %s %s %s', (...call) => {
    const [, method, path] = call;
    expect(refused([], call)).toBe(`churn-dev-scoring: ${method} ${path}`);
    expect(
      refused(
        ASSIGNMENTS.map((one) => ({ ...one, principal_id: 'other' })),
        call,
      ),
    ).toBeDefined();
  });

  it.each([
    ['blob', 'GET', '/artifacts/truth/a.json'],
    ['blob', 'PUT', '/artifacts/models/1/model.ubj'],
    ['blob', 'DELETE', '/artifacts/models/1/model.ubj'],
    ['blob', 'PUT', '/artifacts?restype=container'],
    ['blob', 'GET', '/code/released-package.zip'],
    ['keyvault', 'GET', '/secrets/other/?api-version=7.6'],
    ['queue', 'POST', '/events/messages'],
  ] as const)('is refused outside the condition or the scope: %s %s %s', (...call) => {
    expect(refused(ASSIGNMENTS, call)).toBeDefined();
  });

  it('is put into a queue where the topic may send to it', () => {
    const queue = '/accounts/a/queueServices/default/queues/events';
    expect(mayDeliver(stackOf(ASSIGNMENTS), IDENTITY.objectId, queue)).toBe(true);
    expect(mayDeliver(stackOf(ASSIGNMENTS), 'other', queue)).toBe(false);
    expect(mayDeliver(stackOf(ASSIGNMENTS), IDENTITY.objectId, `${queue}-poison`)).toBe(false);
  });
});
