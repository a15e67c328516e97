import type { ErrorTable } from './entry.ts';

/** Calls of cloud services that failed: nine services, six reasons. */
export const CLOUD = {
  'objects/busy': {
    meaning: 'The object store is throttled, or another process holds the object.',
    fix: 'Run it again later.',
  },
  'objects/credentials': {
    meaning: 'The object store does not accept the credentials.',
    fix: 'Sign in again, or check the role of the function.',
  },
  'objects/forbidden': {
    meaning: 'The object store denies access, or a symbolic link is on the way to the object.',
    fix: 'Check the policy of the role, or replace the link by its target.',
  },
  'objects/not-found': {
    meaning: 'A resource of the object store does not exist.',
    fix: 'Deploy the stack again, or check the name of the bucket.',
  },
  'objects/refused': {
    meaning: 'The object store rejected the request.',
    fix: 'Read the log of the function; the error of the service is its cause.',
  },
  'objects/unavailable': {
    meaning: 'The object store did not answer, or answered without a body.',
    fix: 'Run it again later.',
  },
  'online/busy': {
    meaning: 'The online feature store is throttled, or a record changes faster than it can be written.',
    fix: 'Run it again later.',
  },
  'online/credentials': {
    meaning: 'The online feature store does not accept the credentials.',
    fix: 'Sign in again, or check the role of the function.',
  },
  'online/forbidden': {
    meaning: 'The online feature store denies access.',
    fix: 'Compare the policy of the role with the calls of the function.',
  },
  'online/not-found': {
    meaning: 'A resource of the online feature store does not exist.',
    fix: 'Deploy the stack again, or check the name of the feature group.',
  },
  'online/refused': {
    meaning: 'The online feature store rejected the request.',
    fix: 'Read the log of the function; the error of the service is its cause.',
  },
  'online/unavailable': {
    meaning: 'The online feature store did not answer or failed.',
    fix: 'Run it again later.',
  },
  'predictions/busy': {
    meaning: 'The prediction stream is throttled.',
    fix: 'Run it again later.',
  },
  'predictions/credentials': {
    meaning: 'The prediction stream does not accept the credentials.',
    fix: 'Sign in again, or check the role of the function.',
  },
  'predictions/forbidden': {
    meaning: 'The prediction stream denies access.',
    fix: 'Compare the policy of the role with the calls of the function.',
  },
  'predictions/not-found': {
    meaning: 'A resource of the prediction stream does not exist.',
    fix: 'Deploy the stack again, or check the name of the stream.',
  },
  'predictions/refused': {
    meaning: 'The prediction stream rejected the request.',
    fix: 'Read the log of the function; the error of the service is its cause.',
  },
  'predictions/unavailable': {
    meaning: 'The prediction stream did not answer or failed.',
    fix: 'Run it again later.',
  },
  'events/busy': {
    meaning: 'The event bus is throttled or failed for the moment.',
    fix: 'Run it again later.',
  },
  'events/credentials': {
    meaning: 'The event bus does not accept the credentials.',
    fix: 'Sign in again, or check the role of the function.',
  },
  'events/forbidden': {
    meaning: 'The event bus denies access.',
    fix: 'Compare the policy of the role with the calls of the function.',
  },
  'events/not-found': {
    meaning: 'A resource of the event bus does not exist.',
    fix: 'Deploy the stack again, or check the name of the event bus.',
  },
  'events/refused': {
    meaning: 'The event bus rejected the event.',
    fix: 'Read the log of the function; the error of the service is its cause.',
  },
  'events/unavailable': {
    meaning: 'The event bus did not answer or failed.',
    fix: 'Run it again later.',
  },
  'notifier/busy': {
    meaning: 'The notification service is throttled.',
    fix: 'Run it again later.',
  },
  'notifier/credentials': {
    meaning: 'The notification service does not accept the credentials.',
    fix: 'Sign in again, or check the role of the function.',
  },
  'notifier/forbidden': {
    meaning: 'The notification service denies access.',
    fix: 'Compare the policy of the role with the calls of the function.',
  },
  'notifier/not-found': {
    meaning: 'A resource of the notification service does not exist.',
    fix: 'Deploy the stack again, or check the name of the topic.',
  },
  'notifier/refused': {
    meaning: 'The notification service rejected the request.',
    fix: 'Read the log of the function; the error of the service is its cause.',
  },
  'notifier/unavailable': {
    meaning: 'The notification service did not answer or failed.',
    fix: 'Run it again later.',
  },
  'registry/busy': {
    meaning: 'The model registry of the cloud is throttled.',
    fix: 'Run it again later.',
  },
  'registry/credentials': {
    meaning: 'The model registry of the cloud does not accept the credentials.',
    fix: 'Sign in again, or check the role of the function.',
  },
  'registry/forbidden': {
    meaning: 'The model registry of the cloud denies access.',
    fix: 'Compare the policy of the role with the calls of the function.',
  },
  'registry/not-found': {
    meaning: 'The version or its model package does not exist.',
    fix: 'Run mlops status for the versions; approve only packages of this model.',
  },
  'registry/refused': {
    meaning: 'The model registry of the cloud rejected the request.',
    fix: 'Read the log of the function; the error of the service is its cause.',
  },
  'registry/unavailable': {
    meaning: 'The model registry of the cloud did not answer or failed.',
    fix: 'Run it again later.',
  },
  'secret/busy': {
    meaning: 'The secret store is throttled.',
    fix: 'Run it again later.',
  },
  'secret/credentials': {
    meaning: 'The secret store does not accept the credentials.',
    fix: 'Sign in again, or check the role of the function.',
  },
  'secret/forbidden': {
    meaning: 'The secret store denies access.',
    fix: 'Compare the policy of the role with the calls of the function.',
  },
  'secret/not-found': {
    meaning: 'A resource of the secret store does not exist.',
    fix: 'Deploy the stack again, or check the name of the secret.',
  },
  'secret/refused': {
    meaning: 'The secret store rejected the request.',
    fix: 'Read the log of the function; the error of the service is its cause.',
  },
  'secret/unavailable': {
    meaning: 'The secret store did not answer or failed.',
    fix: 'Run it again later.',
  },
  'source/busy': {
    meaning: 'The service that admits to the database is throttled.',
    fix: 'Run it again later.',
  },
  'source/credentials': {
    meaning: 'The service that admits to the database does not accept the credentials.',
    fix: 'Sign in again, or check the identity of the function.',
  },
  'source/forbidden': {
    meaning: 'The service that admits to the database denies access.',
    fix: 'Compare the rights of the export with the calls of the function.',
  },
  'source/not-found': {
    meaning: 'The database instance does not exist.',
    fix: 'Correct database.instance in the environment.',
  },
  'source/refused': {
    meaning: 'The service that admits to the database rejected the request.',
    fix: 'Read the log of the function; the error of the service is its cause.',
  },
  'source/unavailable': {
    meaning: 'The service that admits to the database did not answer or failed.',
    fix: 'Run it again later.',
  },
  'token/busy': {
    meaning: 'The token service of the cloud is throttled.',
    fix: 'Run it again later.',
  },
  'token/credentials': {
    meaning: 'The token service of the cloud does not accept the identity of the function.',
    fix: 'Check the identity of the function.',
  },
  'token/forbidden': {
    meaning: 'The token service of the cloud denies a token.',
    fix: 'Check the identity of the function and its scopes.',
  },
  'token/not-found': {
    meaning: 'The function has no identity that a token could be issued for.',
    fix: 'Deploy the stack again; it gives each function an identity.',
  },
  'token/refused': {
    meaning: 'The token service of the cloud rejected the request.',
    fix: 'Read the log of the function; the error of the service is its cause.',
  },
  'token/unavailable': {
    meaning: 'The token service did not answer, or the process does not run on its cloud.',
    fix: 'Run it again later, and in the cloud that the function was built for.',
  },
} satisfies ErrorTable<
  'events' | 'notifier' | 'objects' | 'online' | 'predictions' | 'registry' | 'secret' | 'source' | 'token'
>;
