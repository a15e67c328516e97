import { beforeAll, describe, expect, it } from 'vitest';
import { FUNCTIONS, type FunctionName, type FunctionUses } from '../../../lambdas/functions.ts';
import { CONDITIONAL_PREFIXES } from '../../../lambdas/stores/conditional-prefixes.ts';
import { narrowRoles } from '../../policy/gcp/identity.ts';
import { synthesizeTerraform } from '../../support/synth-terraform.ts';
import { blocksOf, referencesIn, type TerraformStacks, valueAt } from '../../support/terraform/located.ts';
import { exampleGcpConfig } from './example.ts';

type Grants = Readonly<Record<string, readonly string[]>>;

const folderOf = (key: string): string => key.slice(0, key.lastIndexOf('/') + 1);

/** Roles on folders for the calls of the object store; the one with every right makes the others needless. */
function folderGrants(objects: NonNullable<FunctionUses['objects']>): string[] {
  const { read = [], list = [], create = [], write = [], delete: removed = [] } = objects;
  const isConditional = (key: string) => CONDITIONAL_PREFIXES.some((one) => one === key);
  const users = new Set([...write, ...removed, ...create.filter(isConditional)].map(folderOf));
  const creators = create.map(folderOf).filter((folder) => !users.has(folder));
  const viewers = [...read, ...list].map(folderOf).filter((folder) => !users.has(folder));
  return [
    ...[...users].map((folder) => `objectUser on ${folder}`),
    ...creators.map((folder) => `objectCreator on ${folder}`),
    ...[...viewers, ...creators].map((folder) => `objectViewer on ${folder}`),
  ];
}

/** Roles behind the calls of the other ports. */
const OF_PORTS: Readonly<Record<string, readonly string[]>> = {
  'events.publish': ['publisher on events'],
  'events.request': ['publisher on retraining'],
  'predictions.append': ['publisher on predictions'],
  'secret.read': ['secretAccessor on pseudonyms'],
  'endpoint.post': ['invoker on score'],
  'registryMirror.show': ['mirror on project'],
  'registryMirror.describe': ['mirror on project'],
  'source.snapshot': ['client on instance', 'instanceUser on instance'],
  'notifier.notify': [], // a line of the log
  'online.get': [], // not on this cloud
  'online.put': [],
};

/** Everything that the table of a function asks for. */
function wantedOf(name: FunctionName): readonly string[] {
  const { objects = {}, ...ports }: FunctionUses = FUNCTIONS[name].uses;
  const calls = Object.entries(ports).flatMap(([port, all]) => all.map((call) => `${port}.${call}`));
  const others = calls.flatMap((call) => OF_PORTS[call] ?? [`nothing known for ${call}`]);
  return [...new Set([...folderGrants(objects), ...others])].sort();
}

const TOPICS = [
  [/\.Events_[0-9A-F]{8}\./, 'events'],
  [/\.Events_Requests_/, 'retraining'],
  [/\.PredictionLog_Topic_/, 'predictions'],
] as const;

/** The last words of what a grant is given on. */
function placeOf(type: string, body: Readonly<Record<string, unknown>>): string {
  switch (type) {
    case 'google_storage_managed_folder_iam_member':
      return String(body.managed_folder);
    case 'google_pubsub_topic_iam_member':
      return TOPICS.find(([name]) => name.test(String(body.topic)))?.[1] ?? String(body.topic);
    case 'google_secret_manager_secret_iam_member':
      return /\/bank-marketing-dev-pseudonyms$/.test(String(body.secret_id))
        ? 'pseudonyms'
        : 'another secret';
    case 'google_cloud_run_v2_service_iam_member':
      return /\.ScoringApi_Function_/.test(String(body.name)) ? 'score' : String(body.name);
    case 'google_project_iam_member':
      return /resource\.name == "projects\/[^"]+\/instances\/crm"$/.test(
        String(valueAt(body, 'condition.expression')),
      )
        ? 'instance'
        : 'project';
    default:
      return type;
  }
}

const shortRole = (role: unknown): string => String(role).split(/[./_]/).at(-1) ?? '';

/** Every grant to the identity of each function, in every stack. */
function grantsByFunction(stacks: TerraformStacks): Grants {
  const grants = blocksOf(stacks).filter(({ type }) => /_iam_(member|binding|policy)$/.test(type));
  return Object.fromEntries(
    blocksOf(stacks, 'google_cloudfunctions2_function').map(({ body }) => {
      const [account = ''] = referencesIn(valueAt(body, 'service_config.service_account_email'));
      const name = String(body.name).replace(/^bank-marketing-dev-/, '');
      const given = grants.filter((grant) =>
        referencesIn([grant.body.member, grant.body.members]).includes(account),
      );
      return [
        name,
        given.map((one) => `${shortRole(one.body.role)} on ${placeOf(one.type, one.body)}`).sort(),
      ];
    }),
  );
}

describe('the rights of each function on Google Cloud', () => {
  let stacks: TerraformStacks;
  beforeAll(async () => {
    stacks = synthesizeTerraform(await exampleGcpConfig()).stacks;
  });

  it('equal what the calls of each need, in both directions', () => {
    const granted = grantsByFunction(stacks);
    const names = Object.keys(granted) as FunctionName[];
    expect(names.length).toBeGreaterThan(12);
    expect(granted).toEqual(Object.fromEntries(names.map((name) => [name, wantedOf(name)])));
  });

  it('hold no basic role, and none of an administrator', () => {
    const expectations = { encryption: 'provider', removal: 'destroy', region: 'europe-west3' } as const;
    const { looked, findings } = narrowRoles(stacks, expectations);
    expect(looked).toBeGreaterThan(60);
    expect(findings).toEqual([]);
  });

  const FOLDER = 'google_storage_managed_folder_iam_member';
  const PLANTED = {
    'a grant more': (resource: Editable) => {
      const [like] = Object.values(resource[FOLDER] ?? {}).filter(({ member }) =>
        /Train_Account/.test(String(member)),
      );
      resource.google_project_iam_member = {
        ...resource.google_project_iam_member,
        Planted: { project: 'p', role: 'roles/editor', member: like?.member },
      };
    },
    'a grant less': (resource: Editable) => {
      for (const name of Object.keys(resource[FOLDER] ?? {}))
        if (/^TrainingPipeline_Train_objectUser-snapshots/.test(name)) delete resource[FOLDER]?.[name];
    },
    'a wider role': (resource: Editable) => {
      for (const [name, body] of Object.entries(resource[FOLDER] ?? {}))
        if (/^TrainingPipeline_Train_objectCreator-runs/.test(name)) body.role = 'roles/storage.objectUser';
    },
  };
  type Editable = Record<string, Record<string, Record<string, unknown>>>;

  it.each(Object.entries(PLANTED))('%s is found', (_, plant) => {
    const copy = structuredClone(stacks);
    plant(copy.model?.resource as Editable); // a copy may be written
    expect(grantsByFunction(copy).train).not.toEqual(wantedOf('train'));
    expect(grantsByFunction(copy).score).toEqual(wantedOf('score'));
  });
});
