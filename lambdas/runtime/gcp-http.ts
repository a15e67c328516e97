/** The scoring service behind Cloud Run's own front end. */

import { gcpServing } from './gcp.ts';
import type { GcpHandler } from './gcp-server.ts';
import type { CreatePorts } from './host.ts';
import { type CreateService, httpService } from './http.ts';

/** The largest response over HTTP/1 is 32 MiB, without streaming (cloud.google.com/run/quotas). Headers are left room. */
const RESPONSE_LIMIT = {
  bytes: 32 * 1024 * 1024 - 16 * 1024,
  sizeOf: (text: string): number => Buffer.byteLength(text),
} as const;

/** A function that is a scoring service: its paths are at the function's root. */
export function gcpHttpHandler(
  createPorts: CreatePorts,
  createService: CreateService,
  env: Readonly<Record<string, string | undefined>> = process.env,
): GcpHandler {
  return gcpServing(createPorts, httpService(createService, RESPONSE_LIMIT), env);
}
