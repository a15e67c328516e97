import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEvents } from '../../../lambdas/adapters/gcp/events.ts';
import { createPredictionStream } from '../../../lambdas/adapters/gcp/prediction-stream.ts';
import { createRegistryMirror } from '../../../lambdas/adapters/gcp/registry-mirror.ts';
import { readGoogleSecret } from '../../../lambdas/adapters/gcp/secret.ts';
import { createVirtualClock } from '../../../lambdas/adapters/local/clock.ts';
import { createBearerEndpoint } from '../../../lambdas/adapters/shared/bearer-endpoint.ts';
import type { ModelEvent } from '../../../lambdas/ports/events.ts';
import type { VersionStatus } from '../../../lambdas/ports/registry-mirror.ts';
import { type Prediction, readPredictions } from '../../../lambdas/stores/predictions.ts';
import { endpointContract } from '../../contracts/endpoint.ts';
import { eventsContract, modelEvent } from '../../contracts/events.ts';
import { predictionStreamContract } from '../../contracts/prediction-stream.ts';
import { registryMirrorContract } from '../../contracts/registry-mirror.ts';
import { memoryObjects } from '../../stores/crash.ts';
import { fakePubsub, fakeSecret, fakeVertex } from '../../support/google-fakes.ts';
import { type GoogleServer, googleError, reply, startGoogle } from '../../support/google-server.ts';
import { serveHttp } from '../../support/serve-http.ts';

const EVENTS = 'projects/p/topics/bank-events';
const RETRAINING = 'projects/p/topics/bank-retraining';
const PREDICTIONS = 'projects/p/topics/bank-predictions';
const VERTEX = 'projects/p/locations/europe-west3/models/bank';

const servers: GoogleServer[] = [];
async function google(...given: Parameters<typeof startGoogle>): Promise<GoogleServer> {
  const server = await startGoogle(...given);
  servers.push(server);
  return server;
}
afterAll(async () => {
  for (const server of servers) await server.close();
});

const topicOf = (type: ModelEvent['type']) => (type === 'retraining.requested' ? RETRAINING : EVENTS);

eventsContract('Pub/Sub', async () => {
  const { fake, published } = fakePubsub();
  const { service } = await google([fake]);
  return {
    events: createEvents({ ...service, topicOf }),
    delivered: async () => published.map(({ text }) => JSON.parse(text) as ModelEvent),
  };
});

predictionStreamContract('Pub/Sub with a subscription of Cloud Storage', async () => {
  const { fake, published } = fakePubsub();
  const { service } = await google([fake]);
  const now = Date.UTC(2026, 2, 1, 9, 30);
  return {
    stream: createPredictionStream({ ...service, topic: PREDICTIONS }),
    now,
    /** As the subscription writes them: a line each, by the hour of arrival. */
    async read(window) {
      const objects = memoryObjects();
      await objects.write('predictions/2026-03-01/09/30.jsonl', [
        Buffer.from(published.map(({ text }) => `${text}\n`).join('')),
      ]);
      const found: Prediction[] = [];
      for await (const record of readPredictions(objects, window)) found.push(record);
      return found;
    },
  };
});

registryMirrorContract('a Vertex model', async () => {
  const { fake, versions } = fakeVertex();
  const { service } = await google([fake], createVirtualClock(0));
  return {
    mirror: createRegistryMirror({ ...service, model: VERTEX }),
    async shown() {
      return versions.map(({ versionDescription, labels }) => {
        const [, version, digest = ''] = /version (\d+), sha256 (\S+)$/.exec(versionDescription) ?? [];
        return { version: Number(version), digest, status: labels.mlops_status as VersionStatus };
      });
    },
  };
});

endpointContract('Cloud Run', async (service) => {
  const { url, close } = await serveHttp(service, 'Bearer identity-1');
  const identity = { get: async () => 'identity-1', renew: async () => 'identity-2' };
  return { endpoint: createBearerEndpoint({ url, token: identity }), close };
});

