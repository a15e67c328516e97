/** What `terraform apply` would make of the model stack: its resources with every reference answered. */

import { join } from 'node:path';
import type { SynthesizedTerraform } from '../../support/synth-terraform.ts';
import type { Body, TerraformConfig } from '../../support/terraform/schema.ts';

/** A function of the stack. */
export interface AppliedFunction {
  /** Name of its unit, `ground-truth`. */
  readonly unit: string;
  /** Name of its service. */
  readonly service: string;
  /** E-mail address of its account. */
  readonly account: string;
  /** File of its archive. */
  readonly archive: string;
  readonly environment: Readonly<Record<string, string>>;
}

export interface AppliedStack {
  readonly functions: readonly AppliedFunction[];
  /** Resources of a type, resolved. */
  all(type: string): readonly Body[];
  /** The one resource of a type whose name ends so. */
  one(type: string, name: string): Body;
}

export const stringOf = (value: unknown): string => String(value ?? '');
/** A block that a resource has at most once. */
export const blockOf = (value: unknown): Body => (Array.isArray(value) ? value[0] : (value ?? {})) as Body;

/** Names of the services of a stack's functions. */
export const servicesOf = ({ stacks }: SynthesizedTerraform): readonly string[] =>
  Object.values(stacks.model.resource?.google_cloudfunctions2_function ?? {}).map(({ name }) =>
    stringOf(name),
  );

/**
 * Reads a synthesized stack.
 *
 * @param urlOf - URL of a service by its name.
 */
export function applyStack(
  { stacks, folders }: SynthesizedTerraform,
  project: string,
  urlOf: (service: string) => string,
): AppliedStack {
  const { resource = {} } = stacks.model;
  const resolve = resolver(stacks.model, project, urlOf);
  const all = (type: string): readonly Body[] =>
    Object.values(resource[type] ?? {}).map((body) => resolve(body) as Body);
  const one = (type: string, end: string): Body => {
    const found = all(type).filter(({ name }) => stringOf(name).endsWith(end));
    if (found[0] === undefined || found.length > 1)
      throw new Error(`${found.length} of ${type} end with ${end}`);
    return found[0];
  };
  const archives = new Map(
    all('google_storage_bucket_object').map(({ name, source }) => [stringOf(name), stringOf(source)]),
  );
  const functions = all('google_cloudfunctions2_function').map((body): AppliedFunction => {
    const settings = blockOf(body.service_config);
    const { object } = blockOf(blockOf(blockOf(body.build_config).source).storage_source);
    return {
      unit: stringOf(/^code\/([\w-]+)-[0-9a-f]{64}\.zip$/.exec(stringOf(object))?.[1]),
      service: stringOf(body.name),
      account: stringOf(settings.service_account_email),
      archive: join(folders.model, stringOf(archives.get(stringOf(object)))),
      environment: settings.environment_variables as Readonly<Record<string, string>>,
    };
  });
  return { functions, all, one };
}

/** Answers the references of a value as Terraform does after an apply, and takes escapes off. */
function resolver(
  { resource = {}, data = {} }: TerraformConfig,
  project: string,
  urlOf: (service: string) => string,
) {
  const answerTo = (reference: string): string => {
    const [, kind = '', type = '', name = '', attribute = ''] =
      /^(data\.)?(\w+)\.([\w-]+)\.([\w[\].]+)$/.exec(reference) ?? [];
    const body = (kind === '' ? resource : data)[type]?.[name];
    if (body === undefined) throw new Error(`nothing is called ${reference}`);
    const own = stringOf(body.name);
    const email = `${stringOf(body.account_id)}@${project}.iam.gserviceaccount.com`;
    const values: Readonly<Record<string, string>> = {
      'google_pubsub_topic.id': `projects/${project}/topics/${own}`,
      'google_pubsub_topic.name': own,
      'google_pubsub_subscription.name': own,
      'google_cloudfunctions2_function.name': own,
      'google_cloudfunctions2_function.service_config[0].uri':
        type === 'google_cloudfunctions2_function' ? urlOf(own) : '',
      'google_service_account.email': email,
      'google_service_account.member': `serviceAccount:${email}`,
      'google_service_account.id': `projects/${project}/serviceAccounts/${email}`,
      'google_service_account.name': `projects/${project}/serviceAccounts/${email}`,
      'google_storage_bucket_object.name': own,
      'google_artifact_registry_repository.id': `projects/${project}/repositories/${stringOf(body.repository_id)}`,
      'google_workflows_workflow.id': `projects/${project}/locations/${stringOf(body.region)}/workflows/${own}`,
      'google_monitoring_notification_channel.id': `projects/${project}/notificationChannels/${name}`,
      'google_project.number': '123456789012',
    };
    const found = values[`${type}.${attribute}`];
    if (found === undefined) throw new Error(`nobody knows ${reference}`);
    return found;
  };
  const resolve = (value: unknown): unknown => {
    if (typeof value === 'string')
      return value.replaceAll(/([$%])\1\{|\$\{([^}]*)\}/g, (_, escaped?: string, reference?: string) =>
        escaped === undefined ? answerTo(stringOf(reference)) : `${escaped}{`,
      );
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key]) => key !== 'depends_on' && key !== '//')
        .map(([key, one]) => [key, resolve(one)]),
    );
  };
  return resolve;
}
