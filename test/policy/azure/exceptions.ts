import type { Exception } from '../exceptions.ts';

const ACCOUNT = /^ArtifactStore_8|_Account_/;
const PUBLIC =
  'its public address takes Entra tokens alone; a private one would keep out those who deploy from elsewhere, and costs by the hour';
const PLANS =
  'Flex Consumption has no fixed instances: it starts others where one fails, and from none after a pause';

/** Findings of checkov that stay, each with its reason. An exception that nothing needs fails. */
export const AZURE_CHECKOV_EXCEPTIONS: readonly Exception[] = [
  { rule: 'CKV_AZURE_59', on: ACCOUNT, reason: PUBLIC },
  { rule: 'CKV2_AZURE_33', on: ACCOUNT, reason: PUBLIC },
  { rule: 'CKV_AZURE_109', on: /_(Vault|DEF71C06)/, reason: PUBLIC },
  { rule: 'CKV_AZURE_189', on: /_(Vault|DEF71C06)/, reason: PUBLIC },
  { rule: 'CKV2_AZURE_32', on: /_(Vault|DEF71C06)/, reason: PUBLIC },
  { rule: 'CKV_AZURE_193', on: /^Events_/, reason: PUBLIC },
  {
    rule: 'CKV_AZURE_206',
    on: ACCOUNT,
    reason:
      'the small tier keeps three copies in one location, and old versions; not every location has zones',
  },
  {
    rule: 'CKV_AZURE_33',
    on: ACCOUNT,
    reason: 'classic logs of queues need a shared key, and are made by the data plane',
  },
  {
    rule: 'CKV2_AZURE_21',
    on: /_(Container|DeadLetters|Code)_/,
    reason: 'each read of an app would be a line that is billed; the workspace has the lines of the apps',
  },
  {
    rule: 'CKV2_AZURE_1',
    on: ACCOUNT,
    reason: "dev encrypts with Microsoft's keys; another test demands the customer's of the others",
  },
  {
    rule: 'CKV_AZURE_42',
    on: /_(Vault|DEF71C06)/,
    reason: 'environments that are destroyed protect nothing; the vault of the registry is empty',
  },
  {
    rule: 'CKV_AZURE_110',
    on: /_(Vault|DEF71C06)/,
    reason: 'environments that are destroyed protect nothing; the vault of the registry is empty',
  },
  { rule: 'CKV_AZURE_212', on: /_Plan_/, reason: PLANS },
  {
    rule: 'CKV_AZURE_225',
    on: /_Plan_/,
    reason: 'not every location has zones; the plan may run in any of them',
  },
];
