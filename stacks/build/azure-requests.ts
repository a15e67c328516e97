/** Requests to Azure that the functions send, with the checks of each: the data of a table in the documentation. */

import { markdownTable } from './markdown.ts';

interface RequestRow {
  /** Operation of the vendor's description; undefined where none is used. */
  readonly operation?: string;
  readonly request: string;
  readonly sentBy: string;
  /** Beside method, path, query, headers and body by the description. */
  readonly heldBy: string;
}

const KIT = 'contract kit on';
const AZURITE = `${KIT} Azurite`;

/** In the order of the services. test/adapters/azure/requests.test.ts holds the list to what is sent. */
export const AZURE_REQUESTS: readonly RequestRow[] = [
  {
    operation: 'blob.download',
    request: 'GET a blob',
    sentBy: 'objects.get, read',
    heldBy: AZURITE,
  },
  {
    operation: 'blob.upload',
    request: 'PUT a block blob, also with a condition',
    sentBy: 'objects.write, create, tryPut',
    heldBy: AZURITE,
  },
  {
    operation: 'blob.stageBlock',
    request: 'PUT a block of a large blob',
    sentBy: 'objects.write, create',
    heldBy: AZURITE,
  },
  {
    operation: 'blob.commitBlockList',
    request: 'PUT the list of its blocks',
    sentBy: 'objects.write, create',
    heldBy: AZURITE,
  },
  {
    operation: 'blob.listBlobFlatSegment',
    request: 'GET the keys of a prefix',
    sentBy: 'objects.list',
    heldBy: AZURITE,
  },
  {
    operation: 'blob.delete',
    request: 'DELETE a blob',
    sentBy: 'objects.delete',
    heldBy: AZURITE,
  },
  {
    operation: 'blob.create',
    request: 'PUT an append blob that is not there',
    sentBy: 'predictions.append',
    heldBy: AZURITE,
  },
  {
    operation: 'blob.appendBlock',
    request: 'PUT a block at its end',
    sentBy: 'predictions.append',
    heldBy: AZURITE,
  },
  {
    operation: 'eventgrid.publishCloudEventEvents',
    request: 'POST an event of CloudEvents 1.0',
    sentBy: 'events.publish',
    heldBy: `${KIT} a topic in memory`,
  },
  {
    operation: 'keyvault.getSecret',
    request: 'GET the latest version of the secret',
    sentBy: 'secret.read',
    heldBy: 'a vault in memory',
  },
  {
    operation: 'machinelearning.createOrUpdate',
    request: 'PUT the version of a model',
    sentBy: 'registryMirror.show',
    heldBy: `${KIT} a workspace in memory`,
  },
  {
    request: "GET an access token of the app's identity endpoint",
    sentBy: 'every function; endpoint.post, source.snapshot',
    heldBy: 'its page (learn.microsoft.com/azure/app-service/overview-managed-identity)',
  },
];

/** The table of the requests. */
export function azureRequestsTable(): string {
  return markdownTable(
    ['request', 'sent by', 'operation of the description', 'also held by'],
    AZURE_REQUESTS.map(({ request, sentBy, operation, heldBy }) => [
      request,
      sentBy,
      operation === undefined ? 'none' : `\`${operation}\``,
      heldBy,
    ]),
  );
}
