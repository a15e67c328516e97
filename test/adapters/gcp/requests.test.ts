import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectCloudSql } from '../../../lambdas/adapters/gcp/cloud-sql.ts';
import { createEvents } from '../../../lambdas/adapters/gcp/events.ts';
import { createObjectStore } from '../../../lambdas/adapters/gcp/object-store.ts';
import { createPredictionStream } from '../../../lambdas/adapters/gcp/prediction-stream.ts';
import { createRegistryMirror } from '../../../lambdas/adapters/gcp/registry-mirror.ts';
import { readGoogleSecret } from '../../../lambdas/adapters/gcp/secret.ts';
import { createVirtualClock } from '../../../lambdas/adapters/local/clock.ts';
import { GOOGLE_REQUESTS, googleRequestsTable } from '../../../stacks/build/google-requests.ts';
import { modelEvent } from '../../contracts/events.ts';
import {
  type GoogleApi,
  type GoogleRequest,
  googleApis,
  googleMethod,
  googleProblems,
  googleValueProblems,
} from '../../support/google-api.ts';
import { fakePubsub, fakeSecret, fakeVertex } from '../../support/google-fakes.ts';
import { apiOf, type GoogleServer, reply, startGoogle } from '../../support/google-server.ts';
import { fakeStorage } from '../../support/google-storage.ts';
import { describeWith } from '../../support/tools.ts';

const MIB = 1024 * 1024;
const VERTEX = 'projects/p/locations/europe-west3/models/bank';
const topic = 'projects/p/topics/bank';

describeWith(googleApis, 'a request to Google', () => {
  let google: GoogleServer;
  let described: GoogleServer['requests'];
  beforeAll(async () => {
    const settings = {
      region: 'europe-west3',
      ipAddresses: [{ type: 'PRIMARY', ipAddress: '127.0.0.1' }],
      serverCaCert: { cert: 'x' },
    };
    google = await startGoogle(
      [
        fakePubsub().fake,
        fakeSecret('text'),
        fakeVertex().fake,
        fakeStorage().fake,
        ({ path }) => (path.includes('/connectSettings') ? reply(settings) : undefined),
        ({ path }) =>
          path.includes(':generateEphemeralCert') ? reply({ ephemeralCert: { cert: 'x' } }) : undefined,
      ],
      createVirtualClock(0),
    );
    await sendEverything(google);
    // The address of an upload session is the service's own.
    described = google.requests.filter(({ path }) => !path.includes('upload_id='));
  });
  afterAll(() => google.close());

  it('is as its discovery document describes it', () => {
    for (const sent of described) {
      const api = apiOf(sent);
      if (api === undefined) throw new Error(`no document describes ${sent.method} ${sent.path}`);
      expect(googleProblems(api, sent), `${sent.method} ${sent.path}`).toEqual([]);
      expect(sent.headers.authorization).toBe('Bearer token-1');
    }
  });

  it('is in the table, and each of the table is sent', () => {
    const sent = described.map((one) => googleMethod(apiOf(one) ?? 'pubsub.v1', one));
    const listed = GOOGLE_REQUESTS.flatMap(({ method }) => method ?? []);
    expect([...new Set(sent)].sort()).toEqual([...listed].sort());
    for (const method of listed) expect(googleRequestsTable()).toContain(`\`${method}\``);
    expect(google.requests.length).toBeGreaterThan(described.length);
  });

  it('is found wrong by a planted member in its body', () => {
    const bodies = described.filter(({ body, path }) => body !== '' && !path.startsWith('/upload/'));
    expect(bodies.length).toBeGreaterThan(4);
    for (const sent of bodies) {
      const planted = { ...sent, body: JSON.stringify({ ...JSON.parse(sent.body), planted: 1 }) };
      expect(googleProblems(apiOf(sent) ?? 'pubsub.v1', planted)).toEqual([
        expect.stringMatching(/\.planted: unknown$/),
      ]);
    }
  });

  it('is found wrong by a planted parameter, method or path', () => {
    for (const sent of described) {
      const api = apiOf(sent) ?? 'pubsub.v1';
      const separator = sent.path.includes('?') ? '&' : '?';
      expect(googleProblems(api, { ...sent, path: `${sent.path}${separator}planted=1` })).toEqual([
        expect.stringMatching(/ planted: unknown$/),
      ]);
      expect(googleProblems(api, { ...sent, method: 'OPTIONS' })).toEqual([
        expect.stringMatching(/no such method/),
      ]);
      const [path] = sent.path.split('?');
      expect(googleMethod(api, { ...sent, path: `${path}/planted/planted:planted` })).toBeUndefined();
    }
  });

  it.each<[string, GoogleApi, Partial<GoogleRequest>, RegExp]>([
    ['a list that is an object', 'pubsub.v1', { body: '{"messages":{}}' }, /messages: not a list/],
    ['data that is not base64', 'pubsub.v1', { body: '{"messages":[{"data":"ü"}]}' }, /data: not base64/],
    [
      'an attribute that is a number',
      'pubsub.v1',
      { body: '{"messages":[{"attributes":{"a":1}}]}' },
      /a: not a string/,
    ],
    ['a body that is not JSON', 'pubsub.v1', { body: '{' }, /not JSON/],
    ['another content type', 'pubsub.v1', { contentType: 'text/plain' }, /content type/],
    ['a topic of another form', 'pubsub.v1', { path: '/v1/projects/p/topics/a/b:publish' }, /no such method/],
    [
      'a generation that is a word',
      'storage.v1',
      { path: '/upload/storage/v1/b/b/o?uploadType=media&name=a&ifGenerationMatch=x' },
      /ifGenerationMatch: not a whole number/,
    ],
    [
      'a missing parameter',
      'monitoring.v3',
      { method: 'GET', path: '/v3/projects/p/timeSeries?pageSize=x', body: '' },
      /pageSize: not a whole number/,
    ],
    [
      'a member of answers only',
      'aiplatform.v1',
      {
        path: '/v1/projects/p/locations/r/models:upload',
        body: '{"modelId":"m","model":{"displayName":"m","versionId":"1"}}',
      },
      /versionId: only in answers/,
    ],
  ])('is found wrong with %s', (_, api, change, problem) => {
    const right = {
      method: 'POST',
      path: `/v1/${topic}:publish`,
      contentType: 'application/json',
      body: '{"messages":[{"data":"e30="}]}',
    };
    expect(googleProblems('pubsub.v1', right)).toEqual([]);
    expect(googleProblems(api, { ...right, ...change }).join('\n')).toMatch(problem);
  });

  it('is checked as values of other documents are: a dashboard, a workflow', () => {
    const dashboard = { displayName: 'd', gridLayout: { columns: '2', widgets: [{ title: 't' }] } };
    expect(googleValueProblems('monitoring.v1', 'Dashboard', dashboard)).toEqual([]);
    expect(googleValueProblems('monitoring.v1', 'Dashboard', { ...dashboard, widgets: [] })).toEqual([
      'Dashboard.widgets: unknown',
    ]);
    expect(googleValueProblems('workflows.v1', 'Workflow', { sourceContents: 1 })).toEqual([
      'Workflow.sourceContents: not a string',
    ]);
  });
});

