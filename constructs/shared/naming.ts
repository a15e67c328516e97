import { createHash } from 'node:crypto';
import { labelKey } from '../config/limits/gcp-labels.ts';
import { GCP_NAMES } from '../config/limits/gcp-names.ts';
import type { MODEL_TAGS } from '../config/model-tags.ts';
import { partName, shortName } from '../config/short-name.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';

/** `<model>-<environment>`: the part of a name that is the same on every cloud. */
export function nameOf({ model }: Pick<ResolvedConfig, 'model'>): string {
  return `${model.name}-${model.environment}`;
}

/** The feature group of this model's feature version; a new version is a new group beside the old one. */
export function featureGroupName(config: Pick<ResolvedConfig, 'model'>): string {
  return `${nameOf(config)}-v${config.model.features.version}`;
}

/** Tags that identify the resources of a model: a budget counts by them. */
export function modelTags({
  model,
}: Pick<ResolvedConfig, 'model'>): Readonly<Record<(typeof MODEL_TAGS)[number], string>> {
  return { 'mlops:model': model.name, 'mlops:environment': model.environment };
}

/** Tags of every resource of a model, in neutral spelling: those of its environment and of the model itself. */
export function tagsOf(
  config: Pick<ResolvedConfig, 'environment' | 'model'>,
): Readonly<Record<string, string>> {
  return { ...config.environment.tags, ...modelTags(config) };
}

/** Labels of every resource of a model on Google Cloud, made of its tags. The limits have refused what is not a label. */
export function gcpLabels(
  config: Pick<ResolvedConfig, 'environment' | 'model'>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(tagsOf(config)).map(([name, value]) => [labelKey(name), value]));
}

/**
 * Returns `<model>-<environment>-<part>` on Google Cloud. A longer name keeps the part and gets six digits of a digest.
 *
 * @param max - Characters of the longest name, at least 8: one of `GCP_NAMES`.
 */
export const gcpName = ({ model }: Pick<ResolvedConfig, 'model'>, part: string, max: number): string =>
  partName(model.name, model.environment, part, max);

/** Returns {@link gcpName} for names that have no dashes: custom roles and datasets. */
export const gcpIdentifier = (config: Pick<ResolvedConfig, 'model'>, part: string, max: number): string =>
  gcpName(config, part, max).replaceAll('-', '_');

/** Returns the name of a model's bucket. Names of buckets are global, so that it holds the project's id. */
export const gcpBucketName = (config: Pick<ResolvedConfig, 'model'>, project: string): string =>
  shortName(`${project}-${nameOf(config)}`, GCP_NAMES.bucket.most);

/** Letters and digits of an account's name: 14 of model, environment and part, 10 of a digest. The limit is 24. */
const ACCOUNT = { letters: 14, digits: 10 } as const;

/**
 * Returns `<model>-<environment>-<part>` on Azure. A longer name keeps the part and gets six digits of a digest.
 *
 * @param max - Characters of the longest name, at least 8.
 */
export const azureName = ({ model }: Pick<ResolvedConfig, 'model'>, part: string, max: number): string =>
  partName(model.name, model.environment, part, max);

/**
 * Returns the name of an account of Azure Storage, 3 to 24 letters and digits. It is global, so that it holds a digest of the
 * subscription (learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftstorage).
 *
 * @param part - The account's purpose, which stays in the name; `''` for the artifact store.
 */
export function azureAccountName(
  config: Pick<ResolvedConfig, 'model'>,
  subscription: string,
  part: string,
): string {
  const whole = nameOf(config);
  const end = part.replaceAll('-', '').slice(0, ACCOUNT.letters);
  const start = whole.replaceAll('-', '').slice(0, ACCOUNT.letters - end.length);
  const path = [subscription, whole, ...(part === '' ? [] : [part])].join('/');
  return `${start}${end}${digestOf(path).slice(0, ACCOUNT.digits)}`;
}

/** Returns a name that is global: {@link azureName} with six digits of a digest of the subscription at its end. */
export function azureGlobalName(
  config: Pick<ResolvedConfig, 'model'>,
  subscription: string,
  part: string,
  max: number,
): string {
  const digits = digestOf(`${subscription}/${nameOf(config)}/${part}`).slice(0, GLOBAL_DIGITS);
  return `${azureName(config, part, max - GLOBAL_DIGITS - 1)}-${digits}`;
}

const GLOBAL_DIGITS = 6;

/** Returns a UUID made of a digest, for names that must be one and must not change. */
export function azureUuid(text: string): string {
  const [, ...parts] = /^(.{8})(.{4})(.{4})(.{4})(.{12})/.exec(digestOf(text)) ?? [];
  return parts.join('-');
}

/**
 * Tags of every resource of a model on Azure. The API refuses `<>%&\?/` in their names
 * (learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations).
 */
export const azureTags = (
  config: Pick<ResolvedConfig, 'environment' | 'model'>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(tagsOf(config)).map(([key, value]) => [key.replaceAll(/[<>%&\\?/]/g, '-'), value]),
  );

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');
