import type { GcpRight } from './right.ts';

const PUBSUB = 'cloud.google.com/pubsub/docs/access-control#roles';

/** Roles of services and callers that act for a model. */
export const SERVICE_RIGHTS = {
  invoke: {
    role: 'roles/run.invoker',
    on: 'the functions that a schedule, a subscription or a workflow calls',
    source: 'cloud.google.com/run/docs/reference/iam/roles',
  },
  start: {
    role: 'roles/workflows.invoker',
    on: 'the project: a workflow has no policy of its own',
    source: 'cloud.google.com/workflows/docs/access-control',
  },
  receive: {
    role: 'roles/eventarc.eventReceiver',
    on: 'the project: a trigger has no policy of its own',
    source: 'cloud.google.com/eventarc/docs/access-control',
  },
  log: {
    role: 'roles/logging.logWriter',
    on: 'the project: logs have no policy of their own',
    impliedBy: 'a build or a workflow that logs what it does',
    source: 'cloud.google.com/logging/docs/access-control',
  },
  storeImage: {
    role: 'roles/artifactregistry.writer',
    on: "the model's repository of images",
    source: 'cloud.google.com/functions/docs/securing/build-custom-sa',
  },
  readSource: {
    role: 'roles/storage.objectViewer',
    on: 'the buckets that Cloud Functions copies sources to',
    source: 'cloud.google.com/functions/docs/securing/build-custom-sa',
  },
  signPush: {
    role: 'roles/iam.serviceAccountTokenCreator',
    on: 'the identity of the push subscriptions',
    impliedBy: 'Pub/Sub signs the token of each push',
    source: 'cloud.google.com/pubsub/docs/authenticate-push-subscriptions',
  },
  publish: {
    role: 'roles/pubsub.publisher',
    on: 'the topic of dead letters, or of alarms',
    source: PUBSUB,
  },
  acknowledge: {
    role: 'roles/pubsub.subscriber',
    on: 'a subscription that has dead letters',
    source: 'cloud.google.com/pubsub/docs/handling-failures#grant_forwarding_permissions',
  },
  deliver: {
    role: 'roles/storage.objectCreator',
    on: 'the artifact store: Pub/Sub checks the bucket when the subscription is made',
    source: 'cloud.google.com/pubsub/docs/create-cloudstorage-subscription#assign_roles_service_account',
  },
  seeBucket: {
    role: 'roles/storage.legacyBucketReader',
    on: 'the artifact store',
    source: 'cloud.google.com/pubsub/docs/create-cloudstorage-subscription#assign_roles_service_account',
  },
  encrypt: {
    role: 'roles/cloudkms.cryptoKeyEncrypterDecrypter',
    on: "the environment's key",
    source: 'cloud.google.com/kms/docs/cmek',
  },
} as const satisfies Readonly<Record<string, GcpRight>>;
