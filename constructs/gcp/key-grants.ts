import { DataGoogleBigqueryDefaultServiceAccount } from '@cdktf/provider-google/lib/data-google-bigquery-default-service-account/index.js';
import { DataGoogleLoggingProjectCmekSettings } from '@cdktf/provider-google/lib/data-google-logging-project-cmek-settings/index.js';
import { DataGoogleStorageProjectServiceAccount } from '@cdktf/provider-google/lib/data-google-storage-project-service-account/index.js';
import { KmsCryptoKeyIamMember } from '@cdktf/provider-google/lib/kms-crypto-key-iam-member/index.js';
import { Construct } from 'constructs';
import type { ModelProps, ResolvedConfig } from '../contract/model-props.ts';
import { SERVICE_RIGHTS } from './permissions/services.ts';
import { cloudOf, keyOf } from './place.ts';
import { agentOf, type ServiceAgent } from './service-agents.ts';

/** Services that encrypt by the customer's key. Three of them give their identity when it is asked for. */
const ENCRYPTING = [
  'artifactRegistry',
  'bigquery',
  'cloudRun',
  'functions',
  'logging',
  'pubsub',
  'secretManager',
  'storage',
  'workflows',
] as const satisfies readonly (ServiceAgent | 'bigquery' | 'logging' | 'storage')[];
type Encrypting = (typeof ENCRYPTING)[number];

/**
 * Allows services of a project to use a customer key (cloud.google.com/kms/docs/cmek#cmek-service-agents). All models with this
 * key in the project share these rights: the stack that holds them must outlast the stacks of every model.
 *
 * @example
 * import { KeyGrants } from 'mlops-blueprint/gcp';
 *
 * // `config` is of an environment with `encryption: 'customer'` and `cloud.key`.
 * new KeyGrants(stack, 'KeyGrants', { config });
 */
export class KeyGrants extends Construct {
  /** @throws Error where the environment has no customer key */
  constructor(scope: Construct, id: string, { config }: ModelProps) {
    super(scope, id);
    const key = keyOf(config);
    if (key === undefined)
      throw new Error(
        "KeyGrants: the environment has no customer key: give encryption: 'customer' and cloud.key",
      );
    for (const service of ENCRYPTING)
      new KmsCryptoKeyIamMember(this, service, {
        cryptoKeyId: key,
        role: SERVICE_RIGHTS.encrypt.role,
        member: memberOf(this, config, service),
        // Without it nothing that the key encrypts can be read.
        lifecycle: { preventDestroy: true },
      });
  }
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
