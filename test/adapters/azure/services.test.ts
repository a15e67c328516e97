import { afterAll, describe, expect, it } from 'vitest';
import { createEvents } from '../../../lambdas/adapters/azure/events.ts';
import { createRegistryMirror } from '../../../lambdas/adapters/azure/registry-mirror.ts';
import { readVaultSecret } from '../../../lambdas/adapters/azure/secret.ts';
import { createVirtualClock } from '../../../lambdas/adapters/local/clock.ts';
import { createBearerEndpoint } from '../../../lambdas/adapters/shared/bearer-endpoint.ts';
import type { ModelEvent } from '../../../lambdas/ports/events.ts';
import type { VersionStatus } from '../../../lambdas/ports/registry-mirror.ts';
import { endpointContract } from '../../contracts/endpoint.ts';
import { eventsContract, modelEvent } from '../../contracts/events.ts';
import { registryMirrorContract } from '../../contracts/registry-mirror.ts';
import {
  azureError,
  fakeEventGrid,
  fakeVault,
  fakeWorkspace,
  startAzure,
} from '../../support/azure-fakes.ts';
import { jsonReply, type RecordingServer } from '../../support/recording-server.ts';
import { serveHttp } from '../../support/serve-http.ts';

const MODEL =
  '/subscriptions/0b1f/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w/models/bank';

const servers: RecordingServer[] = [];
async function azure(...given: Parameters<typeof startAzure>): Promise<RecordingServer> {
  const server = await startAzure(...given);
  servers.push(server);
  return server;
}
afterAll(async () => {
  for (const server of servers) await server.close();
});

const eventsOf = ({ url, service }: RecordingServer) =>
  createEvents({ ...service, endpoint: `${url}/api/events`, environment: 'dev' });
const mirrorOf = ({ url, service }: RecordingServer) =>
  createRegistryMirror({ ...service, model: MODEL, endpoint: url });
const secretOf = ({ url, service }: RecordingServer) =>
  readVaultSecret({ ...service, secret: `${url}/secrets/bank-pseudonyms` });

eventsContract('Event Grid', async () => {
  const { fake, published } = fakeEventGrid();
  return {
    events: eventsOf(await azure([fake])),
    delivered: async () => published.map(({ data }) => data as ModelEvent),
  };
});

registryMirrorContract('a model of a workspace', async () => {
  const { fake, versions } = fakeWorkspace();
  return {
    mirror: mirrorOf(await azure([fake])),
    async shown() {
      return [...versions]
        .map(([version, { properties, tags }]) => ({
          version: Number(version),
          digest: properties.mlops_digest ?? '',
          status: tags.mlops_status as VersionStatus,
        }))
        .sort((a, b) => a.version - b.version);
    },
  };
});

endpointContract('an app behind Entra', async (service) => {
  const { url, close } = await serveHttp(service, 'Bearer token-1');
  const token = { get: async () => 'token-1', renew: async () => 'token-2' };
  return { endpoint: createBearerEndpoint({ url, token }), close };
});

describe('an event on Event Grid', () => {
  it('is an event of CloudEvents 1.0 with the whole event as data', async () => {
    const { fake, published } = fakeEventGrid();
    const server = await azure([fake]);
    await eventsOf(server).publish(modelEvent('e1', 'version.approved'));
    expect(published).toEqual([
      {
        specversion: '1.0',
        id: 'e1',
        type: 'version.approved',
        source: 'mlops/bank-marketing/dev',
        subject: 'bank-marketing',
        time: '1970-01-01T00:00:01.000Z',
        datacontenttype: 'application/json',
        data: modelEvent('e1', 'version.approved'),
      },
    ]);
    expect(server.requests[0]?.headers.authorization).toBe('Bearer token-1');
  });

  it.each([
    [429, 'TooManyRequests', { code: 'events/busy', retryable: true }],
    [403, 'Forbidden', { code: 'events/forbidden', retryable: false }],
    [401, 'Unauthorized', { code: 'events/credentials', retryable: false }],
    [404, 'NotFound', { code: 'events/not-found', retryable: false }],
    [413, 'RequestEntityTooLarge', { code: 'events/refused', retryable: false }],
    [503, 'ServiceUnavailable', { code: 'events/unavailable', retryable: true }],
  ])('is reported as not published after answer %s', async (status, name, failure) => {
    const server = await azure([() => azureError(status, name)], createVirtualClock(0));
    const lost = eventsOf(server).publish(modelEvent('e1'));
    await expect(lost).rejects.toMatchObject(failure);
    await expect(lost).rejects.not.toThrow(/s3cr3t/);
  });

  it('is sent again where the answer is lost, with the same id', async () => {
    const { fake, published } = fakeEventGrid();
    const server = await azure([fake], createVirtualClock(0));
    server.next.push('cut');
    await eventsOf(server).publish(modelEvent('e1'));
    expect(server.requests).toHaveLength(2);
    expect(published.map(({ id }) => id)).toEqual(['e1']);
  });

  it('waits as long as the topic asks, and takes another token once', async () => {
    const clock = createVirtualClock(0);
    const { fake, published } = fakeEventGrid();
    const server = await azure([fake], clock);
    server.next.push(
      azureError(429, 'TooManyRequests', { 'retry-after': '7' }),
      azureError(401, 'Unauthorized'),
    );
    await eventsOf(server).publish(modelEvent('e1'));
    expect(clock.now()).toBeGreaterThanOrEqual(7_000);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-1',
      'Bearer token-2',
    ]);
    expect(published).toHaveLength(1);
  });
});

