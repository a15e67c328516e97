/** Permissions of a member in IAM, as port calls. The words of IAM come from its reference and not from the constructs. */

import { isDeepStrictEqual } from 'node:util';
import {
  blocksOf,
  type LocatedBlock,
  referencesIn,
  type TerraformStacks,
  valueAt,
} from '../../../support/terraform/located.ts';
import type { PortCall, Rights, Startable } from '../reader.ts';
import { functionIn, referredIn, runIn, topicIn } from './names.ts';

/** Roles on a folder, by what they allow (cloud.google.com/storage/docs/access-control/iam-roles). */
const ON_FOLDERS: Readonly<Record<string, readonly ('reads' | 'writes' | 'lists' | 'deletes')[]>> = {
  'roles/storage.objectViewer': ['reads', 'lists'],
  'roles/storage.objectCreator': ['writes'],
  'roles/storage.objectUser': ['reads', 'writes', 'lists', 'deletes'],
};

const PUBLISHED: Readonly<Record<string, PortCall>> = {
  events: 'events.publish',
  retraining: 'events.request',
  predictions: 'predictions.append',
};

/** Permissions behind the calls of the registry's mirror (cloud.google.com/vertex-ai/docs/general/iam-permissions). */
const OF_MIRROR = [
  'aiplatform.models.get',
  'aiplatform.models.list',
  'aiplatform.models.update',
  'aiplatform.models.upload',
];
const MIRROR: readonly PortCall[] = ['registryMirror.show', 'registryMirror.describe'];
/** Roles behind one call, both of them (cloud.google.com/sql/docs/postgres/iam-logins). */
const OF_SOURCE = ['roles/cloudsql.client', 'roles/cloudsql.instanceUser'];
const ONE_INSTANCE =
  /^resource\.type == "sqladmin\.googleapis\.com\/Instance" && resource\.name == "projects\/[\w:.-]+\/instances\/[\w-]+"$/;

/** Needed to run at all: nobody reads or changes the model by it. */
export type RunningRole = 'roles/logging.logWriter' | 'roles/eventarc.eventReceiver';

export interface RoleNeeds {
  readonly running?: readonly RunningRole[];
  /** Whether it is a function, which calls the endpoint and starts nothing. */
  readonly isFunction?: boolean;
}

/** Who a grant is given to: the address of a service account of the stack, or the member as it is written. */
export function granteeOf({ body }: LocatedBlock): string {
  const [account] = referencesIn(body.member).filter((one) => one.startsWith('google_service_account.'));
  return account ?? String(body.member);
}

/** Every grant of a member in all stacks. */
export const grantsIn = (stacks: TerraformStacks): LocatedBlock[] =>
  blocksOf(stacks).filter(({ type }) => /^google_.*_iam_(member|binding|policy)$/.test(type));

/** Everything that a member may do. */
export function rightsIn(stacks: TerraformStacks, grantee: string, needs: RoleNeeds = {}): Rights {
  const grants = grantsIn(stacks).filter((one) => granteeOf(one) === grantee);
  const rights = { reads: [], writes: [], lists: [], deletes: [] } as Record<
    'reads' | 'writes' | 'lists' | 'deletes',
    string[]
  >;
  const calls = new Set<PortCall>();
  const starts = new Set<Startable>();
  const others: string[] = [];
  for (const grant of grants) {
    const explained = explain(stacks, grant, needs);
    if (explained === undefined) others.push(`${String(grant.body.role)} on ${targetOf(grant)}`);
    for (const call of explained?.calls ?? []) calls.add(call);
    for (const start of explained?.starts ?? []) starts.add(start);
    for (const right of explained?.onFolder ?? []) rights[right].push(String(grant.body.managed_folder));
  }
  const database = grants.filter(({ body }) => OF_SOURCE.includes(String(body.role)));
  const conditions = database.map(({ body }) => valueAt(body, 'condition.expression'));
  const isBoth = OF_SOURCE.every((role) => database.some(({ body }) => body.role === role));
  if (isBoth && new Set(conditions).size === 1) calls.add('source.snapshot');
  return { ...rights, calls: [...calls], starts: [...starts], others };
}

interface Explained {
  readonly onFolder?: (typeof ON_FOLDERS)[string];
  readonly calls?: readonly PortCall[];
  readonly starts?: readonly Startable[];
}

/** The meaning of one grant; undefined where it has none for a model. */
function explain(stacks: TerraformStacks, grant: LocatedBlock, needs: RoleNeeds): Explained | undefined {
  const { type, stack, body } = grant;
  const role = String(body.role);
  switch (type) {
    case 'google_storage_managed_folder_iam_member': {
      const isStore = blocksOf(stacks, 'google_storage_bucket').some(
        ({ body: { name } }) => name === body.bucket,
      );
      const onFolder =
        isStore && /^[a-z].*\/$/.test(String(body.managed_folder)) ? ON_FOLDERS[role] : undefined;
      return onFolder && { onFolder };
    }
    case 'google_pubsub_topic_iam_member': {
      const call = PUBLISHED[topicIn(stacks, stack, body.topic) ?? ''];
      return call && role === 'roles/pubsub.publisher' ? { calls: [call] } : undefined;
    }
    case 'google_secret_manager_secret_iam_member': {
      const isOurs = blocksOf(stacks, 'google_secret_manager_secret').some(({ body: secret }) =>
        new RegExp(`^projects/[^/]+/secrets/${String(secret.secret_id)}$`).test(String(body.secret_id)),
      );
      return isOurs && role === 'roles/secretmanager.secretAccessor' ? { calls: ['secret.read'] } : undefined;
    }
    case 'google_cloud_run_v2_service_iam_member': {
      const target = referredIn(stacks, stack, body.name, 'google_cloudfunctions2_function');
      const called = target && functionIn(stacks, target);
      if (called === undefined || role !== 'roles/run.invoker') return undefined;
      return needs.isFunction && called === 'score' ? { calls: ['endpoint.post'] } : { starts: [called] };
    }
    case 'google_project_iam_member':
      return ofProject(stacks, grant, needs);
    default:
      return undefined;
  }
}

function ofProject(stacks: TerraformStacks, { body }: LocatedBlock, needs: RoleNeeds): Explained | undefined {
  const role = String(body.role);
  const custom = blocksOf(stacks, 'google_project_iam_custom_role').find(({ body: { role_id: id } }) =>
    new RegExp(`^projects/[^/]+/roles/${String(id)}$`).test(role),
  );
  if (custom)
    return isDeepStrictEqual([...[custom.body.permissions].flat()].sort(), OF_MIRROR)
      ? { calls: MIRROR }
      : undefined;
  if (OF_SOURCE.includes(role))
    return ONE_INSTANCE.test(String(valueAt(body, 'condition.expression'))) ? {} : undefined;
  if (role === 'roles/workflows.invoker')
    return {
      starts: blocksOf(stacks, 'google_workflows_workflow').flatMap((one) => runIn(one) ?? []),
    };
  return needs.running?.some((one) => one === role) ? {} : undefined;
}

/** The place of a grant in IAM, for findings. */
const targetOf = ({ type, body }: LocatedBlock): string => {
  const place =
    body.managed_folder ?? body.topic ?? body.name ?? body.secret_id ?? body.bucket ?? body.project;
  return `${type.replace(/^google_|_iam_member$/g, '')} ${referencesIn(place)[0] ?? String(place)}`;
};
