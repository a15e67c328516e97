import { describe, expect, it } from 'vitest';
import { connectCloudSql } from '../../../lambdas/adapters/gcp/cloud-sql.ts';
import { openSource } from '../../../lambdas/adapters/gcp/source.ts';
import { createVirtualClock } from '../../../lambdas/adapters/local/clock.ts';
import { googleError, startGoogle } from '../../support/google-server.ts';

describe('the admission to Cloud SQL', () => {
  it.each([
    [403, 'PERMISSION_DENIED', { code: 'source/forbidden', retryable: false }],
    [404, 'NOT_FOUND', { code: 'source/not-found', retryable: false }],
    [429, 'RESOURCE_EXHAUSTED', { code: 'source/busy', retryable: true }],
    [503, 'UNAVAILABLE', { code: 'source/unavailable', retryable: true }],
  ])('is reported after answer %s', async (status, name, failure) => {
    const google = await startGoogle([() => googleError(status, name)], createVirtualClock(0));
    const refused = connectCloudSql({ ...google.service, instance: 'p:r:i' });
    await expect(refused).rejects.toMatchObject(failure);
    await google.close();
  });

  it.each(['bank', 'p:i', 'p:r:', ''])('is refused for the instance %j', async (instance) => {
    const google = await startGoogle([]);
    await expect(connectCloudSql({ ...google.service, instance })).rejects.toMatchObject({
      code: 'source/unreachable',
      retryable: false,
    });
    expect(google.requests).toEqual([]);
    await google.close();
  });

  it('needs the id of the instance', async () => {
    const google = await startGoogle([]);
    const database = { engine: 'postgres', host: 'h', port: 5432, name: 'd', user: 'u' } as const;
    expect(() => openSource(database, google.service)).toThrow(
      expect.objectContaining({ code: 'config/missing' }),
    );
    await google.close();
  });
});
