import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { aws, EncryptionKey, provideKey } from '../../constructs/aws/index.ts';
import { composeData, type ModelData } from '../../constructs/compose-model.ts';
import type { ResolvedConfig } from '../../constructs/config/resolve.ts';

export interface DataStackProps extends StackProps {
  readonly config: ResolvedConfig;
}

/** Resources that a model must not lose: the key, the artifact store, the feature store, the registry, the secret. */
export class DataStack extends Stack {
  readonly data: ModelData;

  constructor(scope: Construct, id: string, { config, ...props }: DataStackProps) {
    super(scope, id, props);
    const { cloud, encryption } = config.environment;
    if (encryption === 'customer' && cloud.provider === 'aws' && cloud.keyArn === undefined)
      provideKey(scope, new EncryptionKey(this, 'EncryptionKey', { config }).resource);
    this.data = composeData(aws, this, config);
  }
}
