import type { AzureRight } from './right.ts';

const STORAGE = 'learn.microsoft.com/azure/role-based-access-control/built-in-roles/storage';
const HOST = "the app's own account";

/** Rights of the platform's parts: hosts of functions, subscriptions of events, accounts with a customer key. */
export const SERVICE_RIGHTS = {
  /** Packages, locks of timers and the state of orchestrations (learn.microsoft.com/azure/azure-functions/functions-reference#connecting-to-host-storage-with-an-identity). */
  hostBlobs: { role: 'Storage Blob Data Owner', on: HOST, source: STORAGE },
  hostQueues: { role: 'Storage Queue Data Contributor', on: HOST, source: STORAGE },
  /** History of orchestrations. */
  hostTables: { role: 'Storage Table Data Contributor', on: HOST, source: STORAGE },
  writeTelemetry: {
    role: 'Monitoring Metrics Publisher',
    on: "the stack's Application Insights",
    source: 'learn.microsoft.com/azure/azure-monitor/app/azure-ad-authentication',
  },
  /** The identity that deploys uploads the package. */
  uploadPackage: { role: 'Storage Blob Data Contributor', on: HOST, source: STORAGE },
  sendMessage: { role: 'Storage Queue Data Message Sender', on: "the app's queue", source: STORAGE },
  writeDeadLetters: {
    role: 'Storage Blob Data Contributor',
    on: 'the container of dead letters',
    source: STORAGE,
  },
  useKey: {
    role: 'Key Vault Crypto Service Encryption User',
    on: 'the customer key',
    source: 'learn.microsoft.com/azure/storage/common/customer-managed-keys-configure-existing-account',
  },
} as const satisfies Readonly<Record<string, AzureRight>>;
