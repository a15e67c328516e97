import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEvents } from '../../../lambdas/adapters/azure/events.ts';
import { createObjectStore } from '../../../lambdas/adapters/azure/object-store.ts';
import { createPredictionStream } from '../../../lambdas/adapters/azure/prediction-stream.ts';
import { createRegistryMirror } from '../../../lambdas/adapters/azure/registry-mirror.ts';
import { readVaultSecret } from '../../../lambdas/adapters/azure/secret.ts';
import { createVirtualClock } from '../../../lambdas/adapters/local/clock.ts';
import { AZURE_REQUESTS, azureRequestsTable } from '../../../stacks/build/azure-requests.ts';
import { modelEvent } from '../../contracts/events.ts';
import { type AzureApi, azureOperation, azureProblems } from '../../support/azure-api.ts';
import {
  azureApiOf,
  fakeBlobs,
  fakeEventGrid,
  fakeVault,
  fakeWorkspace,
  startAzure,
} from '../../support/azure-fakes.ts';
import type { RecordedRequest, RecordingServer } from '../../support/recording-server.ts';

const MIB = 1024 * 1024;
const MODEL =
  '/subscriptions/0b1f/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w-1/models/bank';

describe('a request to Azure', () => {
  let azure: RecordingServer;
  beforeAll(async () => {
    azure = await startAzure(
      [fakeEventGrid().fake, fakeVault('text'), fakeWorkspace().fake, fakeBlobs],
      createVirtualClock(0),
    );
    await sendEverything(azure);
  });
  afterAll(() => azure.close());

  const apiOf = (sent: RecordedRequest): AzureApi => {
    const api = azureApiOf(sent);
    if (api === undefined) throw new Error(`nothing describes ${sent.method} ${sent.path}`);
    return api;
  };

  it('is as its description has it', () => {
    for (const sent of azure.requests) {
      expect(azureProblems(apiOf(sent), sent), `${sent.method} ${sent.path}`).toEqual([]);
      expect(sent.headers.authorization).toBe('Bearer token-1');
    }
  });

  it('is in the table, and each of the table is sent', () => {
    const sent = azure.requests.map((one) => azureOperation(apiOf(one), one));
    const listed = AZURE_REQUESTS.flatMap(({ operation }) => operation ?? []);
    expect([...new Set(sent)].sort()).toEqual([...listed].sort());
    expect(new Set(listed).size).toBe(listed.length);
    for (const operation of listed) expect(azureRequestsTable()).toContain(`\`${operation}\``);
  });

  it('is found wrong by a planted parameter, header, method or path', () => {
    for (const sent of azure.requests) {
      const api = apiOf(sent);
      const separator = sent.path.includes('?') ? '&' : '?';
      const problems = (change: Partial<RecordedRequest>) => azureProblems(api, { ...sent, ...change });
      expect(problems({ path: `${sent.path}${separator}planted=1` })).toEqual([
        expect.stringMatching(/ planted: unknown$/),
      ]);
      expect(problems({ headers: { ...sent.headers, 'x-ms-planted': '1' } })).toEqual([
        expect.stringMatching(/ x-ms-planted: unknown$/),
      ]);
      expect(problems({ method: 'OPTIONS' })).toEqual([expect.stringMatching(/no such operation/)]);
      expect(problems({ path: '/' })).toEqual([expect.stringMatching(/no such operation/)]);
    }
  });

  it('is found wrong by a planted member of its JSON', () => {
    const bodies = azure.requests.filter(({ contentType }) => contentType?.includes('json'));
    expect(bodies).toHaveLength(2);
    for (const sent of bodies) {
      const json = JSON.parse(sent.body) as unknown;
      const planted = Array.isArray(json)
        ? [{ ...(json[0] as object), plantedMember: 1 }]
        : { properties: { ...(json as { readonly properties: object }).properties, plantedMember: 1 } };
      expect(azureProblems(apiOf(sent), { ...sent, body: JSON.stringify(planted) })).toEqual([
        expect.stringMatching(/\.plantedMember: unknown$/),
      ]);
    }
  });

  it.each<[string, AzureApi, RegExp, (sent: RecordedRequest) => Partial<RecordedRequest>, RegExp]>([
    ['no version of the API', 'keyvault', /./, () => ({ path: '/secrets/s/' }), /api-version: missing/],
    [
      'a version of another time',
      'eventgrid',
      /./,
      () => ({ path: '/api/events?api-version=2020-01-01' }),
      /api-version: 2020-01-01, described 2018-01-01/,
    ],
    [
      'a version before the one that it is held to',
      'machinelearning',
      /./,
      ({ path }) => ({ path: path.replace('2025', '2021') }),
      /api-version: not 2025-06-01/,
    ],
    [
      'a name of a model with a space',
      'machinelearning',
      /./,
      ({ path }) => ({ path: path.replace('/bank/', '/b k/') }),
      /name: does not match/,
    ],
    [
      'an event without a source',
      'eventgrid',
      /./,
      ({ body }) => ({ body: body.replace('"source"', '"origin"') }),
      /source: missing/,
    ],
    [
      'an event as it is, not in a batch',
      'eventgrid',
      /./,
      ({ body }) => ({ body: body.slice(1, -1) }),
      /not a list/,
    ],
    [
      'an event whose time is a number',
      'eventgrid',
      /./,
      ({ body }) => ({ body: body.replace(/"time":"[^"]+"/, '"time":1') }),
      /time: not a time in UTC/,
    ],
    [
      'an event of another content type',
      'eventgrid',
      /./,
      ({ headers }) => ({ headers: { ...headers, 'content-type': 'application/json' } }),
      /content-type: application\/json/,
    ],
    [
      'a tag that is a number',
      'machinelearning',
      /./,
      ({ body }) => ({ body: body.replace('"pending"', '1') }),
      /mlops_status: not a string/,
    ],
    ['a body that is not JSON', 'machinelearning', /./, () => ({ body: '{' }), /not JSON/],
    [
      'a blob of an older version of the API',
      'blob',
      /appendblock/,
      ({ headers }) => ({ headers: { ...headers, 'x-ms-version': '2015-02-21' } }),
      /x-ms-version: 2015-02-21/,
    ],
    [
      'no version of the API of blobs',
      'blob',
      /appendblock/,
      ({ headers }) => ({ headers: { ...headers, 'x-ms-version': undefined } }),
      /x-ms-version: missing/,
    ],
    [
      'a blob of a type that is not described',
      'blob',
      /appendblock/,
      ({ headers }) => ({ headers: { ...headers, 'x-ms-blob-type': 'PageBlob' } }),
      /no such operation/,
    ],
  ])('is found wrong with %s', (_, api, path, change, problem) => {
    const sent = azure.requests.find((one) => azureApiOf(one) === api && path.test(one.path));
    if (sent === undefined) throw new Error(`no request to ${api}`);
    expect(azureProblems(api, sent)).toEqual([]);
    expect(azureProblems(api, { ...sent, ...change(sent) }).join('\n')).toMatch(problem);
  });
});

/** Every request that an adapter can send. */
async function sendEverything({ url, service }: RecordingServer): Promise<void> {
  const container = `${url}/bank-artifacts`;
  const objects = createObjectStore({ ...service, container });
  await objects.write('models/1/a=b', [Buffer.from('x')]);
  await objects.write('features/large.csv', [Buffer.alloc(9 * MIB)]);
  await objects.create('models/1/new', [Buffer.from('y')]);
  await objects.tryPut('models/1/a=b', Buffer.from('z'), { kind: 'version', version: '"0x1"' });
  for await (const _ of (await objects.read('features/large.csv')) ?? []);
  for await (const _ of objects.list('models/'));
  await objects.delete('models/1/a=b');
  await createPredictionStream({ ...service, container, instance: 'i' }).append([{ at: 0, line: '{}' }]);
  const endpoint = `${url}/api/events`;
  await createEvents({ ...service, endpoint, environment: 'dev' }).publish(modelEvent('e'));
  await readVaultSecret({ ...service, secret: `${url}/secrets/bank-pseudonyms` });
  const version = {
    model: 'bank',
    version: 1,
    digest: 'a'.repeat(64),
    status: 'pending',
    prefix: 'models/1/',
  } as const;
  await createRegistryMirror({ ...service, model: MODEL, endpoint: url }).show(version);
}
