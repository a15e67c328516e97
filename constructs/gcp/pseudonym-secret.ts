import { SecretManagerSecret } from '@cdktf/provider-google/lib/secret-manager-secret/index.js';
import { SecretManagerSecretVersion } from '@cdktf/provider-google/lib/secret-manager-secret-version/index.js';
import type { Construct } from 'constructs';
import { GCP_NAMES } from '../config/limits/gcp-names.ts';
import type * as contract from '../contract/pseudonym-secret.ts';
import { ephemeralText } from '../shared/cdktf.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import { gcpLabels, gcpName } from '../shared/naming.ts';
import { cloudOf, isRemoved, keyOf } from './place.ts';

const LENGTH = 64;

/**
 * A secret of Secret Manager in the region, whose value Terraform makes while it applies and keeps nowhere: it is in no plan and
 * in no state. It is never replaced, which would part recorded predictions from their outcomes.
 *
 * @example
 * import { ArtifactStore, PseudonymSecret } from 'mlops-blueprint/gcp';
 *
 * const store = new ArtifactStore(stack, 'Store', { config });
 * const secret = new PseudonymSecret(stack, 'Secret', { config });
 * const bindings = { store, secret };
 */
export class PseudonymSecret extends ModelConstruct implements contract.IPseudonymSecret {
  readonly resource: SecretManagerSecret;
  /** `projects/<project>/secrets/<id>`. */
  readonly secretId: string;

  constructor(scope: Construct, id: string, props: contract.PseudonymSecretProps) {
    super(scope, id, props);
    const { config } = props;
    const { project, region } = cloudOf(config);
    const key = keyOf(config);
    const secretId = gcpName(config, 'pseudonyms', GCP_NAMES.secret.most);
    this.resource = new SecretManagerSecret(this, 'Resource', {
      secretId,
      labels: gcpLabels(config),
      deletionProtection: !isRemoved(config),
      replication: {
        userManaged: {
          replicas: [
            {
              location: region,
              ...(key !== undefined && { customerManagedEncryption: { kmsKeyName: key } }),
            },
          ],
        },
      },
    });
    new SecretManagerSecretVersion(this, 'Version', {
      secret: this.resource.id,
      secretDataWo: ephemeralText(this, `${this.node.id}_${this.node.addr.slice(-8)}`, LENGTH),
      secretDataWoVersion: 1,
      deletionPolicy: isRemoved(config) ? 'DELETE' : 'ABANDON',
    });
    this.secretId = `projects/${project}/secrets/${secretId}`;
  }
}
