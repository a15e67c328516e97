import { beforeAll, describe, expect, it } from 'vitest';
import { ARTIFACT_ACTIONS, OBJECT_ACTIONS } from '../../../constructs/azure/permissions/objects.ts';
import { MIRROR_ACTIONS, PORT_RIGHTS } from '../../../constructs/azure/permissions/ports.ts';
import { SERVICE_RIGHTS } from '../../../constructs/azure/permissions/services.ts';
import { APPS, type AppName } from '../../../lambdas/apps.ts';
import { FUNCTIONS, type FunctionUses, type ObjectCall } from '../../../lambdas/functions.ts';
import { appOfSite, assignmentsOf, sitesOf } from '../../policy/azure/check.ts';
import { type Condition, readCondition } from '../../support/azure/conditions.ts';
import { blocksOf, referencesIn, type TerraformStacks, valueAt } from '../../support/terraform/located.ts';
import { synthesizeAzure } from '../../support/terraform/synth.ts';

const BLOBS = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs';
/** Calls of the object store, by what Azure asks the condition. A write asks for two actions. */
const QUESTIONS = {
  read: (key: string, allows: Condition) =>
    allows({ action: `${BLOBS}/read`, attributes: { [`@Resource[${BLOBS}:path]`]: key } }),
  list: (key: string, allows: Condition) =>
    allows({
      action: `${BLOBS}/read`,
      subOperation: 'Blob.List',
      attributes: { [`@Request[${BLOBS}:prefix]`]: key },
    }),
  write: (key: string, allows: Condition) =>
    ['write', 'add/action'].every((action) =>
      allows({ action: `${BLOBS}/${action}`, attributes: { [`@Resource[${BLOBS}:path]`]: key } }),
    ),
} as const;
type Question = keyof typeof QUESTIONS;

/** Azure has one right to write. A key that is made on a condition is read too, where the write got no answer. */
const ASKED: Readonly<Record<ObjectCall, readonly Question[]>> = {
  read: ['read'],
  list: ['list'],
  write: ['write'],
  create: ['read', 'write'],
  delete: [],
};

/** Every prefix that any function uses, and some that none does. */
const PREFIXES = [
  ...new Set(
    Object.values(FUNCTIONS).flatMap(({ uses }: { readonly uses: FunctionUses }) => [
      ...Object.values(uses.objects ?? {}).flat(),
      ...(uses.predictions ? ['predictions/'] : []),
    ]),
  ),
  'elsewhere/',
  'model/',
  'release',
  '',
];
const KEYS = PREFIXES.map((prefix) => (prefix.endsWith('/') ? `${prefix}a/b.json` : prefix));

/** Calls that an app's functions make, as `write release/state.json`, one for each key that a prefix allows. */
function usedOf(app: AppName): readonly string[] {
  const uses: readonly FunctionUses[] = APPS[app].functions.map((name) => FUNCTIONS[name].uses);
  const wanted = uses.flatMap(({ objects = {}, predictions }) => [
    ...(Object.entries(objects) as [ObjectCall, readonly string[]][]),
    ...(predictions ? [['write', ['predictions/']] as [ObjectCall, readonly string[]]] : []),
  ]);
  return allowedBy((question, key) =>
    wanted.some(
      ([call, prefixes]) =>
        ASKED[call].includes(question) &&
        prefixes.some((prefix) => (prefix.endsWith('/') ? key.startsWith(prefix) : key === prefix)),
    ),
  );
}

const allowedBy = (allows: (question: Question, key: string) => boolean): readonly string[] =>
  (Object.keys(QUESTIONS) as Question[])
    .flatMap((question) => KEYS.filter((key) => allows(question, key)).map((key) => `${question} ${key}`))
    .sort();

/** Roles on other resources that the port calls of an app need, as `role on last word of the resource`. */
function rolesOf(app: AppName): readonly string[] {
  const ports = new Set(APPS[app].functions.flatMap((name) => Object.keys(FUNCTIONS[name].uses)));
  return [
    ...(ports.has('events') ? [`${PORT_RIGHTS['events.publish'][0].role} on topic`] : []),
    ...(ports.has('secret') ? [`${PORT_RIGHTS['secret.read'][0].role} on pseudonyms`] : []),
    ...(ports.has('registryMirror') ? ['models on workspace'] : []),
  ].sort();
}

interface Granted {
  readonly app: AppName;
  readonly conditions: readonly string[];
  readonly roles: readonly string[];
}

