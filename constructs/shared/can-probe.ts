import type { ResolvedConfig } from '../contract/model-props.ts';

/** Whether a probe can call the scoring API: by an identity of the cloud. Nobody issues a JSON Web Token to a function. */
export function canProbe({
  model,
  environment: { cloud },
}: Pick<ResolvedConfig, 'model' | 'environment'>): boolean {
  return model.serving.online !== undefined && !(cloud.provider === 'aws' && cloud.jwt !== undefined);
}
