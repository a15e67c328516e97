import type { ErrorTable } from './entry.ts';

/** Environments that Azure refuses, and schedules that its timers do not have. */
export const AZURE = {
  // Packages for commands.
  'azure/not-installed': {
    meaning: 'An optional package that the command needs is not installed.',
    fix: 'Run npm install --save-dev with the packages that the message names.',
  },
  // Limits of the configuration.
  'azure/log-retention': {
    meaning: 'Log Analytics keeps logs for 30 to 730 days.',
    fix: 'Set logRetentionDays to a number that the message allows, for Azure alone by on.azure.',
  },
  'azure/unknown-region': {
    meaning: "The location of the environment is not one of Azure's public cloud.",
    fix: 'Set cloud.location to a location that the message lists, such as westeurope.',
  },
  'azure/region-unlisted': {
    meaning: 'No list that this version has names the location for the Flex Consumption plan.',
    fix: "Check 'az functionapp list-flexconsumption-locations', or use another location.",
  },
  'azure/subnet-name': {
    meaning: 'The Flex Consumption plan takes no subnet with an underscore in its name.',
    fix: 'Give a subnet with another name, delegated to Microsoft.App/environments.',
  },
  'azure/key-covers-storage': {
    meaning: 'A customer key encrypts the storage accounts on Azure, and nothing else.',
    fix: "Use a cloud whose other services take your key, or keep Microsoft's keys for them.",
  },
  'azure/cores': {
    meaning: 'At its peak the model needs more cores than the subscription has in the location.',
    fix: 'Raise the quota by a support request and give it as cloud.cores, or split the callers over locations.',
  },
  'azure/too-many-tags': {
    meaning: 'Azure takes 50 tags for each resource; two of them are not yours.',
    fix: 'Remove tags.',
  },
  'azure/tag-name': {
    meaning: 'The name of a tag has a character or a beginning that Azure refuses.',
    fix: 'Rename the tag, or give it to the other clouds only.',
  },
  'azure/tag-twice': {
    meaning: 'Two tags differ in upper and lower case only, which Azure takes for one.',
    fix: 'Remove one of them.',
  },
  'azure/unused-key': {
    meaning: 'A customer key is given, but the environment encrypts with keys of the provider.',
    fix: "Set encryption to 'customer', or remove cloud.keyId.",
  },
  'azure/caller': {
    meaning: 'An entry of callers is not an object id of Entra.',
    fix: 'Write the object id of one person or service principal, a UUID in lower case.',
  },
  'azure/starter': {
    meaning: 'An entry of starters is not an object id of Entra.',
    fix: 'Write the object id of a person, a group or a service principal, a UUID in lower case.',
  },
  'azure/approver': {
    meaning: 'An entry of approvers is not an object id of Entra.',
    fix: 'Write the object id of one person or service principal, a UUID in lower case.',
  },
  'azure/approver-starts': {
    meaning: 'One identity may both start a training and approve its version.',
    fix: 'Remove the identity from approvers or from starters.',
  },
  'azure/no-approvers': {
    meaning: 'Approvers must differ from those who train, and the environment names no approvers.',
    fix: 'Add the identities that may approve to approvers, or set approverMustDiffer to false.',
  },
  'azure/database-secret': {
    meaning: 'The database of the environment uses a secret, and Azure targets sign in with Entra.',
    fix: "Set database.auth to 'iam', and create the login that the message names.",
  },
  'azure/database-host': {
    meaning: 'The host of the database is not the name of a flexible server of the engine.',
    fix: 'Give the name that the message allows, never an address.',
  },
  'azure/instance': {
    meaning: 'The instance of the database is not the server that its host names.',
    fix: 'Remove database.instance.',
  },
  'azure/database-user': {
    meaning: "The database user is not the login of the export's own identity.",
    fix: 'Remove database.user, and create the login that the message names.',
  },
  'azure/by-key': {
    meaning: 'This version does not keep features by key on Azure.',
    fix: 'Set serving.online.byKey to false, and send the features with each request.',
  },
  'azure/export-too-long': {
    meaning: 'One function cannot export so many rows in its 15 minutes.',
    fix: 'Export more often, or select fewer rows.',
  },
  'azure/query-timeout': {
    meaning: 'The query may take as long as the function, which then cannot write its rows.',
    fix: 'Lower source.timeoutSec.',
  },
  'azure/training-too-large': {
    meaning: 'A training has more rows than one function holds in its memory.',
    fix: 'Raise cloud.trainingMemoryMb, shorten the window, or select fewer rows or features.',
  },
  'azure/training-too-long': {
    meaning: 'A training has more rows than one function works through in its time.',
    fix: 'Shorten the window, select fewer rows or features, or grow fewer trees.',
  },
  'azure/training-outgrows': {
    meaning: 'A training reads every row since the first, and soon more than one function can train on.',
    fix: 'Give training.window a number of days, or raise cloud.trainingMemoryMb.',
  },
  'cron/day-and-weekday': {
    meaning: 'A timer of Azure runs on days that fit both day and weekday, where cron takes either.',
    fix: 'Give * for one of the two.',
  },
} satisfies ErrorTable<'azure' | 'cron'>;
