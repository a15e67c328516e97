import type { ResolvedConfig } from '../contract/model-props.ts';

/** The block of an environment on Google Cloud. */
export type GcpCloud = Extract<ResolvedConfig['environment']['cloud'], { provider: 'gcp' }>;

/** @throws Error where the environment is on another cloud */
export function cloudOf({ environment: { cloud, name } }: Pick<ResolvedConfig, 'environment'>): GcpCloud {
  if (cloud.provider === 'gcp') return cloud;
  throw new Error(
    `environment '${name}' is on ${cloud.provider}: give it cloud: { provider: 'gcp', project, region }`,
  );
}

/** The customer key of the environment; undefined with the provider's own. */
export const keyOf = (config: Pick<ResolvedConfig, 'environment'>): string | undefined =>
  config.environment.encryption === 'customer' ? cloudOf(config).key : undefined;

/** Whether the data goes with the stack. */
export const isRemoved = ({ environment }: Pick<ResolvedConfig, 'environment'>): boolean =>
  environment.removal === 'destroy';