/** Every request that an adapter can send. */
async function sendEverything({ service }: GoogleServer): Promise<void> {
  const objects = createObjectStore({ ...service, bucket: 'bank-artifacts' });
  await objects.write('models/1/a=b', [Buffer.from('x')]);
  await objects.write('features/large.csv', [Buffer.alloc(9 * MIB)]);
  expect(await objects.create('models/1/a=b', [Buffer.from('y')])).toBe(false);
  const found = await objects.get('models/1/a=b');
  await objects.tryPut('models/1/a=b', Buffer.from('z'), { kind: 'version', version: found?.version ?? '' });
  for await (const _ of (await objects.read('features/large.csv')) ?? []);
  for await (const _ of objects.list('models/'));
  await objects.delete('models/1/a=b');

  await createEvents({ ...service, topicOf: () => topic }).publish(modelEvent('e'));
  await createPredictionStream({ ...service, topic }).append([{ at: 0, line: '{}' }]);
  await readGoogleSecret({ ...service, secret: 'projects/p/secrets/s' });
  const mirror = createRegistryMirror({ ...service, model: VERTEX });
  for (const version of [1, 2])
    for (const status of ['pending', 'approved'] as const)
      await mirror.show({ model: 'bank', version, digest: 'a'.repeat(64), status, prefix: 'models/1/' });
  // The certificates of this server are none.
  await expect(connectCloudSql({ ...service, instance: 'p:europe-west3:i' })).rejects.toThrow();
}

describe('the table of requests to Google', () => {
  it('names the method of each request once', () => {
    const methods = GOOGLE_REQUESTS.flatMap(({ method }) => method ?? []);
    expect(new Set(methods).size).toBe(methods.length);
    expect(googleRequestsTable().split('\n').length).toBeGreaterThanOrEqual(GOOGLE_REQUESTS.length + 2);
  });
});
