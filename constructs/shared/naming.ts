import type { MODEL_TAGS } from '../config/model-tags.ts';
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
