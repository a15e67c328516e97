/** Findings of other people's rules that are right as they are. One that no tool reports any more is an error too. */
export interface Exception {
  /** Name of the rule. */
  readonly rule: string;
  /** Logical ids that it may be found on. */
  readonly on: RegExp;
  readonly reason: string;
}

const ANY = /./;
const ACCESS_LOGS = /^ArtifactStoreAccessLogs/;
const PROVIDER_KEYS =
  'with provider encryption everything has AWS’s own keys; an environment that wants its own says encryption customer';

/** AWS Control Tower's proactive controls, by cfn-guard. */
export const GUARD_EXCEPTIONS: readonly Exception[] = [
  {
    rule: 's3_bucket_default_encryption_kms_check',
    on: /^ArtifactStore/,
    reason: `S3 delivers access logs to no other encryption than its own; and ${PROVIDER_KEYS}`,
  },
  { rule: 's3_bucket_logging_enabled_check', on: ACCESS_LOGS, reason: 'it holds the access logs' },
  {
    rule: 's3_event_notifications_enabled_check',
    on: /^ArtifactStore/,
    reason: 'nothing follows from an object by itself: functions publish events when a whole thing is there',
  },
  {
    rule: 's3_bucket_object_lock_enabled_check',
    on: /^ArtifactStore/,
    reason:
      'versions and the policy of conditional writes keep what must not change; predictions must be deletable',
  },
  {
    rule: 'cloudwatch_log_group_retention_period_check',
    on: ANY,
    reason: 'the environment says how long: a week in dev, a year in prod',
  },
  { rule: 'cloudwatch_log_group_encrypted_check', on: ANY, reason: PROVIDER_KEYS },
  {
    rule: 'sqs_queue_encrypted_check',
    on: /^EventsDeadLetters/,
    reason: `SQS encrypts by itself: ${PROVIDER_KEYS}`,
  },
  { rule: 'sqs_dlq_check', on: /^EventsDeadLetters/, reason: 'it is the dead-letter queue' },
  {
    rule: 'lambda_function_public_access_prohibited_check',
    on: /^ScoringApi.*Permission/,
    reason: 'it has a SourceArn, of one route of one API; the rule does not read an ARN that is put together',
  },
  {
    rule: 'lambda_inside_vpc_check',
    on: ANY,
    reason:
      'only the export reaches a private network; in one the others would need a NAT that is billed by the hour',
  },
];

/** checkov's checks of CloudFormation. */
export const CHECKOV_EXCEPTIONS: readonly Exception[] = [
  {
    rule: 'CKV_AWS_111',
    on: /^CsvExportFunctionPolicy/,
    reason: 'Lambda’s network interfaces have no names before they are made (permissions/wildcards.ts)',
  },
  {
    rule: 'CKV_AWS_115',
    on: ANY,
    reason:
      'reserved concurrency fails in new accounts (UnreservedConcurrentExecution below its minimum); the lease prevents overlap',
  },
  {
    rule: 'CKV_AWS_116',
    on: ANY,
    reason:
      'the on-failure destination keeps every event with the name of its function, which a dead-letter queue does not (soundFunctions)',
  },
  {
    rule: 'CKV_AWS_117',
    on: ANY,
    reason:
      'only the export reaches a private network; in one the others would need a NAT that is billed by the hour',
  },
  { rule: 'CKV_AWS_149', on: /^PseudonymSecret/, reason: PROVIDER_KEYS },
  { rule: 'CKV_AWS_158', on: ANY, reason: PROVIDER_KEYS },
  { rule: 'CKV_AWS_173', on: ANY, reason: `the environment holds names of resources only; ${PROVIDER_KEYS}` },
  { rule: 'CKV_AWS_18', on: ACCESS_LOGS, reason: 'it holds the access logs' },
  {
    rule: 'CKV_AWS_26',
    on: /^Notifications/,
    reason:
      'CloudWatch cannot publish under the key that AWS manages; an environment with its own key has it here too',
  },
  { rule: 'CKV_AWS_27', on: /^EventsDeadLetters/, reason: `SQS encrypts by itself: ${PROVIDER_KEYS}` },
];

/** cfn-lint's rules. */
export const LINT_EXCEPTIONS: readonly Exception[] = [
  {
    rule: 'W3005',
    on: ANY,
    reason: 'the CDK writes a dependency on a role that the reference to it says already: twice is harmless',
  },
];
