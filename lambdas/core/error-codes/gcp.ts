import type { ErrorTable } from './entry.ts';

/** Environments that Google Cloud refuses, schedules that its scheduler does not have, and packages for commands. */
export const GCP = {
  'gcp/not-installed': {
    meaning: 'An optional package that the command needs is not installed.',
    fix: 'Run npm install --save-dev with the packages that the message names.',
  },
  'gcp/unknown-region': {
    meaning: 'The region of the environment does not offer functions of the second generation.',
    fix: 'Set cloud.region to a region that the message lists.',
  },
  'gcp/region-lacks': {
    meaning: 'The region of the environment lacks a service that every model needs.',
    fix: 'Use another region that the message lists.',
  },
  'gcp/region-unlisted': {
    meaning: 'No list of regions that this version has names a needed service in the region.',
    fix: "Check the service's page of regions, or use another region.",
  },
  'gcp/network': {
    meaning: 'The environment gives a network, which functions of tier small cannot use.',
    fix: 'Remove cloud.network, and reach the database over its public address with IAM.',
  },
  'gcp/budget-account': {
    meaning: 'A budget belongs to a billing account, and the environment gives none.',
    fix: 'Set cloud.billingAccount, or remove the budget.',
  },
  'gcp/unused-key': {
    meaning: 'A customer key is given, but the environment encrypts with keys of the provider.',
    fix: "Set encryption to 'customer', or remove cloud.key.",
  },
  'gcp/key-region': {
    meaning: 'The customer key lies in another location than the environment.',
    fix: 'Give a key of the region of the environment.',
  },
  'gcp/caller': {
    meaning: 'An entry of callers is not a member of IAM, or stands for everybody.',
    fix: 'Write user:, serviceAccount:, group:, principal:// or principalSet://, in lower case.',
  },
  'gcp/starter': {
    meaning: 'An entry of starters is not a member of IAM, or stands for everybody.',
    fix: 'Write user:, serviceAccount:, group:, principal:// or principalSet://, in lower case.',
  },
  'gcp/approver': {
    meaning: 'An entry of approvers is not one person or service account with an e-mail.',
    fix: 'Write user:anna@example.com or the e-mail of a service account after serviceAccount:.',
  },
  'gcp/approver-starts': {
    meaning: 'One identity may both start a training and approve its version.',
    fix: 'Remove the identity from approvers or from starters.',
  },
  'gcp/no-approvers': {
    meaning: 'Approvers must differ from those who train, and the environment names no approvers.',
    fix: 'Add the identities that may approve to approvers, or set approverMustDiffer to false.',
  },
  'gcp/too-many-labels': {
    meaning: 'Google Cloud takes 64 labels for each resource; three of them are not yours.',
    fix: 'Remove tags.',
  },
  'gcp/label-key': {
    meaning: 'The name of a tag cannot be the key of a label.',
    fix: 'Use lower-case letters, digits, _ and -, and begin with a letter.',
  },
  'gcp/label-value': {
    meaning: 'The value of a tag cannot be the value of a label.',
    fix: 'Use at most 63 lower-case letters, digits, _ and -.',
  },
  'gcp/reserved-name': {
    meaning: "The names of the model and of the environment contain a word that is Google's own.",
    fix: 'Rename the blueprint or the environment.',
  },
  'gcp/database-secret': {
    meaning: 'The database of the environment uses a secret, and Google Cloud targets sign in with IAM.',
    fix: "Set database.auth to 'iam', and create a login for the service account of the export.",
  },
  'gcp/no-instance': {
    meaning: 'The database of the environment lacks the connection name of Cloud SQL.',
    fix: 'Set database.instance to project:region:instance.',
  },
  'gcp/instance': {
    meaning: 'The instance of the database is not a connection name of Cloud SQL.',
    fix: 'Write project:region:instance.',
  },
  'gcp/database-user': {
    meaning: "The database user is not the login of the export's own service account.",
    fix: 'Remove database.user, and create the login that the message names.',
  },
  'gcp/login-too-long': {
    meaning: 'The login of the export has more than the 63 characters of a PostgreSQL role.',
    fix: 'Use a project with a shorter id, or shorten the name of the blueprint or environment.',
  },
  'gcp/by-key': {
    meaning: 'This version does not keep features by key on Google Cloud.',
    fix: 'Set serving.online.byKey to false, and send the features with each request.',
  },
  'gcp/export-too-long': {
    meaning: 'One function cannot export so many rows in its 15 minutes.',
    fix: 'Export more often, or select fewer rows.',
  },
  'gcp/query-timeout': {
    meaning: 'The query may take as long as the function, which then cannot write its rows.',
    fix: 'Lower source.timeoutSec.',
  },
  'gcp/training-too-large': {
    meaning: 'A training has more rows than one function holds in its memory.',
    fix: 'Raise cloud.trainingMemoryMb, shorten the window, or select fewer rows or features.',
  },
  'gcp/training-too-long': {
    meaning: 'A training has more rows than one function works through in its time.',
    fix: 'Shorten the window, select fewer rows or features, or grow fewer trees.',
  },
  'gcp/training-outgrows': {
    meaning: 'A training reads every row since the first, and soon more than one function can train on.',
    fix: 'Give training.window a number of days, or raise cloud.trainingMemoryMb.',
  },
  'cron/no-such-rate': {
    meaning: 'Cron has no expression that runs at exactly this rate.',
    fix: 'Give a rate that divides an hour or a day, or a time of day.',
  },
  'cron/never': {
    meaning: 'A field of the schedule has no number, so that it never runs.',
    fix: 'Put the smaller number of a range first.',
  },
} satisfies ErrorTable<'cron' | 'gcp'>;