describe('an event on Pub/Sub', () => {
  it('has what subscriptions filter by as attributes, and the trigger of a retraining on its own topic', async () => {
    const { fake, published } = fakePubsub();
    const { service } = await google([fake]);
    const events = createEvents({ ...service, topicOf });
    await events.publish(modelEvent('e1', 'version.approved'));
    await events.publish({ ...modelEvent('e2', 'retraining.requested'), detail: { trigger: 'drift' } });
    expect(published.map(({ topic, attributes }) => ({ topic, attributes }))).toEqual([
      { topic: EVENTS, attributes: { type: 'version.approved', model: 'bank-marketing', id: 'e1' } },
      {
        topic: RETRAINING,
        attributes: { type: 'retraining.requested', model: 'bank-marketing', id: 'e2', trigger: 'drift' },
      },
    ]);
  });

  it.each([
    [429, 'RESOURCE_EXHAUSTED', { code: 'events/busy', retryable: true }],
    [403, 'PERMISSION_DENIED', { code: 'events/forbidden', retryable: false }],
    [404, 'NOT_FOUND', { code: 'events/not-found', retryable: false }],
    [503, 'UNAVAILABLE', { code: 'events/unavailable', retryable: true }],
  ])('is reported as not published after answer %s', async (status, name, failure) => {
    const { service } = await google([() => googleError(status, name)], createVirtualClock(0));
    const lost = createEvents({ ...service, topicOf }).publish(modelEvent('e1'));
    await expect(lost).rejects.toMatchObject(failure);
    await expect(lost).rejects.not.toThrow(/s3cr3t/);
  });
});

describe('the prediction stream on Pub/Sub', () => {
  const record = (line: string) => ({ at: 0, line });

  it('keeps within 1,000 messages and 10 MB a request', async () => {
    const { fake, published } = fakePubsub();
    const { service, requests } = await google([fake]);
    const stream = createPredictionStream({ ...service, topic: PREDICTIONS });
    await stream.append(Array.from({ length: 2_001 }, () => record('{}')));
    const counts = () =>
      requests.map(({ body }) => (JSON.parse(body) as { messages: unknown[] }).messages.length);
    expect(counts().sort((a, b) => a - b)).toEqual([1, 1_000, 1_000]);
    await stream.append(Array.from({ length: 5 }, () => record('x'.repeat(3_000_000))));
    for (const { bytes } of requests) expect(bytes.byteLength).toBeLessThanOrEqual(10_000_000);
    expect(published).toHaveLength(2_006);
  });

  it('reports a record that is too large as lost, and sends the rest', async () => {
    const { fake, published } = fakePubsub();
    const { service } = await google([fake]);
    const stream = createPredictionStream({ ...service, topic: PREDICTIONS });
    const lost = stream.append([record('a'), record('x'.repeat(8_000_000)), record('b')]);
    await expect(lost).rejects.toMatchObject({ code: 'predictions/too-large', records: 1 });
    expect(published.map(({ text }) => text)).toEqual(['a', 'b']);
  });

  it('reports the records of a failed call as lost, and keeps those of the others', async () => {
    const { fake, published } = fakePubsub();
    const refused = (body: string) => body.includes(Buffer.from('first').toString('base64'));
    const server = await google(
      [({ body }) => (refused(body) ? googleError(503, 'UNAVAILABLE') : undefined), fake],
      createVirtualClock(0),
    );
    const stream = createPredictionStream({ ...server.service, topic: PREDICTIONS });
    const records = [record('first'), ...Array.from({ length: 1_499 }, () => record('{}'))];
    await expect(stream.append(records)).rejects.toMatchObject({
      code: 'predictions/unavailable',
      retryable: true,
      records: 1_000,
    });
    expect(published).toHaveLength(500);
  });

  it('sends a call again whose answer is lost: a record may be there twice, and has its name', async () => {
    const { fake, published } = fakePubsub();
    const server = await google([fake], createVirtualClock(0));
    server.next.push('cut');
    await createPredictionStream({ ...server.service, topic: PREDICTIONS }).append([record('a')]);
    expect(published).toHaveLength(1);
    expect(server.requests).toHaveLength(2);
  });
});

