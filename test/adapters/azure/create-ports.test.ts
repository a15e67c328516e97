import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPorts } from '../../../lambdas/adapters/azure/create-ports.ts';
import type { FunctionConfig } from '../../../lambdas/core/function-config.ts';
import { modelEvent } from '../../contracts/events.ts';
import { CONFIG } from '../../score/fixture.ts';
import {
  fakeBlobs,
  fakeEventGrid,
  fakeIdentity,
  fakeVault,
  fakeWorkspace,
  startAzure,
} from '../../support/azure-fakes.ts';
import { jsonReply, type RecordingServer } from '../../support/recording-server.ts';

const config: FunctionConfig = { schemaVersion: 1, codeVersion: '1', model: CONFIG };
const version = { model: 'm', version: 1, digest: 'd', status: 'pending', prefix: 'p' } as const;

describe('createPorts of a function on Azure', () => {
  const eventGrid = fakeEventGrid();
  const workspace = fakeWorkspace();
  let azure: RecordingServer;
  let env: Record<string, string>;
  beforeAll(async () => {
    azure = await startAzure([
      fakeIdentity('of-the-app'),
      eventGrid.fake,
      workspace.fake,
      fakeVault('gehëim'),
      fakeBlobs,
      ({ path, method }) => (method === 'POST' && path === '/score' ? jsonReply({}) : undefined),
    ]);
    env = {
      IDENTITY_ENDPOINT: `${azure.url}/msi/token`,
      IDENTITY_HEADER: 'of-the-app',
      AZURE_CLIENT_ID: '5f1c',
      MLOPS_CONTAINER: `${azure.url}/bank-artifacts`,
    };
  });
  afterAll(() => azure.close());

  it('asks for nothing at first, and names the variable that is missing at its use', async () => {
    const ports = createPorts(env, config, () => {});
    await ports.settled();
    await ports.predictions.flush();
    expect(azure.requests).toEqual([]);
    const missing: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['MLOPS_EVENTS_ENDPOINT', () => ports.events.publish(modelEvent('e'))],
      ['MLOPS_ML_MODEL', () => ports.registryMirror.show(version)],
      ['MLOPS_SECRET', () => ports.secret()],
      ['MLOPS_SCORING_URL', () => ports.endpoint.post({ path: '/score', headers: {}, body: '{}' })],
      ['no database', () => ports.source()],
      ['Azure has no online store', () => ports.online.get('k')],
      ['Azure has no online store', () => ports.online.put([])],
      ['Azure has no online store', () => ports.online.delete('k')],
    ];
    for (const [name, call] of missing)
      await expect(call(), name).rejects.toMatchObject({
        code: 'config/missing',
        message: expect.stringContaining(name),
      });
    const audience = createPorts({ ...env, MLOPS_SCORING_URL: azure.url }, config, () => {});
    await expect(audience.endpoint.post({ path: '/', headers: {}, body: '' })).rejects.toThrow(
      /MLOPS_SCORING_AUDIENCE/,
    );
  });

  it.each(['MLOPS_CONTAINER', 'IDENTITY_ENDPOINT', 'IDENTITY_HEADER'])(
    'is refused without %s, which every function has',
    (name) => {
      expect(() => createPorts({ ...env, [name]: undefined }, config, () => {})).toThrow(name);
    },
  );

  it('reaches each service by the names in the environment, with a token for that service', async () => {
    const lines: string[] = [];
    const ports = createPorts(
      {
        ...env,
        MLOPS_EVENTS_ENDPOINT: `${azure.url}/api/events`,
        MLOPS_SECRET: `${azure.url}/secrets/bank`,
        MLOPS_ML_MODEL:
          '/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w/models/m',
        MLOPS_AZURE_ENDPOINT: azure.url,
        MLOPS_SCORING_URL: azure.url,
        MLOPS_SCORING_AUDIENCE: '0a1b-scoring',
        MLOPS_MEMORY_MB: '512',
        WEBSITE_INSTANCE_ID: '0123456789abcdef0123456789abcdef',
      },
      config,
      (line) => void lines.push(line),
    );
    await ports.objects.write('models/1', [Buffer.from('x')]);
    await ports.events.publish(modelEvent('a'));
    await ports.predictions.append([{ at: 0, line: '{}' }]);
    await ports.predictions.flush();
    await ports.settled();
    await ports.registryMirror.show(version);
    expect(await ports.secret()).toBe('gehëim');
    const answer = await ports.endpoint.post({ path: '/score', headers: {}, body: '{}' });
    expect(answer).toEqual({ status: 200, body: '{}' });
    const bearers = azure.requests
      .filter(({ path }) => !path.startsWith('/msi/'))
      .map(({ path, headers }) => [path.split('/')[1]?.split('?')[0], headers.authorization]);
    expect(bearers).toEqual([
      ['bank-artifacts', 'Bearer token of https://storage.azure.com'],
      ['api', 'Bearer token of https://eventgrid.azure.net'],
      ['bank-artifacts', 'Bearer token of https://storage.azure.com'],
      ['bank-artifacts', 'Bearer token of https://storage.azure.com'],
      ['subscriptions', 'Bearer token of https://management.azure.com'],
      ['secrets', 'Bearer token of https://vault.azure.net'],
      ['score', 'Bearer token of 0a1b-scoring'],
    ]);
    expect(azure.requests.some(({ path }) => path.includes('client_id=5f1c'))).toBe(true);
    const [begun] = azure.requests.filter(({ headers }) => headers['x-ms-blob-type'] === 'AppendBlob');
    expect(begun?.path).toMatch(/\/predictions\/[\d-]{10}\/\d\d\/0123456789abcdef-0\.jsonl$/);
    expect(ports.memory?.limitMb).toBe(512);
    ports.logger.info('e');
    ports.metrics.emit({ model: 'm' }, { requests: [1, 'Count'] });
    await ports.notifier.notify({ severity: 'info', subject: 's', body: 'b' });
    expect(lines.map((line) => (JSON.parse(line) as { message: string }).message)).toEqual([
      'e',
      'metric',
      'notification',
    ]);
  });

  it('gives its files a name of their own where the instance has none', async () => {
    const ports = createPorts(env, config, () => {});
    await ports.predictions.append([{ at: 0, line: '{}' }]);
    const last = azure.requests.findLast(({ headers }) => headers['x-ms-blob-type'] === 'AppendBlob');
    expect(last?.path).toMatch(/\/[0-9a-f]{8}-[0-9a-f-]{27}-0\.jsonl$/);
    expect(ports).not.toHaveProperty('memory');
  });
});
