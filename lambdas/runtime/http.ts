/** The scoring service behind any cloud's gateway. */

import type { HttpRequest, HttpResponse } from '../core/http.ts';
import type { Host } from './host.ts';

/** The largest response that a gateway carries. */
export interface ResponseLimit {
  readonly bytes: number;
  /** Bytes that a body takes on the way. */
  sizeOf(body: string): number;
}

/** Makes a service of a host's ports, at the first request. */
export type CreateService = (
  ports: Host['ports'],
  config: Host['config']['model'],
  readSecret: () => Promise<string>,
  limit: ResponseLimit,
) => Promise<(request: HttpRequest) => Promise<HttpResponse>>;

/** Answers requests with one service. A service that cannot be made is tried again at the next request. */
export function httpService(createService: CreateService, limit: ResponseLimit) {
  let service: ReturnType<CreateService> | undefined;
  return async ({ ports, config }: Host, request: HttpRequest): Promise<HttpResponse> => {
    service ??= createService(ports, config.model, ports.secret, limit);
    try {
      return await (await service)(request);
    } catch (error) {
      service = undefined;
      throw error;
    }
  };
}
