import { DataGoogleLoggingProjectCmekSettings } from '@cdktf/provider-google/lib/data-google-logging-project-cmek-settings/index.js';
import { KmsCryptoKeyIamMember } from '@cdktf/provider-google/lib/kms-crypto-key-iam-member/index.js';
import { Construct } from 'constructs';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { Sleep, type TerraformResource } from '../shared/cdktf.ts';
import { oncePerStack } from './once.ts';
import { SERVICE_RIGHTS } from './permissions/services.ts';
import { cloudOf, keyOf } from './place.ts';
import { agentOf, projectNumber, type ServiceAgent } from './service-agents.ts';

/** Services that encrypt by the customer's key. BigQuery and Logging have identities of other forms. */
type Encrypting = ServiceAgent | 'bigquery' | 'logging';

/** Changes of IAM are known everywhere within minutes (cloud.google.com/iam/docs/access-change-propagation). */
const PROPAGATION_SEC = 60;

/**
 * Allows services of the project to use the environment's key, before they encrypt anything by it
 * (cloud.google.com/kms/docs/cmek#cmek-service-agents).
 *
 * @returns what the encrypted resource depends on; nothing with the provider's own key
 */
export function encryptsBy(
  scope: Construct,
  config: ResolvedConfig,
  ...services: readonly Encrypting[]
): TerraformResource[] {
  const key = keyOf(config);
  if (key === undefined) return [];
  return services.map((service) => {
    const grants = oncePerStack(scope, 'KeyGrants', (stack) => new Construct(stack, 'KeyGrants'));
    const known = grants.node.tryFindChild(`${service}-wait`);
    if (known !== undefined) return known as Sleep; // made below
    const member = new KmsCryptoKeyIamMember(grants, service, {
      cryptoKeyId: key,
      role: SERVICE_RIGHTS.encrypt.role,
      member: memberOf(grants, config, service),
    });
    return new Sleep(grants, `${service}-wait`, {
      seconds: PROPAGATION_SEC,
      triggers: { member: member.member },
      dependsOn: [member],
    });
  });
}

function memberOf(scope: Construct, config: ResolvedConfig, service: Encrypting): string {
  if (service === 'bigquery')
    return `serviceAccount:bq-${projectNumber(scope, config)}@bigquery-encryption.iam.gserviceaccount.com`;
  if (service !== 'logging') return agentOf(scope, config, service);
  const settings = new DataGoogleLoggingProjectCmekSettings(scope, 'LoggingSettings', {
    project: cloudOf(config).project,
  });
  return `serviceAccount:${settings.serviceAccountId}`;
}
