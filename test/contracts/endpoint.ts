import { describe, expect, it } from 'vitest';
import type { HttpRequest, HttpResponse } from '../../lambdas/core/http.ts';
import type { Endpoint } from '../../lambdas/ports/endpoint.ts';

export interface EndpointSubject {
  readonly endpoint: Endpoint;
  close(): Promise<void>;
}

/**
 * What every Endpoint must do.
 *
 * @param create - Makes an endpoint of a service behind a gateway.
 */
export function endpointContract(
  name: string,
  create: (service: (request: HttpRequest) => Promise<HttpResponse>) => Promise<EndpointSubject>,
): void {
  describe(`${name} as an Endpoint`, () => {
    it('posts a body and its headers as they are, and returns status and body', async () => {
      const got: HttpRequest[] = [];
      const { endpoint, close } = await create(async (request) => {
        got.push(request);
        return { status: 422, headers: { 'content-type': 'application/json' }, body: '{"ü":1}' };
      });
      const body = '{"features":{"job":"ключ"}}';
      const headers = { 'x-request-id': 'probe-1', 'x-probe': 'ab' };
      const answer = await endpoint.post({ path: '/score', headers, body });
      await close();
      expect(answer).toEqual({ status: 422, body: '{"ü":1}' });
      expect(got[0]).toMatchObject({
        method: 'POST',
        path: '/score',
        headers: { ...headers, 'content-type': 'application/json' },
      });
      expect(Buffer.from(got[0]?.body ?? []).toString()).toBe(body);
    });
  });
}
