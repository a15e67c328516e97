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
