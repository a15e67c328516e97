import type { ResolvedConfig } from '../contract/model-props.ts';

/** `<model>-<environment>`: the part of a name that is the same on every cloud. */
export function nameOf({ model }: Pick<ResolvedConfig, 'model'>): string {
  return `${model.name}-${model.environment}`;
}

/** The feature group of this model's feature version; a new version is a new group beside the old one. */
export function featureGroupName(config: Pick<ResolvedConfig, 'model'>): string {
  return `${nameOf(config)}-v${config.model.features.version}`;
}