describe('a secret of Secret Manager', () => {
  const secret = 'projects/p/secrets/bank-pseudonyms';

  it('is the text of its latest version', async () => {
    const { service, requests } = await google([fakeSecret('gehëim')]);
    expect(await readGoogleSecret({ ...service, secret })).toBe('gehëim');
    expect(requests[0]).toMatchObject({ path: `/v1/${secret}/versions/latest:access` });
    expect(requests[0]?.headers.authorization).toBe('Bearer token-1');
  });

  it('is asked for again when its checksum is another', async () => {
    const { service } = await google([fakeSecret('text', true)]);
    await expect(readGoogleSecret({ ...service, secret })).rejects.toMatchObject({
      code: 'secret/unavailable',
      retryable: true,
    });
  });

  it.each([
    ['no payload', {}],
    ['an empty text', { payload: { data: '' } }],
  ])('is refused with %s', async (_, answer) => {
    const { service } = await google([() => reply(answer)]);
    await expect(readGoogleSecret({ ...service, secret })).rejects.toMatchObject({ code: 'secret/empty' });
  });
});

describe('the mirror in Vertex', () => {
  const version = {
    model: 'bank',
    version: 1,
    digest: 'a'.repeat(64),
    status: 'pending',
    prefix: 'models/1/',
  } as const;
  let server: GoogleServer;
  let vertex: ReturnType<typeof fakeVertex>;
  beforeAll(async () => {
    vertex = fakeVertex();
    server = await google([vertex.fake], createVirtualClock(0));
  });

  it('finishes a version whose upload ended without an answer, and uploads it once', async () => {
    const mirror = createRegistryMirror({ ...server.service, model: VERTEX });
    const lost = googleError(503, 'UNAVAILABLE');
    const { fake } = vertex;
    const broken = await google([
      (request) => (fake(request) !== undefined && request.path.endsWith(':upload') ? lost : undefined),
      fake,
    ]);
    const cut = createRegistryMirror({ ...broken.service, model: VERTEX });
    await expect(cut.show(version)).rejects.toMatchObject({ code: 'registry/unavailable', retryable: true });
    await mirror.show(version);
    expect(vertex.versions).toMatchObject([{ versionId: '1', labels: { mlops_status: 'pending' } }]);
  });

  it.each([
    ['fails', { done: true, error: { code: 9 } }, { code: 'registry/refused', retryable: false }],
    ['does not end', { name: 'projects/p/operations/1' }, { code: 'registry/unavailable', retryable: true }],
  ])('reports an upload that %s', async (_, operation, failure) => {
    const missing = googleError(404, 'NOT_FOUND');
    const { service } = await google(
      [({ path }) => (path.includes(':listVersions') ? missing : reply(operation))],
      createVirtualClock(0),
    );
    const mirror = createRegistryMirror({ ...service, model: VERTEX });
    await expect(mirror.show(version)).rejects.toMatchObject(failure);
  });

  it.each([
    [403, 'PERMISSION_DENIED', { code: 'registry/forbidden', retryable: false }],
    [429, 'RESOURCE_EXHAUSTED', { code: 'registry/busy', retryable: true }],
  ])('never takes answer %s for a model that is not there', async (status, name, failure) => {
    const { service, requests } = await google([() => googleError(status, name)], createVirtualClock(0));
    const mirror = createRegistryMirror({ ...service, model: VERTEX });
    await expect(mirror.show(version)).rejects.toMatchObject(failure);
    expect(requests.every(({ method }) => method === 'GET')).toBe(true);
  });
});
