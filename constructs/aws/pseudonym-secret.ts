import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type * as contract from '../contract/pseudonym-secret.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import { acknowledge } from './acknowledge.ts';
import { keyFor } from './encryption-key.ts';
import { removalOf } from './removal.ts';

export interface PseudonymSecretProps extends contract.PseudonymSecretProps {
  /** @default - the environment's key, or AWS's own */
  readonly encryptionKey?: IKey;
}

/**
 * A generated secret of Secrets Manager: no template, no log and no person has it.
 *
 * @example
 * import { ArtifactStore, PseudonymSecret } from 'mlops-blueprint/aws';
 *
 * const store = new ArtifactStore(stack, 'Store', { config });
 * const secret = new PseudonymSecret(stack, 'Secret', { config });
 * const bindings = { store, secret };
 */
export class PseudonymSecret extends ModelConstruct implements contract.IPseudonymSecret {
  readonly resource: Secret;
  readonly secretId: string;

  constructor(scope: Construct, id: string, props: PseudonymSecretProps) {
    super(scope, id, props);
    const { config } = props;
    const key = keyFor(this, config, props.encryptionKey);
    this.resource = new Secret(this, 'Resource', {
      description: `pseudonyms of ${config.model.name} in ${config.model.environment}`,
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: removalOf(config),
      ...(key && { encryptionKey: key }),
    });
    acknowledge(
      this.resource,
      'AwsSolutions-SMG4',
      'a rotated secret would part every recorded prediction from its outcome, which is joined by the pseudonym',
    );
    this.secretId = this.resource.secretArn;
  }
}