const ON_HOST: readonly string[] = [
  SERVICE_RIGHTS.hostBlobs.role,
  SERVICE_RIGHTS.hostQueues.role,
  SERVICE_RIGHTS.hostTables.role,
  SERVICE_RIGHTS.writeTelemetry.role,
];

/** Everything that the identity of each app has, in every stack, without the rights of its host. */
function grantedIn(stacks: TerraformStacks): readonly Granted[] {
  const [artifacts, models] = ['ArtifactStore_', 'ModelRegistry_'].map((start) =>
    String(
      blocksOf(stacks, 'azurerm_role_definition').find(({ name }) => name.startsWith(start))?.body
        .role_definition_id,
    ),
  );
  return sitesOf(stacks).map((site) => {
    const [identity = ''] = referencesIn(valueAt(site.body, 'identity.identity_ids'));
    const own = assignmentsOf(stacks).filter(({ body }) =>
      referencesIn(body.principal_id).includes(identity),
    );
    const roleIn = (body: Readonly<Record<string, unknown>>) =>
      String(body.role_definition_id).split('/').at(-1);
    return {
      app: appOfSite(site),
      conditions: own
        .filter(({ body }) => roleIn(body) === artifacts)
        .map(({ body }) => String(body.condition)),
      roles: own
        .filter(
          ({ body }) => roleIn(body) !== artifacts && !ON_HOST.includes(String(body.role_definition_name)),
        )
        .map(({ body }) => {
          const role = roleIn(body) === models ? 'models' : String(body.role_definition_name);
          const [scope] =
            /azurerm_eventgrid_topic|\/secrets\/\w+$|\/workspaces\/[\w-]+$/.exec(String(body.scope)) ?? [];
          const on = scope
            ?.replace('azurerm_eventgrid_topic', 'topic')
            .replace(/^\/workspaces\/.*/, 'workspace');
          return `${role} on ${on?.replace('/secrets/', '') ?? String(body.scope)}`;
        })
        .sort(),
    };
  });
}

describe('the rights of each app on Azure', () => {
  let stacks: TerraformStacks;
  beforeAll(async () => {
    const { data, model } = await synthesizeAzure('prod');
    stacks = { data, model };
  });

  it('let its functions do exactly what their table says, with each key of the artifact store', () => {
    const granted = grantedIn(stacks);
    expect(granted.map(({ app }) => app).sort()).toEqual(
      ['batch', 'monitor', 'pipeline', 'probe', 'release', 'scoring'].sort(),
    );
    for (const { app, conditions } of granted) {
      expect(conditions, app).toHaveLength(1);
      const allows = readCondition(conditions[0] ?? '');
      expect(
        allowedBy((question, key) => QUESTIONS[question](key, allows)),
        app,
      ).toEqual(usedOf(app));
    }
  });

  it('name the roles of the other ports of an app, and no more', () => {
    for (const { app, roles } of grantedIn(stacks)) expect(roles, app).toEqual(rolesOf(app));
  });

  it('come from roles of the model with exactly the actions of the calls', () => {
    const actions = blocksOf(stacks, 'azurerm_role_definition').map(({ body }) => [
      ...[valueAt(body, 'permissions.actions')].flat(),
      ...[valueAt(body, 'permissions.data_actions') ?? []].flat(),
    ]);
    const used = new Set(
      Object.values(FUNCTIONS).flatMap(({ uses }: { readonly uses: FunctionUses }) =>
        (Object.keys(uses.objects ?? {}) as ObjectCall[]).flatMap(
          (call) => OBJECT_ACTIONS[`objects.${call}`],
        ),
      ),
    );
    expect([...used].sort()).toEqual([...ARTIFACT_ACTIONS].sort());
    expect(actions).toEqual([[...ARTIFACT_ACTIONS], [...MIRROR_ACTIONS]]);
  });

  it.each<[what: string, change: (condition: string) => string]>([
    ['more', (condition) => condition.replace("StringStartsWith 'runs/'", "StringStartsWith 'r'")],
    ['less', (condition) => condition.replace("StringStartsWith 'runs/'", "StringStartsWith 'walks/'")],
  ])('differ from the table where a condition allows %s', (_, change) => {
    const pipeline = grantedIn(stacks).find(({ app }) => app === 'pipeline');
    const condition = change(pipeline?.conditions[0] ?? '');
    expect(condition).not.toBe(pipeline?.conditions[0]);
    const allows = readCondition(condition);
    expect(allowedBy((question, key) => QUESTIONS[question](key, allows))).not.toEqual(usedOf('pipeline'));
  });
});
