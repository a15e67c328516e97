import { DataGoogleBigqueryDefaultServiceAccount } from '@cdktf/provider-google/lib/data-google-bigquery-default-service-account/index.js';
import { DataGoogleLoggingProjectCmekSettings } from '@cdktf/provider-google/lib/data-google-logging-project-cmek-settings/index.js';
import { DataGoogleStorageProjectServiceAccount } from '@cdktf/provider-google/lib/data-google-storage-project-service-account/index.js';
import { KmsCryptoKeyIamMember } from '@cdktf/provider-google/lib/kms-crypto-key-iam-member/index.js';
import { Construct } from 'constructs';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { Sleep, type TerraformResource } from '../shared/cdktf.ts';
import { oncePerStack } from './once.ts';
import { SERVICE_RIGHTS } from './permissions/services.ts';
import { cloudOf, keyOf } from './place.ts';
import { agentOf, type ServiceAgent } from './service-agents.ts';

/** Services that encrypt by the customer's key. Three of them give their identity when it is asked for. */
type Encrypting = ServiceAgent | 'bigquery' | 'logging' | 'storage';

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

/** The identity of a service. Three of them are made when they are asked for; the others are there with the API or its first use. */
function memberOf(scope: Construct, config: ResolvedConfig, service: Encrypting): string {
  const { project } = cloudOf(config);
  switch (service) {
    case 'bigquery':
      return new DataGoogleBigqueryDefaultServiceAccount(scope, 'BigQueryAccount', { project }).member;
    case 'storage':
      return new DataGoogleStorageProjectServiceAccount(scope, 'StorageAccount', { project }).member;
    case 'logging': {
      const settings = new DataGoogleLoggingProjectCmekSettings(scope, 'LoggingSettings', { project });
      return `serviceAccount:${settings.serviceAccountId}`;
    }
    default:
      return agentOf(scope, config, service);
  }
}
