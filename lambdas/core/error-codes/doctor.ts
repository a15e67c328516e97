import type { ErrorTable } from './entry.ts';

/** Checks of `mlops doctor` that failed; the message has the details. */
export const DOCTOR = {
  'doctor/node': {
    meaning: 'The Node version of this machine is older than the package supports.',
    fix: 'Install the Node version that the message names.',
  },
  'doctor/packages': {
    meaning: 'A package for deployment is missing, too new, or differs from the lockfile.',
    fix: 'Run the npm command that the message shows.',
  },
  'doctor/blueprint': {
    meaning: 'The blueprint or its environment is not valid for a deployment.',
    fix: 'Correct the fields that the message lists.',
  },
  'doctor/environment': {
    meaning: 'The configuration of the environment still contains example values.',
    fix: 'Write your own values in stacks/config, under on.aws.',
  },
  'doctor/runtime': {
    meaning: 'AWS has ended the support of the Lambda runtime that the functions use.',
    fix: 'Upgrade this package.',
  },
  'doctor/budget-tags': {
    meaning: "The check of the budget's cost allocation tags failed.",
    fix: 'Activate the tags mlops:model and mlops:environment in the billing account.',
  },
  'doctor/identity': {
    meaning: 'AWS does not confirm the credentials, or they belong to another account than the environment.',
    fix: 'Run aws sso login or set AWS_PROFILE for the account of the environment.',
  },
  'doctor/region': {
    meaning: 'The region is missing, or is not in the list of AWS regions.',
    fix: 'Set cloud.region in stacks/config, or AWS_REGION.',
  },
  'doctor/clock': {
    meaning: 'The clock of this machine differs from the clock of AWS by more than five minutes.',
    fix: 'Synchronise the clock by NTP.',
  },
  'doctor/bootstrap': {
    meaning:
      'The account and region are not bootstrapped for the CDK, or their bootstrap version is too old or unreadable.',
    fix: 'Run npx cdk bootstrap with the account and region of the environment.',
  },
  'doctor/deploy-role': {
    meaning: 'The check of the CDK deploy role failed or got no answer.',
    fix: 'Check the network and the credentials, and run mlops doctor again.',
  },
  'doctor/lambda-concurrency': {
    meaning: 'The concurrency limit of Lambda cannot be read.',
    fix: 'Grant lambda:GetAccountSettings to the credentials.',
  },
  'doctor/service-quotas': {
    meaning: 'The quotas of Lambda cannot be read.',
    fix: 'Grant servicequotas:GetServiceQuota to the credentials.',
  },
  'doctor/lambda-memory': {
    meaning: 'The check of the Lambda memory limit failed.',
    fix: 'Run mlops doctor again.',
  },
  'doctor/customer-key': {
    meaning: 'The customer key cannot be read, or its policy does not name every service that uses it.',
    fix: 'Correct cloud.keyArn or the policy of the key as the message says.',
  },
  'doctor/alerts': {
    meaning: 'Alarms of an environment that retains its data notify nobody.',
    fix: 'Give alertTo or cloud.alertTopicArn, and confirm the subscription in the message from AWS Notifications.',
  },
} satisfies ErrorTable<'doctor'>;
