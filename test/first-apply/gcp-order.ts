/** Resources that are made before what they need: rights, identities of services, and APIs take their time. */

import { grantsOf, membersOf } from '../policy/gcp/check.ts';
import {
  blocksOf,
  dependenciesOf,
  type LocatedBlock,
  referencesIn,
  type TerraformStacks,
  valueAt,
} from '../support/terraform/located.ts';
import { AGENTS, APIS } from './gcp-services.ts';

const dependsOnType = (block: LocatedBlock, stacks: TerraformStacks, type: RegExp): boolean =>
  [...dependenciesOf(block, stacks)].some((one) => type.test(one));

/** Functions whose builder may not build yet: its bindings come later than the function. */
export function earlyBuilds(stacks: TerraformStacks): string[] {
  return blocksOf(stacks, 'google_cloudfunctions2_function').flatMap((one) => {
    const [builder] = referencesIn(valueAt(one.body, 'build_config.service_account'));
    const bindings = grantsOf(blocksOf(stacks)).filter((grant) =>
      membersOf(grant).some((member) => referencesIn(member).includes(builder ?? '')),
    );
    const before = dependenciesOf(one, stacks);
    return [
      ...(builder === undefined ? [`${one.id} is built by the default account`] : []),
      ...(bindings.length < 3 ? [`${one.id}: its builder has ${bindings.length} of three rights`] : []),
      ...bindings
        .filter(({ type, name }) => !before.has(`${type}.${name}`))
        .map(({ id }) => `${one.id} is built before ${id}`),
      ...(dependsOnType(one, stacks, /^time_sleep\./) ? [] : [`${one.id} does not wait for IAM`]),
    ];
  });
}

/** Types that call something by a right that was just given. */
const CALLERS = ['google_cloud_scheduler_job', 'google_eventarc_trigger'] as const;

/** Whether a resource waits by itself for a pause after a grant: through its target it would wait for other grants too. */
function waitsForGrant({ stack, body }: LocatedBlock, stacks: TerraformStacks): boolean {
  const pauses = stacks[stack]?.resource?.time_sleep ?? {};
  return [body.depends_on ?? []]
    .flat()
    .map((one) => pauses[String(one).replace(/^time_sleep\./, '')])
    .some((pause) =>
      /google_(cloud_run_v2_service|project)_iam_member\./.test(JSON.stringify(pause?.depends_on ?? '')),
    );
}

/** Schedules, triggers and pushes that call before IAM knows their right. */
export function earlyCalls(stacks: TerraformStacks): string[] {
  const pushes = blocksOf(stacks, 'google_pubsub_subscription').filter(
    ({ body }) => body.push_config !== undefined,
  );
  return [...blocksOf(stacks, ...CALLERS), ...pushes]
    .filter((one) => !waitsForGrant(one, stacks))
    .map(({ id }) => `${id} calls before its right is known`);
}

/** Grants to the identity of a service that has no resource yet. Grants on a key come first by their nature. */
export function earlyAgents(stacks: TerraformStacks): string[] {
  return grantsOf(blocksOf(stacks))
    .filter(({ type }) => !type.startsWith('google_kms_'))
    .flatMap((grant) =>
      Object.entries(AGENTS)
        .filter(([domain]) => membersOf(grant).some((member) => member.includes(`@${domain}.`)))
        .filter(([, types]) => !dependsOnType(grant, stacks, types))
        .map(([domain]) => `${grant.id} names ${domain} before it is there`),
    );
}

/** Identities that encrypt for each type of resource, as a grant names them. */
const ENCRYPTS: readonly (readonly [types: RegExp, ...identities: RegExp[]])[] = [
  [/^google_storage_/, /google_storage_project_service_account/],
  [/^google_bigquery_/, /google_bigquery_default_service_account/],
  [/^google_pubsub_/, /@gcp-sa-pubsub\./],
  [/^google_secret_manager_/, /@gcp-sa-secretmanager\./],
  [/^google_artifact_registry_/, /@gcp-sa-artifactregistry\./],
  [/^google_cloudfunctions2_/, /@gcf-admin-robot\./, /@serverless-robot-prod\./],
  [/^google_workflows_/, /@gcp-sa-workflows\./],
  [/^google_logging_/, /google_logging_project_cmek_settings/],
];

/** Resources with a customer key whose service has no grant on it. The grants outlast each model, in a stack of their own. */
export function missingKeyGrants(stacks: TerraformStacks): string[] {
  const grants = blocksOf(stacks, 'google_kms_crypto_key_iam_member');
  const granted = grants.flatMap(membersOf).join(' ');
  const encrypted = blocksOf(stacks).filter(
    ({ type, body }) => !/_iam_/.test(type) && /cryptoKeys\//.test(JSON.stringify(body)),
  );
  return [
    ...encrypted.flatMap(({ id, type }) => {
      const [, ...identities] = ENCRYPTS.find(([types]) => types.test(type)) ?? [/^$/, /^$/];
      return identities.every((identity) => identity.test(granted))
        ? []
        : [`${id} is encrypted by a service that may not use the key`];
    }),
    ...grants
      .filter(({ stack, body }) => stack !== 'key' || !/"prevent_destroy":true/.test(JSON.stringify(body)))
      .map(({ id }) => `${id} goes with one model, and others need it`),
  ];
}

/** APIs that nothing switches on, and resources that do not wait for them. */
export function missingApis(stacks: TerraformStacks): string[] {
  const services = blocksOf(stacks, 'google_project_service');
  const on = new Set(services.map(({ body }) => String(body.service)));
  const needed = [
    ...new Set(blocksOf(stacks).flatMap(({ type }) => APIS.find(([types]) => types.test(type))?.[1] ?? [])),
  ];
  const unknown = blocksOf(stacks).filter(
    ({ type }) => /^google_/.test(type) && !APIS.some(([types]) => types.test(type)),
  );
  const withServices = new Set(services.map(({ stack }) => stack));
  return [
    ...needed.filter((api) => !on.has(api)).map((api) => `${api} is not switched on`),
    ...unknown.map(({ id }) => `the API of ${id} is in no list`),
    ...services
      .filter(({ body }) => body.disable_on_destroy !== false)
      .map(({ id }) => `${id} is switched off again`),
    ...blocksOf(stacks)
      .filter(
        ({ stack, type }) =>
          withServices.has(stack) && type !== 'google_project_service' && type !== 'time_sleep',
      )
      .filter(
        (one) =>
          !dependsOnType(one, stacks, /^google_project_service\./) ||
          !dependsOnType(one, stacks, /^time_sleep\./),
      )
      .map(({ id }) => `${id} does not wait for its API`),
    ...[...withServices].flatMap((stack) =>
      Object.entries(stacks[stack]?.data ?? {}).flatMap(([type, instances]) =>
        Object.entries(instances)
          .filter(([, body]) => body.depends_on === undefined)
          .map(([name]) => `${stack}/data.${type}.${name} is read before its API is on`),
      ),
    ),
  ];
}
