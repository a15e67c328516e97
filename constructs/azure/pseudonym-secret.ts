import type { Secret } from '@azure/arm-keyvault';
import type { KeyVault } from '@cdktf/provider-azurerm/lib/key-vault/index.js';
import type { Construct } from 'constructs';
import type * as contract from '../contract/pseudonym-secret.ts';
import { AzapiAction } from '../shared/azapi.ts';
import { ephemeralText } from '../shared/cdktf.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import { armId, isRemoved } from './place.ts';
import { vault, vaultName } from './vault.ts';

const LENGTH = 64;
const NAME = 'pseudonyms';
/** Version of the API of Microsoft.KeyVault that azapi 2.12 knows, other than previews. */
const VAULT_API = '2025-05-01';
/** A new number would send another value, and part recorded predictions from their outcomes. */
const VALUE_VERSION = '1';

type SecretBody = { readonly properties: Pick<Secret['properties'], 'attributes' | 'value'> };

/**
 * A secret in a vault of its own, whose value Terraform makes while it applies and keeps nowhere: it is in no plan and in no state.
 * It is put by Azure Resource Manager, so that who deploys needs no right to read it. The value is sent once: later deployments send
 * nothing, because its version stays (`sensitive_body_version` of azapi). It goes with its vault, for the API deletes no secret
 * (github.com/Azure/terraform-provider-azapi/issues/879).
 *
 * @example
 * import { ArtifactStore, PseudonymSecret } from 'mlops-blueprint/azure';
 *
 * const store = new ArtifactStore(stack, 'Store', { config });
 * const secret = new PseudonymSecret(stack, 'Secret', { config });
 * const bindings = { store, secret };
 */
export class PseudonymSecret extends ModelConstruct implements contract.IPseudonymSecret {
  readonly resource: KeyVault;
  /** ARM id of the secret, a text. */
  readonly id: string;
  /** Address that functions read, a text: the newest version. */
  readonly secretUrl: string;

  constructor(scope: Construct, id: string, props: contract.PseudonymSecretProps) {
    super(scope, id, props);
    const { config } = props;
    const part = 'secrets';
    this.resource = vault(this, 'Resource', { config, part, kept: !isRemoved(config) });
    const name = vaultName(config, part);
    this.id = `${armId(config, 'Microsoft.KeyVault/vaults', name)}/secrets/${NAME}`;
    this.secretUrl = `https://${name}.vault.azure.net/secrets/${NAME}`;
    const value = ephemeralText(this, `${this.node.id}_${this.node.addr.slice(-8)}`, LENGTH);
    new AzapiAction(this, 'Value', {
      type: `Microsoft.KeyVault/vaults/secrets@${VAULT_API}`,
      resourceId: `${this.resource.id}/secrets/${NAME}`,
      method: 'PUT',
      body: { properties: { attributes: { enabled: true } } } satisfies SecretBody,
      sensitiveBody: { properties: { value } } satisfies SecretBody,
      sensitiveVersion: { 'properties.value': VALUE_VERSION },
      // Another version of the API would put the secret again, without its value.
      lifecycle: { ignoreChanges: ['type', 'body'] },
    });
  }
}
