/** Messages and requests to an app, as Azure's services send them. */

import type { ModelEvent } from '../../lambdas/ports/events.ts';
import type { AzureHttpRequest } from '../../lambdas/runtime/azure-http.ts';

/** A CloudEvent, as Event Grid puts it into a queue (learn.microsoft.com/azure/event-grid/cloud-event-schema). */
export const cloudEvent = (event: ModelEvent): object => ({
  specversion: '1.0',
  id: event.id,
  type: event.type,
  source: `mlops/${event.model}/dev`,
  subject: event.model,
  time: new Date(event.at).toISOString(),
  data: event,
});

/** The object id of the person who calls in tests. */
export const ADA = '0a1b2c3d-0000-4000-8000-00000000ada1';

/** A request of a person whom the platform has signed in, as the package @azure/functions hands it over. */
export function signedRequest(method: string, path: string, body?: unknown): AzureHttpRequest {
  const claims = [{ typ: 'http://schemas.microsoft.com/identity/claims/objectidentifier', val: ADA }];
  return {
    method,
    url: `https://churn-dev.azurewebsites.net${path}`,
    headers: new Headers({
      'content-type': 'application/json',
      'x-ms-client-principal-id': ADA,
      'x-ms-client-principal': Buffer.from(JSON.stringify({ auth_typ: 'aad', claims })).toString('base64'),
    }),
    arrayBuffer: async () =>
      new Uint8Array(Buffer.from(body === undefined ? '' : JSON.stringify(body))).buffer,
  };
}
