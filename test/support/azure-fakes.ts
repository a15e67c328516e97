/** What the functions use of Event Grid, Key Vault, Azure Resource Manager and the identity endpoint, in memory. */

import type { Clock } from '../../lambdas/ports/clock.ts';
import type { AzureApi } from './azure-api.ts';
import {
  type FakeReply,
  type FakeService,
  jsonReply,
  type RecordedRequest,
  type RecordingServer,
  startRecordingServer,
} from './recording-server.ts';

/** An error in the form of Azure's services, whose names are codes (learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors). */
export const azureError = (
  status: number,
  code: string,
  headers: Record<string, string> = {},
): FakeReply => ({
  ...jsonReply({ error: { code, message: 'said by the service about s3cr3t' } }, status),
  headers,
});

/** Starts a server; a request that no fake knows is answered 404. */
export const startAzure = (fakes: readonly FakeService[], clock?: Clock): Promise<RecordingServer> =>
  startRecordingServer(fakes, azureError(404, 'ResourceNotFound'), clock);

/** An event as a subscriber gets it. */
export interface CloudEvent {
  readonly specversion: string;
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly subject: string;
  readonly time: string;
  readonly data: unknown;
}

/** A topic that takes every event. */
export function fakeEventGrid(): { readonly fake: FakeService; readonly published: CloudEvent[] } {
  const published: CloudEvent[] = [];
  return {
    published,
    fake({ method, path, body }) {
      if (method !== 'POST' || !path.startsWith('/api/events?')) return undefined;
      published.push(...(JSON.parse(body) as CloudEvent[]));
      return { status: 200, body: '' };
    },
  };
}

/** A secret of a vault, by any name. */
export const fakeVault =
  (value: string): FakeService =>
  ({ method, path }) =>
    method === 'GET' && path.startsWith('/secrets/')
      ? jsonReply({ value, id: 'https://v.vault.azure.net/secrets/s/1', attributes: { enabled: true } })
      : undefined;

/** The version of a model, as the workspace keeps it. */
export interface WorkspaceVersion {
  readonly description: string;
  readonly modelUri: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

/** A workspace that refuses another property or address of a version that it has. */
export function fakeWorkspace(): {
  readonly fake: FakeService;
  readonly versions: Map<string, WorkspaceVersion>;
} {
  const versions = new Map<string, WorkspaceVersion>();
  return {
    versions,
    fake({ method, path, body }) {
      const [, version] = /\/workspaces\/[^/]+\/models\/[^/]+\/versions\/([^/?]+)\?/.exec(path) ?? [];
      if (method !== 'PUT' || version === undefined) return undefined;
      const { properties } = JSON.parse(body) as { readonly properties: WorkspaceVersion };
      const known = versions.get(version);
      const fixed = ({ modelUri, properties: kept }: WorkspaceVersion) => JSON.stringify([modelUri, kept]);
      if (known !== undefined && fixed(known) !== fixed(properties)) return azureError(400, 'UserError');
      versions.set(version, properties);
      return jsonReply({ name: version, properties }, known === undefined ? 201 : 200);
    },
  };
}

/** Tokens of an app's identity; each names its resource. */
export const fakeIdentity =
  (header: string): FakeService =>
  ({ path, headers }) => {
    if (!path.startsWith('/msi/token')) return undefined;
    if (headers['x-identity-header'] !== header) return { status: 401, body: '' };
    const resource = new URL(path, 'http://identity').searchParams.get('resource');
    return jsonReply({ access_token: `token of ${resource}`, expires_on: '4000000000', resource });
  };

const APIS: readonly (readonly [path: RegExp, api: AzureApi])[] = [
  [/^\/api\/events/, 'eventgrid'],
  [/^\/secrets\//, 'keyvault'],
  [/^\/subscriptions\//, 'machinelearning'],
  [/^\/bank-artifacts/, 'blob'],
];

/** The description of a request, by its path; containers of tests are called `bank-artifacts`. */
export const azureApiOf = ({ path }: Pick<RecordedRequest, 'path'>): AzureApi | undefined =>
  APIS.find(([pattern]) => pattern.test(path))?.[1];

/** Every blob is there: what is written is taken, and what is read has a version. */
export const fakeBlobs: FakeService = ({ method, path }) => {
  if (!path.startsWith('/bank-artifacts')) return undefined;
  if (path.includes('comp=list'))
    return { status: 200, body: '<EnumerationResults><Blobs /></EnumerationResults>' };
  const headers = { etag: '"0x1"', 'x-ms-blob-committed-block-count': '1' };
  return { status: method === 'PUT' ? 201 : method === 'DELETE' ? 202 : 200, headers, body: '' };
};
