/** Google's services on this machine, and the document that describes a request to each. */

import type { Clock } from '../../lambdas/ports/clock.ts';
import type { GoogleApi, GoogleRequest } from './google-api.ts';
import {
  type FakeReply,
  type FakeService,
  jsonReply,
  type RecordingServer,
  startRecordingServer,
} from './recording-server.ts';

export type GoogleFake = FakeService;

export interface GoogleServer extends RecordingServer {
  readonly service: RecordingServer['service'] & { readonly endpoint: string };
}

export const reply = jsonReply;

/** An error in Google's form (cloud.google.com/apis/design/errors). */
export const googleError = (status: number, name: string): FakeReply =>
  jsonReply({ error: { code: status, status: name, message: 'said by the service about s3cr3t' } }, status);

/** Starts a server; a request that no fake knows is answered 404. */
export async function startGoogle(fakes: readonly GoogleFake[], clock?: Clock): Promise<GoogleServer> {
  const server = await startRecordingServer(fakes, googleError(404, 'NOT_FOUND'), clock);
  return { ...server, service: { ...server.service, endpoint: server.url } };
}

const APIS: readonly (readonly [path: RegExp, api: GoogleApi])[] = [
  [/^\/v1\/projects\/[^/]+\/topics\//, 'pubsub.v1'],
  [/^\/v1\/projects\/[^/]+\/secrets\//, 'secretmanager.v1'],
  [/^\/v1\/projects\/[^/]+\/locations\//, 'aiplatform.v1'],
  [/^\/v1\/projects\/[^/]+\/instances\//, 'sqladmin.v1'],
  [/^\/(upload\/)?storage\/v1\//, 'storage.v1'],
];

/** The document that describes a request, by its path. */
export function apiOf({ path }: Pick<GoogleRequest, 'path'>): GoogleApi | undefined {
  return APIS.find(([pattern]) => pattern.test(path))?.[1];
}
