import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPorts } from '../../../lambdas/adapters/gcp/create-ports.ts';
import type { FunctionConfig } from '../../../lambdas/core/function-config.ts';
import { modelEvent } from '../../contracts/events.ts';
import { CONFIG } from '../../score/fixture.ts';
import { fakeMetadata, fakePubsub, fakeSecret, fakeVertex } from '../../support/google-fakes.ts';
import { type GoogleServer, startGoogle } from '../../support/google-server.ts';
import { fakeStorage } from '../../support/google-storage.ts';

const config: FunctionConfig = { schemaVersion: 1, codeVersion: '1', model: CONFIG };

describe('createPorts of a function on Google Cloud', () => {
  const pubsub = fakePubsub();
  const vertex = fakeVertex();
  let google: GoogleServer;
  let env: Record<string, string>;
  beforeAll(async () => {
    google = await startGoogle([
      fakeMetadata(),
      pubsub.fake,
      vertex.fake,
      fakeSecret('gehëim'),
      fakeStorage().fake,
      ({ path, method }) =>
        method === 'POST' && path === '/score' ? { status: 200, body: '{}' } : undefined,
    ]);
    env = {
      GCE_METADATA_HOST: new URL(google.url).host,
      MLOPS_GOOGLE_ENDPOINT: google.url,
      MLOPS_BUCKET: 'bank',
    };
  });
  afterAll(() => google.close());

  it('asks for nothing but the bucket at first, and names the variable that is missing at its use', async () => {
    const ports = createPorts(env, config, () => {});
    await ports.settled();
    expect(google.requests).toEqual([]);
    const version = { model: 'm', version: 1, digest: 'd', status: 'pending', prefix: 'p' } as const;
    const missing: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['MLOPS_EVENTS_TOPIC', () => ports.events.publish(modelEvent('e'))],
      ['MLOPS_RETRAINING_TOPIC', () => ports.events.publish(modelEvent('e', 'retraining.requested'))],
      ['MLOPS_PREDICTIONS_TOPIC', () => ports.predictions.append([{ at: 0, line: '{}' }])],
      ['MLOPS_VERTEX_MODEL', () => ports.registryMirror.show(version)],
      ['MLOPS_SECRET', () => ports.secret()],
      ['MLOPS_SCORING_URL', () => ports.endpoint.post({ path: '/score', headers: {}, body: '{}' })],
      ['no database', () => ports.source()],
      ['no online store', () => ports.online.get('k')],
      ['no online store', () => ports.online.put([])],
      ['no online store', () => ports.online.delete('k')],
    ];
    for (const [name, call] of missing)
      await expect(call(), name).rejects.toMatchObject({
        code: 'config/missing',
        message: expect.stringContaining(name),
      });
    expect(() => createPorts({}, config, () => {})).toThrow(/MLOPS_BUCKET/);
  });

  it('reaches each service by the names in the environment, with tokens of the metadata server', async () => {
    const lines: string[] = [];
    const ports = createPorts(
      {
        ...env,
        MLOPS_EVENTS_TOPIC: 'projects/p/topics/events',
        MLOPS_RETRAINING_TOPIC: 'projects/p/topics/retraining',
        MLOPS_PREDICTIONS_TOPIC: 'projects/p/topics/predictions',
        MLOPS_SECRET: 'projects/p/secrets/s',
        MLOPS_SCORING_URL: google.url,
        MLOPS_MEMORY_MB: '512',
      },
      config,
      (line) => void lines.push(line),
    );
    await ports.objects.write('models/1', [Buffer.from('x')]);
    await ports.events.publish(modelEvent('a'));
    await ports.events.publish(modelEvent('b', 'retraining.requested'));
    await ports.predictions.append([{ at: 0, line: '{}' }]);
    await ports.predictions.flush();
    await ports.settled();
    expect(pubsub.published.map(({ topic }) => topic.split('/').at(-1))).toEqual([
      'events',
      'retraining',
      'predictions',
    ]);
    expect(await ports.secret()).toBe('gehëim');
    const answer = await ports.endpoint.post({ path: '/score', headers: {}, body: '{}' });
    expect(answer).toEqual({ status: 200, body: '{}' });
    const asked = google.requests.find(({ path }) => path.includes('/identity'));
    expect(asked?.path).toContain(`audience=${encodeURIComponent(google.url)}`);
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

  it('has no memory to report where the limit is not known', () => {
    expect(createPorts(env, config, () => {})).not.toHaveProperty('memory');
  });
});