describe('a secret of Key Vault', () => {
  it('is the text of its latest version', async () => {
    const server = await azure([fakeVault('gehëim')]);
    expect(await secretOf(server)).toBe('gehëim');
    expect(server.requests[0]).toMatchObject({ path: '/secrets/bank-pseudonyms/?api-version=7.6' });
  });

  it.each([
    ['no value', {}],
    ['an empty text', { value: '' }],
    ['a value that is not a text', { value: 7 }],
  ])('is refused with %s', async (_, answer) => {
    await expect(secretOf(await azure([() => jsonReply(answer)]))).rejects.toMatchObject({
      code: 'secret/empty',
    });
  });

  it.each([
    [404, 'SecretNotFound', { code: 'secret/not-found', retryable: false }],
    [403, 'Forbidden', { code: 'secret/forbidden', retryable: false }],
    [429, 'Throttled', { code: 'secret/busy', retryable: true }],
    [500, 'InternalServerError', { code: 'secret/unavailable', retryable: true }],
  ])('is reported as not read after answer %s', async (status, name, failure) => {
    const read = secretOf(await azure([() => azureError(status, name)], createVirtualClock(0)));
    await expect(read).rejects.toMatchObject(failure);
    await expect(read).rejects.not.toThrow(/s3cr3t/);
  });

  it('is not read from an answer that breaks off', async () => {
    const server = await azure([() => ({ status: 200, body: '{"value":"geh' })]);
    await expect(secretOf(server)).rejects.toMatchObject({ code: 'secret/unavailable', retryable: true });
  });
});

describe('the mirror in a workspace', () => {
  const version = {
    model: 'bank',
    version: 3,
    digest: 'a'.repeat(64),
    status: 'pending',
    prefix: 'models/3/',
  } as const;

  it('shows where the files of a version lie, by the datastore of the artifacts', async () => {
    const { fake, versions } = fakeWorkspace();
    await mirrorOf(await azure([fake])).show(version);
    expect(versions.get('3')).toEqual({
      description: `bank version 3, sha256 ${'a'.repeat(64)}`,
      modelType: 'custom_model',
      modelUri:
        'azureml://subscriptions/0b1f/resourceGroups/g/workspaces/w/datastores/artifacts/paths/models/3/',
      properties: { mlops_digest: 'a'.repeat(64) },
      tags: { mlops_status: 'pending' },
    });
  });

  it('finishes a version that was written before the answer failed, and has it once', async () => {
    const { fake, versions } = fakeWorkspace();
    const lost = azureError(500, 'InternalServerError');
    const broken = await azure([(request) => fake(request) && lost], createVirtualClock(0));
    await expect(mirrorOf(broken).show(version)).rejects.toMatchObject({
      code: 'registry/unavailable',
      retryable: true,
    });
    await mirrorOf(await azure([fake])).show({ ...version, status: 'approved' });
    expect([...versions.values()]).toMatchObject([{ tags: { mlops_status: 'approved' } }]);
  });

  it.each([
    [403, 'AuthorizationFailed', { code: 'registry/forbidden', retryable: false }],
    [404, 'ParentResourceNotFound', { code: 'registry/not-found', retryable: false }],
    [409, 'Conflict', { code: 'registry/refused', retryable: false }],
    [429, 'TooManyRequests', { code: 'registry/busy', retryable: true }],
  ])('reports answer %s', async (status, name, failure) => {
    const server = await azure([() => azureError(status, name)], createVirtualClock(0));
    await expect(mirrorOf(server).show(version)).rejects.toMatchObject(failure);
  });
});
