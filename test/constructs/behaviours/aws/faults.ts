/** Faults of functions, of what holds data, and of resources, in CloudFormation. */

import type { DATA_BEHAVIOURS } from '../data.ts';
import type { FUNCTION_BEHAVIOURS } from '../functions.ts';
import type { RESOURCE_BEHAVIOURS } from '../resources.ts';
import { allow, asIf, change, type Faults, fault, remove, rewrite, set, twice } from './plant.ts';

const LAMBDA = 'AWS::Lambda::Function';
const POLICY = 'AWS::IAM::Policy';
const BUCKET = 'AWS::S3::Bucket';
const STORE = /^ArtifactStore[0-9A-F]{8}$/;
const STORE_ARN = {
  'Fn::GetStackOutput': {
    StackName: 'the-data',
    OutputName: 'PublishOutputFnGetAttArtifactStore0165E427Arn3E3B7275',
  },
};
const LOGS = 'AWS::Logs::LogGroup';
const TRAIN = /^TrainingPipelineTrain(?!ing)/;

export const FUNCTION_FAULTS: Faults<typeof FUNCTION_BEHAVIOURS> = {
  'every function that the model needs is deployed once': [
    fault('a function is missing', remove(LAMBDA, TRAIN), /functions: has/),
    fault('a function is there twice', twice(LAMBDA, TRAIN), /train, train/),
  ],
  'every function has an identity of its own': [
    fault('no role', set(LAMBDA, TRAIN, { Role: undefined }), /has no identity/),
    fault(
      'the role of another function',
      rewrite(LAMBDA, TRAIN, 'TrainingPipelineTrainRole', 'TrainingPipelineTrainRoleGone'),
      /has no identity/,
    ),
    fault('one role of two functions', twice(LAMBDA, TRAIN), /shares model\/TrainingPipelineTrainRole/),
  ],
  'a function may make the port calls of its table, and nothing else': [
    fault('no right to read', rewrite(POLICY, TRAIN, 's3:GetObject', 's3:GetObjectTagging'), /may read/),
    fault('another folder', rewrite(POLICY, TRAIN, '/snapshots/*', '/exports/*'), /may write exports/),
    fault('the whole store', rewrite(POLICY, TRAIN, '/snapshots/*', '/*'), /may write everything/),
    fault('a deletion', rewrite(POLICY, TRAIN, 's3:AbortMultipartUpload', 's3:DeleteObject'), /may delete/),
    fault(
      'a deletion of everything',
      allow(TRAIN, 's3:DeleteObject', { 'Fn::Join': ['', [STORE_ARN, '/*']] }),
      /may delete everything/,
    ),
    fault('all but a list', allow(TRAIN, undefined, '*'), /may every unlisted action/),
    fault('no list', rewrite(POLICY, /^DriftMonitorPolicy/, 's3:ListBucket', 's3:GetObject'), /may not list/),
    fault(
      'the event bus of nobody',
      allow(TRAIN, 'events:PutEvents', 'arn:aws:events:eu-central-1:111111111111:event-bus/default'),
      /may events:PutEvents on arn/,
    ),
    fault('no publishing', rewrite(POLICY, /Register/, 'events:PutEvents', 'events:ListRules'), /may call/),
    fault(
      'half of a call',
      rewrite(POLICY, /Register/, 'sagemaker:CreateModelPackage', 'sagemaker:DeleteModelPackage'),
      /may sagemaker:DeleteModelPackage/,
    ),
    fault(
      'another path of the API',
      rewrite(POLICY, /^ScoringProbeFunction/, 'POST/score', 'GET/model'),
      /may call events.publish, events.request, secret.read/,
    ),
    fault('a call of another', rewrite(POLICY, /ScoringApiFunction/, 'GetRecord', 'PutRecord'), /online.put/),
    fault(
      'every user of the database',
      rewrite(POLICY, /CsvExport/, 'mlops_reader', '*'),
      /may rds-db:connect on .*\/\*/,
    ),
    fault(
      'the start of another function',
      allow(TRAIN, 'lambda:InvokeFunction', { 'Fn::GetAtt': ['CsvExportFunction5193B710', 'Arn'] }),
      /may start export/,
    ),
    fault('everything', allow(TRAIN, '*', '*'), /may \* on \*/),
    fault(
      'the log of another function',
      allow(TRAIN, 'logs:PutLogEvents', { 'Fn::GetAtt': ['DriftMonitorLogs2FDF6F67', 'Arn'] }),
      /may logs:PutLogEvents/,
    ),
    fault(
      'a managed policy',
      set('AWS::IAM::Role', TRAIN, { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonS3FullAccess'] }),
      /may everything of a managed policy/,
    ),
  ],
  'a function has the memory and the time-out of its table': [
    fault('too little memory', set(LAMBDA, TRAIN, { MemorySize: 128 }), /has 128 MB, needs/),
    fault('no time-out', set(LAMBDA, TRAIN, { Timeout: undefined }), /ends after NaN s/),
  ],
  'a function keeps an event that it could not handle': [
    fault(
      'no queue',
      set('AWS::Lambda::EventInvokeConfig', TRAIN, { DestinationConfig: undefined }),
      /loses what it cannot handle/,
    ),
  ],
  'every function has a log of its own': [
    fault('the default log', set(LAMBDA, TRAIN, { LoggingConfig: undefined }), /has no log/),
    fault('a shared log', twice(LAMBDA, TRAIN), /shares its log/),
  ],
};

export const DATA_FAULTS: Faults<typeof DATA_BEHAVIOURS> = {
  'a model has one artifact store': [fault('two buckets', twice(BUCKET, STORE), /2 artifact stores/)],
  'the artifact store refuses the public': [
    fault(
      'a policy may open it',
      change(BUCKET, STORE, ({ PublicAccessBlockConfiguration: blocked }) =>
        Object.assign(blocked as object, { BlockPublicPolicy: false }),
      ),
      /opened to the public/,
    ),
  ],
  'the artifact store refuses plain HTTP': [
    fault(
      'no policy says so',
      rewrite('AWS::S3::BucketPolicy', /^ArtifactStorePolicy/, 'aws:SecureTransport', 'aws:ViaAWSService'),
      /takes plain HTTP/,
    ),
    fault('the policy is gone', remove('AWS::S3::BucketPolicy', /^ArtifactStorePolicy/), /takes plain HTTP/),
  ],
  'the artifact store keeps old versions of its objects': [
    fault('no versions', set(BUCKET, STORE, { VersioningConfiguration: undefined }), /keeps no old versions/),
  ],
  'the artifact store deletes what the retention of the environment ends, and nothing else': [
    fault('for ever', set(BUCKET, STORE, { LifecycleConfiguration: undefined }), /after no days/),
    fault('models too', rewrite(BUCKET, STORE, 'undelivered/', 'models/'), /deletes models\//),
  ],
  'the artifact store deletes old versions of rows within a week, and their markers': [
    fault(
      'for a month',
      rewrite(BUCKET, STORE, '"NoncurrentDays":7', '"NoncurrentDays":30'),
      /more than a week/,
    ),
    fault(
      'markers for ever',
      rewrite(BUCKET, STORE, 'ExpiredObjectDeleteMarker', 'Description'),
      /keeps the markers/,
    ),
  ],
  'data at rest has the key that the environment asks for': [
    fault('a log without a key', set(LOGS, TRAIN, { KmsKeyId: undefined }), /has key 'provider'/),
    fault('a bucket in the clear', set(BUCKET, STORE, { BucketEncryption: undefined }), /has key 'none'/),
    fault('a key that nobody asked for', asIf({ encryption: 'provider' }), /must be 'provider'/),
  ],
  'data stays or goes with its stack, as the environment asks': [
    fault(
      'the store goes',
      change(BUCKET, STORE, (_, resource) => {
        resource.DeletionPolicy = 'Delete';
      }),
      /goes with its stack/,
    ),
    fault('everything stays', asIf({ removal: 'destroy' }), /stays when its stack goes/),
  ],
  'logs go with their stack, which can then be made anew': [
    fault(
      'a log that stays',
      change(LOGS, TRAIN, (_, resource) => {
        resource.DeletionPolicy = 'Retain';
      }),
      /makes the next create fail/,
    ),
  ],
  'logs are kept for the days that the environment asks for': [
    fault('for ever', set(LOGS, TRAIN, { RetentionInDays: undefined }), /is kept for ever/),
    fault('another period', set(LOGS, TRAIN, { RetentionInDays: 30 }), /is kept 30/),
  ],
  'the people of the environment are notified': [
    fault('one is left out', asIf({ alertTo: ['ml-alerts@example.com'] }), /notifications: has/),
    fault('nobody', set('AWS::SNS::Subscription', /./, { Protocol: 'sms' }), /has none/),
  ],
};

export const RESOURCE_FAULTS: Faults<typeof RESOURCE_BEHAVIOURS> = {
  'every resource has the labels of its model and environment': [
    fault('a function without tags', set(LAMBDA, TRAIN, { Tags: undefined }), /has the model undefined/),
    fault('another environment', rewrite(LAMBDA, TRAIN, 'prod', 'dev'), /has the environment dev/),
    fault('a label more', asIf({ tags: { team: 'marketing' } }), /has team undefined/),
  ],
  'every name is one that its service takes': [
    fault(
      'a name that is too long',
      set('AWS::SageMaker::ModelPackageGroup', /./, { ModelPackageGroupName: 'm'.repeat(64) }),
      /64 characters/,
    ),
    fault('a name with a space', set(LOGS, TRAIN, { LogGroupName: 'train logs' }), /must match/),
  ],
};
