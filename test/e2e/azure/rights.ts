/** Rights of the apps as the stacks assign them: roles on resources, with their conditions. */

import { blobAccess, parseCondition } from '../../support/azure/condition.ts';
import type { Refusal } from '../../support/azure/services.ts';
import { type Body, listed } from '../../support/terraform/schema.ts';
import { blockOf, stringOf } from '../gcp/stack.ts';
import type { AppliedAzure } from './stack.ts';

/** The one action that the built-in roles here are given for, by their names. */
const BUILT_IN = { eventgrid: 'EventGrid Data Sender', keyvault: 'Key Vault Secrets User' } as const;
const MODELS = 'Microsoft.MachineLearningServices/workspaces/models/versions/write';

/** Compares each request with the assignments of its identity. */
export function azureRefusal(stack: AppliedAzure): Refusal {
  const assignments = stack.all('azurerm_role_assignment');
  const actionsOf = rolesOf(stack);
  const own = (objectId: string) => assignments.filter(({ principal_id: id }) => id === objectId);

  return ({ api, method, path, identity }) => {
    const mine = own(identity.objectId);
    const refused = (granted: boolean) => (granted ? undefined : `${identity.name}: ${method} ${path}`);
    if (api === 'blob') {
      const [, container, rest = ''] = /^\/([^/?]+)(.*)$/.exec(path) ?? [];
      const asked = blobAccess(method, rest.startsWith('?') ? `/${rest}` : rest);
      return refused(
        mine.some(
          (one) =>
            stringOf(one.scope).endsWith(`/containers/${container}`) &&
            actionsOf(one).includes(asked.action) &&
            parseCondition(stringOf(one.condition))(asked),
        ),
      );
    }
    if (api === 'machinelearning') {
      const [workspace] = /^\/subscriptions\/.*\/workspaces\/[^/]+/.exec(path) ?? [];
      return refused(mine.some((one) => one.scope === workspace && actionsOf(one).includes(MODELS)));
    }
    if (api === 'queue') return refused(false);
    const [, secret] = /^\/secrets\/([^/?]+)/.exec(path) ?? [];
    return refused(
      mine.some(
        (one) =>
          one.role_definition_name === BUILT_IN[api] &&
          (secret === undefined || stringOf(one.scope).endsWith(`/secrets/${secret}`)),
      ),
    );
  };
}

/** Actions of an assignment's role, where the stacks define it. */
function rolesOf(stack: AppliedAzure): (assignment: Body) => readonly string[] {
  const roles = new Map(
    stack.all('azurerm_role_definition').map(({ role_definition_id: id, permissions }) => {
      const { actions, data_actions } = blockOf(permissions);
      return [stringOf(id), [...listed(actions), ...listed(data_actions)].map(stringOf)] as const;
    }),
  );
  return ({ role_definition_id: id }) => roles.get(stringOf(id).split('/').at(-1) ?? '') ?? [];
}

/** Whether the topic's own identity may put messages into a queue. */
export function mayDeliver(stack: AppliedAzure, topicPrincipal: string, queueId: string): boolean {
  return stack
    .all('azurerm_role_assignment')
    .some(
      ({ principal_id: id, scope, role_definition_name: role }) =>
        id === topicPrincipal && scope === queueId && role === 'Storage Queue Data Message Sender',
    );
}
