import type { ErrorTable } from './entry.ts';

/** Environments, targets, and what AWS requires of both. */
export const ENVIRONMENT = {
  'environment/unknown-key': {
    meaning: 'The environment has a field that its schema does not have.',
    fix: 'Remove the field, or correct its name.',
  },
  'environment/missing': {
    meaning: 'A required field of the environment is missing.',
    fix: 'Add the field in stacks/config.',
  },
  'environment/wrong-type': {
    meaning: 'A field of the environment has the wrong type.',
    fix: 'Write a value of the type that the message names.',
  },
  'environment/bad-format': {
    meaning: 'A text or a name in the environment does not match the format of its field.',
    fix: 'Write it in the format that the message names.',
  },
  'environment/not-allowed': {
    meaning: 'A field of the environment has a value that is not one of its options.',
    fix: 'Choose one of the allowed values that the message lists.',
  },
  'environment/out-of-range': {
    meaning: 'A number of the environment lies outside the range of its field.',
    fix: 'Write a number within the limits that the message names.',
  },
  'environment/too-long': {
    meaning: 'A text or list of the environment is longer than its field allows.',
    fix: 'Shorten it to the limit that the message names.',
  },
  'environment/too-short': {
    meaning: 'A text or list of the environment is shorter than its field allows.',
    fix: 'Add characters or entries up to the limit that the message names.',
  },
  'environment/invalid': {
    meaning: 'A field of the environment does not meet a rule of its schema.',
    fix: 'Change the field as the message says.',
  },
  'environment/file': {
    meaning: 'A file of stacks/config does not export exactly one environment with the name of the file.',
    fix: 'Export one object with the name of the file as its name.',
  },
  'environment/other-cloud': {
    meaning: 'The environment does not have a block for the cloud it is used with.',
    fix: 'Give the environment a cloud block of that provider.',
  },
  'environment/no-database': {
    meaning: 'The environment does not name the database that the source of the blueprint reads.',
    fix: 'Add database with host, name, user and auth.',
  },
  'environment/port': {
    meaning: 'The database port is the default of PostgreSQL, and the source is MySQL.',
    fix: 'Set database.port to 3306, or to the port of the server.',
  },
  'environment/retention': {
    meaning: 'Objects would be deleted before a training, a release or the monitor has read them.',
    fix: 'Lengthen the retention to the days that the message names, or shorten the window that reads it.',
  },
  'environment/no-user': {
    meaning: 'The database has no user to sign in as.',
    fix: 'Set database.user.',
  },
  'environment/no-key': {
    meaning: 'The environment asks for encryption with a customer key and does not give the key.',
    fix: "Add the key to the cloud block, or set encryption to 'provider'.",
  },
  'environment/no-image': {
    meaning: 'The scoring service of tier large needs a container image.',
    fix: 'Build and push the image, and set scoringImage to its digest.',
  },
  'target/not-available': {
    meaning: 'This version does not run a setting or a cloud that the blueprint or the environment asks for.',
    fix: "Change the setting as the message says, or use provider 'aws' or the local target.",
  },
  'aws/unknown-region': {
    meaning: 'The region of the environment has no published schemas of CloudFormation.',
    fix: 'Set cloud.region to a region that the message lists.',
  },
  'aws/region-lacks': {
    meaning: 'CloudFormation lacks a resource type in the region that the model needs.',
    fix: 'Use another region, or switch off the setting that the message names.',
  },
  'aws/name-too-long': {
    meaning: 'The names of the model and of the environment are too long together for a resource of AWS.',
    fix: 'Shorten the name of the environment, its suffix or the name of the blueprint.',
  },
  'environment/required-tag': {
    meaning: 'A tag that requiredTags demands is missing or empty in the environment.',
    fix: 'Give the tag a value in tags.',
  },
  'aws/too-many-tags': {
    meaning: 'AWS takes 50 tags for each resource; two of them identify the model.',
    fix: 'Remove tags.',
  },
  'aws/tag-value': {
    meaning: 'The value of a tag has a character that AWS does not accept in tags.',
    fix: 'Use letters, digits, spaces and _ . : / = + - @.',
  },
  'aws/tag-twice': {
    meaning: 'Two tags differ in upper and lower case only, which IAM takes for one tag.',
    fix: 'Remove one of them.',
  },
  'aws/unused-key': {
    meaning: 'A customer key is given, but the environment encrypts with keys of the provider.',
    fix: "Set encryption to 'customer', or remove cloud.keyArn.",
  },
  'aws/key-region': {
    meaning: 'The customer key lies in another region than the environment.',
    fix: 'Give a key of the region of the environment.',
  },
  'aws/budget-currency': {
    meaning: 'The budget is in another currency than USD, in which AWS bills.',
    fix: 'Give the budget in USD.',
  },
  'aws/half-a-place': {
    meaning: 'The environment gives an account without a region.',
    fix: 'Give both, or remove the account.',
  },
  'aws/caller': {
    meaning: 'An entry of callers is not the ARN of an IAM role or user.',
    fix: 'Write the ARN of a role or user, arn:aws:iam::123456789012:role/name.',
  },
  'aws/starter': {
    meaning: 'An entry of starters is not the ARN of an IAM role or user.',
    fix: 'Write the ARN of a role or user, arn:aws:iam::123456789012:role/name.',
  },
  'aws/approver': {
    meaning: 'An entry of approvers is not the ARN of an IAM role, user or role session.',
    fix: 'Write the ARN, arn:aws:iam::123456789012:role/name or arn:aws:sts::123456789012:assumed-role/name/session.',
  },
  'aws/approver-starts': {
    meaning: 'One identity may both start a training and approve its version.',
    fix: 'Remove the identity from approvers or from starters.',
  },
  'aws/no-approvers': {
    meaning: 'Approvers must differ from those who train, and the environment names no approvers.',
    fix: 'Add the ARNs of the identities that may approve to approvers, or set approverMustDiffer to false.',
  },
  'aws/database-secret': {
    meaning: 'The database of the environment uses a secret, and AWS targets sign in with IAM.',
    fix: "Set database.auth to 'iam' and grant rds_iam to the database user.",
  },
  'aws/no-resource-id': {
    meaning: 'The sign-in with IAM needs the resource id of the database.',
    fix: 'Set database.instance; aws rds describe-db-instances prints it.',
  },
  'aws/resource-id': {
    meaning: 'The id of the database is not a resource id of RDS.',
    fix: 'Set database.instance to the DbiResourceId or DbClusterResourceId, such as db-ABCDEFGHIJKL01234.',
  },
  'aws/log-retention': {
    meaning: 'CloudWatch Logs cannot keep logs for this number of days.',
    fix: 'Set logRetentionDays to a period that the message lists.',
  },
  'aws/reserved-feature': {
    meaning: 'A feature has a name that SageMaker reserves in a feature group.',
    fix: 'Rename the feature and name its column.',
  },
  'aws/feature-name': {
    meaning: 'A feature has a name that a SageMaker feature group does not accept.',
    fix: 'Rename the feature: 1 to 64 letters, digits, - and _, with a letter or digit at both ends.',
  },
  'aws/export-too-long': {
    meaning: 'The declared rows are more than one function exports in 15 minutes.',
    fix: 'Export more often, or select fewer rows.',
  },
  'aws/training-too-large': {
    meaning: 'The declared rows and features are more than one function holds in its memory.',
    fix: 'Raise cloud.trainingMemoryMb, narrow training.window, or select fewer rows or features.',
  },
  'aws/training-too-long': {
    meaning: 'The declared rows and features are more than one function trains on in its 15 minutes.',
    fix: 'Narrow training.window, select fewer rows or features, or grow fewer trees.',
  },
  'aws/training-outgrows': {
    meaning: 'A training reads all rows since the first, which will be more than one function holds.',
    fix: 'Give training.window a number of days, or raise cloud.trainingMemoryMb.',
  },
  'aws/query-timeout': {
    meaning: 'The timeout of a query is as long as the function itself may run.',
    fix: 'Lower source.timeoutSec.',
  },
  'aws/empty-schedule': {
    meaning: 'A field of a schedule matches no value, for example a range whose start is above its end.',
    fix: 'Write the smaller number of a range first.',
  },
  'aws/day-and-weekday': {
    meaning: 'The schedule restricts both day and weekday, which EventBridge Scheduler does not support.',
    fix: 'Write * for one of the two.',
  },
  'aws/no-vpc': {
    meaning: 'Subnets or security groups are given without their VPC.',
    fix: 'Pass vpc too.',
  },
  'aws/no-security-group': {
    meaning: 'A VPC is given without a security group.',
    fix: 'Pass a security group that the group of the database accepts.',
  },
  'aws/security-groups': {
    meaning: 'The number of security groups is above the limit of a Lambda function.',
    fix: 'Pass at most as many as the message allows.',
  },
  'aws/same-subnet': {
    meaning: 'The list of private subnets names a subnet twice.',
    fix: 'Remove the second one.',
  },
  'aws/subnets-per-zone': {
    meaning: 'The private subnets are not spread evenly over the availability zones.',
    fix: 'Give one subnet for each zone, in the order of availabilityZones.',
  },
  'aws/not-installed': {
    meaning: 'An optional package that the command needs is not installed.',
    fix: 'Run npm install --save-dev with the packages that the message names.',
  },
  'aws/credentials': {
    meaning: 'AWS does not accept the credentials of this machine, or does not answer.',
    fix: 'Sign in again, set the region, and run mlops doctor.',
  },
  'aws/wrong-account': {
    meaning: 'The credentials belong to another AWS account than the environment.',
    fix: 'Use credentials of the account that the environment names.',
  },
} satisfies ErrorTable<'aws' | 'environment' | 'target'>;
