import { KEY_FIELDS } from '../../../policy/gcp/data-at-rest.ts';
import {
  blocksOf,
  bodiesAt,
  type LocatedBlock,
  referencesIn,
  type TerraformStacks,
  valueAt,
  valuesAt,
} from '../../../support/terraform/located.ts';
import type { AtRest, Fact, Store, TemplateReader } from '../reader.ts';
import { addressOf } from './names.ts';

/** The bucket. */
export const bucketsOf = (stacks: TerraformStacks): Store[] =>
  blocksOf(stacks, 'google_storage_bucket').map(({ id, body }) => ({
    id,
    isPublic: body.public_access_prevention !== 'enforced' || body.uniform_bucket_level_access !== true,
    takesPlainHttp: true,
    isVersioned: valueAt(body, 'versioning.enabled') === true,
    expiries: daysByPrefix(body, 'LIVE', 'age'),
    oldVersionDays: daysByPrefix(body, 'ARCHIVED', 'days_since_noncurrent_time'),
    clearsMarkers: undefined,
  }));

/** Days of the rules that delete objects of one state (cloud.google.com/storage/docs/lifecycle#conditions). */
function daysByPrefix(body: LocatedBlock['body'], state: string, days: string): Record<string, number> {
  const rules = bodiesAt(body, 'lifecycle_rule').filter(
    (rule) => valueAt(rule, 'action.type') === 'Delete' && valueAt(rule, 'condition.with_state') === state,
  );
  return Object.fromEntries(
    rules.flatMap((rule) => {
      const prefixes = [valueAt(rule, 'condition.matches_prefix') ?? ''].flat();
      return prefixes.map((prefix) => [String(prefix), Number(valueAt(rule, `condition.${days}`))] as const);
    }),
  );
}

/** Everything that can have a key of the customer. Google encrypts all of it in any case. */
export const keysOf = (stacks: TerraformStacks): AtRest[] =>
  blocksOf(stacks, ...Object.keys(KEY_FIELDS)).map(({ id, type, body }) => ({
    id,
    key: valuesAt(body, KEY_FIELDS[type] ?? '').length > 0 ? 'customer' : 'provider',
  }));

/** Resources that hold data, and the values by which they outlive their stack. */
const KEPT_BY: Readonly<Record<string, readonly [field: string, kept: unknown]>> = {
  google_storage_bucket: ['force_destroy', false],
  google_storage_managed_folder: ['force_destroy', false],
  google_bigquery_dataset: ['delete_contents_on_destroy', false],
  google_secret_manager_secret: ['deletion_protection', true],
  google_secret_manager_secret_version: ['deletion_policy', 'ABANDON'],
};

export const keptIn = (stacks: TerraformStacks): ReturnType<TemplateReader['stateful']> =>
  blocksOf(stacks, ...Object.keys(KEPT_BY)).map(({ id, type, body }) => {
    const [field, kept] = KEPT_BY[type] ?? ['', undefined];
    return { id, stays: body[field] === kept };
  });

interface Log extends Fact {
  readonly service: string;
  readonly days: number | undefined;
  readonly stays: boolean;
}

/**
 * The lines of each function that a sink sends to a bucket of the log, by the name of its service; no other bucket keeps them.
 */
export function logsOf(stacks: TerraformStacks): Log[] {
  return blocksOf(stacks, 'google_logging_project_sink').flatMap(({ body }) => {
    const bucket = blocksOf(stacks, 'google_logging_project_bucket_config').find(
      ({ body: { bucket_id: id } }) => String(body.destination).endsWith(`/buckets/${String(id)}`),
    );
    const isLeftOut = blocksOf(stacks, 'google_logging_project_exclusion').some(
      (exclusion) => exclusion.body.filter === body.filter && exclusion.body.disabled !== true,
    );
    if (bucket === undefined || !isLeftOut) return [];
    const { retention_days: days } = bucket.body;
    return servicesIn(String(body.filter)).map((service) => ({
      id: `${bucket.id}/${service}`,
      service,
      days: typeof days === 'number' ? days : undefined,
      stays: true, // its name does, for seven days: cloud.google.com/logging/docs/buckets#delete-bucket
    }));
  });
}

function servicesIn(filter: string): string[] {
  const [, names = ''] = /resource\.labels\.service_name=\(([^)]*)\)/.exec(filter) ?? [];
  return [...names.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name);
}

/** E-mail addresses of channels, by the address of the channel. */
export function mailboxesOf(stacks: TerraformStacks): ReadonlyMap<string, string> {
  return new Map(
    blocksOf(stacks, 'google_monitoring_notification_channel')
      .filter(({ body }) => body.type === 'email' && body.enabled !== false)
      .map((channel) => [addressOf(channel), String(valueAt(channel.body, 'labels.email_address'))]),
  );
}

/** Those who get the messages of functions: a policy on lines of the log sends them. */
export const recipientsIn = (stacks: TerraformStacks): ReturnType<TemplateReader['people']> =>
  blocksOf(stacks, 'google_monitoring_alert_policy')
    .filter(({ body }) => valueAt(body, 'conditions.condition_matched_log.filter') !== undefined)
    .flatMap(({ id, body }) =>
      referencesIn(body.notification_channels).flatMap((channel) => {
        const address = mailboxesOf(stacks).get(channel);
        return address === undefined ? [] : [{ id, address }];
      }),
    );
