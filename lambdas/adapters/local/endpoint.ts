import type { HttpRequest, HttpResponse } from '../../core/http.ts';
import type { Endpoint } from '../../ports/endpoint.ts';

/** A scoring service in this process, reached as a gateway reaches it. */
export function createEndpoint(service: (request: HttpRequest) => Promise<HttpResponse>): Endpoint {
  return {
    async post({ path, headers, body }) {
      const answer = await service({
        method: 'POST',
        path,
        headers: { ...headers, 'content-type': 'application/json' },
        body: Buffer.from(body),
        receivedId: 'local',
      });
      return { status: answer.status, body: answer.body };
    },
  };
}
