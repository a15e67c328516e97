/** Requests to Google that the functions send, and what each is held to: the data of a table in the documentation. */

import { markdownTable } from './markdown.ts';

interface RequestRow {
  /** Method of the service's discovery document; undefined where no document describes it. */
  readonly method?: string;
  readonly request: string;
  readonly sentBy: string;
  /** Beside method, path, parameters and body by the discovery document. */
  readonly heldBy: string;
}

const KIT = 'contract kit on';
const FRAMEWORK = 'the bundle under the functions framework';

/** In the order of the services. test/adapters/gcp/requests.test.ts holds the list to what is sent. */
export const GOOGLE_REQUESTS: readonly RequestRow[] = [
  {
    method: 'storage.objects.get',
    request: 'GET an object',
    sentBy: 'objects.get, read',
    heldBy: `${KIT} fake-gcs-server, ${FRAMEWORK}`,
  },
  {
    method: 'storage.objects.insert',
    request: 'POST an object, also with a condition, and a resumable upload',
    sentBy: 'objects.write, create, tryPut',
    heldBy: `${KIT} fake-gcs-server, ${FRAMEWORK}`,
  },
  {
    request: 'PUT and DELETE of an upload session, at the address that the service gives',
    sentBy: 'objects.write, create',
    heldBy: `${KIT} fake-gcs-server`,
  },
  {
    method: 'storage.objects.list',
    request: 'GET the keys of a prefix',
    sentBy: 'objects.list',
    heldBy: `${KIT} fake-gcs-server, ${FRAMEWORK}`,
  },
  {
    method: 'storage.objects.delete',
    request: 'DELETE an object',
    sentBy: 'objects.delete',
    heldBy: `${KIT} fake-gcs-server`,
  },
  {
    method: 'pubsub.projects.topics.publish',
    request: 'POST messages',
    sentBy: 'events.publish, predictions.append',
    heldBy: `${KIT} topics in memory, ${FRAMEWORK}`,
  },
  {
    method: 'secretmanager.projects.secrets.versions.access',
    request: 'GET the latest version of the secret',
    sentBy: 'secret.read',
    heldBy: FRAMEWORK,
  },
  {
    method: 'aiplatform.projects.locations.models.listVersions',
    request: 'GET the versions of a model',
    sentBy: 'registryMirror.show',
    heldBy: `${KIT} a registry in memory`,
  },
  {
    method: 'aiplatform.projects.locations.models.upload',
    request: 'POST a version',
    sentBy: 'registryMirror.show',
    heldBy: `${KIT} a registry in memory`,
  },
  {
    method: 'aiplatform.projects.locations.models.operations.get',
    request: 'GET the operation of an upload',
    sentBy: 'registryMirror.show',
    heldBy: `${KIT} a registry in memory`,
  },
  {
    method: 'aiplatform.projects.locations.models.patch',
    request: 'PATCH the label of a version',
    sentBy: 'registryMirror.show',
    heldBy: `${KIT} a registry in memory`,
  },
  {
    method: 'sql.connect.get',
    request: "GET an instance's address and authority",
    sentBy: 'source.snapshot',
    heldBy: `${KIT} PostgreSQL and MariaDB behind mutual TLS`,
  },
  {
    method: 'sql.connect.generateEphemeral',
    request: 'POST a public key for a certificate',
    sentBy: 'source.snapshot',
    heldBy: `${KIT} PostgreSQL and MariaDB behind mutual TLS`,
  },
  {
    request: 'GET an access token or an identity token of the metadata server',
    sentBy: 'every function; endpoint.post',
    heldBy: FRAMEWORK,
  },
];

/** The table of the requests. */
export function googleRequestsTable(): string {
  return markdownTable(
    ['request', 'sent by', 'method of the discovery document', 'also held by'],
    GOOGLE_REQUESTS.map(({ request, sentBy, method, heldBy }) => [
      request,
      sentBy,
      method === undefined ? 'none' : `\`${method}\``,
      heldBy,
    ]),
  );
}
