/** Fields of another cloud's block, with the reason why this one does not have them and the alternative. */

interface Reason {
  readonly message: string;
  readonly fix: string;
}

const GCP: Readonly<Record<string, Reason>> = {
  codeCanary: {
    message:
      'is not possible on Google Cloud: functions of the second generation send all requests to new code',
    fix: 'remove it; a release of a model still goes through its canary, and staging gets new code first',
  },
  jwt: {
    message: 'is not possible on Google Cloud: Cloud Run checks ID tokens of Google and of no other issuer',
    fix: 'remove it, and list callers: people, service accounts, or identities of a workload identity pool',
  },
  throttle: {
    message: 'is not possible on Google Cloud: Cloud Run has no limit of requests per second',
    fix: 'remove it; the most instances and the requests of each bound the load',
  },
  stateBucket: {
    message: 'is not a field of the cloud',
    fix: "use stateBackend: { type: 'gcs', bucket: '…' }",
  },
  vpc: {
    message: "is AWS's network",
    fix: 'remove it; the export reaches Cloud SQL over its public address',
  },
  keyArn: { message: "is AWS's key", fix: 'use key: projects/…/locations/…/keyRings/…/cryptoKeys/…' },
  account: { message: "is AWS's account", fix: 'use project' },
};

const AZURE: Readonly<Record<string, Reason>> = {
  codeCanary: {
    message: 'is not possible on Azure: the Flex Consumption plan has no deployment slots',
    fix: 'remove it; a release of a model still goes through its canary, and staging gets new code first',
  },
  jwt: {
    message: 'is not possible on Azure: the platform checks tokens of Entra and of no other issuer',
    fix: 'remove it, and list callers: object ids of people and service principals',
  },
  throttle: {
    message: 'is not possible on Azure: an app has no limit of requests per second',
    fix: 'remove it; the most instances and the requests of each bound the load',
  },
  stateBucket: {
    message: 'is not a field of the cloud',
    fix: "use stateBackend: { type: 'azurerm', resourceGroup: '…', storageAccount: '…', container: '…' }",
  },
  logsKey: {
    message:
      'is not possible on Azure in tier small: a customer key for logs needs a cluster that bills 100 GB a day',
    fix: "remove it; logs hold no rows, and are encrypted with Microsoft's keys",
  },
  vpc: {
    message: "is AWS's network",
    fix: "use vnet: { functionsSubnetId: '/subscriptions/…/subnets/…' }",
  },
  network: {
    message: "is Google Cloud's network",
    fix: "use vnet: { functionsSubnetId: '/subscriptions/…/subnets/…' }",
  },
  keyArn: { message: "is AWS's key", fix: 'use keyId: /subscriptions/…/vaults/…/keys/…' },
  key: { message: "is Google Cloud's key", fix: 'use keyId: /subscriptions/…/vaults/…/keys/…' },
  account: { message: "is AWS's account", fix: 'use subscription' },
  project: { message: "is Google Cloud's project", fix: 'use subscription' },
  region: { message: 'is called location on Azure', fix: 'use location: westeurope' },
  billingAccount: {
    message: "is Google Cloud's; a budget on Azure belongs to the resource group",
    fix: 'remove it',
  },
};

const REASONS: Readonly<Record<string, Readonly<Record<string, Reason>>>> = { gcp: GCP, azure: AZURE };

/**
 * Returns why the block of a cloud does not have a field; undefined for any other field.
 *
 * @param block - The block as it was given.
 */
export function whyNoField(block: unknown, field: string): Reason | undefined {
  if (typeof block !== 'object' || block === null || !('provider' in block)) return undefined;
  const { provider } = block;
  if (typeof provider !== 'string' || !Object.hasOwn(REASONS, provider)) return undefined;
  const reasons = REASONS[provider] ?? {};
  return Object.hasOwn(reasons, field) ? reasons[field] : undefined;
}
