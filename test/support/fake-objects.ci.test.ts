import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../lambdas/adapters/local/clock.ts';
import type { Condition } from '../../lambdas/ports/object-store.ts';
import { objectStoreContract } from '../contracts/object-store.ts';
import { type Cloud, conditionalWrite, createFakeObjects } from './fake-objects.ts';

for (const cloud of ['s3', 'gcs', 'azure'] as const) {
  objectStoreContract(`the fake of ${cloud}`, (clock) => createFakeObjects({ cloud, clock }));
}

const ABSENT: Condition = { kind: 'absent' };
const SAME: Condition = { kind: 'version', version: 'v1' };

/** The vendors' tables: what each status of a conditional write means. Cloud adapters are tested against it. */
describe('the meaning of a status of a cloud', () => {
  it.each<[Cloud, Condition, number, string, string]>([
    ['s3', ABSENT, 412, 'PreconditionFailed', 'conflict'],
    ['s3', SAME, 412, 'PreconditionFailed', 'conflict'],
    ['s3', SAME, 404, 'NoSuchKey', 'conflict'],
    ['s3', ABSENT, 404, 'NoSuchBucket', 'objects/refused'],
    ['s3', ABSENT, 409, 'ConditionalRequestConflict', 'objects/busy'],
    ['s3', SAME, 409, 'OperationAborted', 'objects/busy'],
    ['s3', SAME, 403, 'AccessDenied', 'objects/forbidden'],
    ['s3', SAME, 503, 'SlowDown', 'unknown'],
    ['s3', SAME, 500, 'InternalError', 'unknown'],
    ['gcs', ABSENT, 412, 'conditionNotMet', 'conflict'],
    ['gcs', SAME, 412, 'conditionNotMet', 'conflict'],
    ['gcs', SAME, 429, 'rateLimitExceeded', 'objects/busy'],
    ['gcs', SAME, 404, 'notFound', 'objects/refused'],
    ['gcs', SAME, 503, 'backendError', 'unknown'],
    ['azure', ABSENT, 409, 'BlobAlreadyExists', 'conflict'],
    ['azure', SAME, 412, 'ConditionNotMet', 'conflict'],
    ['azure', ABSENT, 412, 'LeaseIdMissing', 'conflict'],
    ['azure', SAME, 409, 'LeaseAlreadyPresent', 'objects/busy'],
    ['azure', SAME, 503, 'ServerBusy', 'unknown'],
    ['azure', SAME, 401, 'InvalidAuthenticationInfo', 'objects/forbidden'],
    ['azure', SAME, 400, 'InvalidInput', 'objects/refused'],
  ])('maps for %s, %j: %d %s to %s', (cloud, condition, status, code, meaning) => {
    const understand = () => conditionalWrite(cloud, condition, { status, code });
    if (meaning.startsWith('objects/')) {
      expect(understand).toThrow(
        expect.objectContaining({ code: meaning, retryable: meaning === 'objects/busy' }),
      );
    } else {
      expect(understand().outcome).toBe(meaning);
    }
  });

  it('is unknown without an answer, and carries the version with one', () => {
    expect(conditionalWrite('gcs', SAME, { lost: new Error('ETIMEDOUT') }).outcome).toBe('unknown');
    expect(conditionalWrite('azure', ABSENT, { status: 201, version: 'v2' })).toEqual({
      outcome: 'written',
      version: 'v2',
    });
  });
});

describe('the fakes of object stores', () => {
  const bytes = Buffer.from('same');

  it('brings a version back with the same bytes on S3, but never on the others', async () => {
    const versions = async (cloud: Cloud) => {
      const objects = createFakeObjects({ cloud, clock: createVirtualClock(0) });
      await objects.write('x', [bytes]);
      const first = (await objects.get('x'))?.version;
      await objects.write('x', [bytes]);
      return (await objects.get('x'))?.version === first;
    };
    expect(await Promise.all([versions('s3'), versions('gcs'), versions('azure')])).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('refuses a second write of one object within a second on Cloud Storage', async () => {
    const clock = createVirtualClock(0);
    const objects = createFakeObjects({ cloud: 'gcs', clock });
    await objects.write('x', [bytes]);
    const version = (await objects.get('x'))?.version ?? '';
    const replace = () => objects.tryPut('x', bytes, { kind: 'version', version });
    await expect(replace()).rejects.toMatchObject({ code: 'objects/busy', retryable: true });
    clock.advanceTo(1_000);
    expect((await replace()).outcome).toBe('written');
  });

  it('hides an absent object on S3 from a reader that may not list', async () => {
    const objects = createFakeObjects({ cloud: 's3', clock: createVirtualClock(0), mayList: false });
    await expect(objects.get('x')).rejects.toMatchObject({ code: 'objects/forbidden', retryable: false });
    await objects.write('x', [bytes]);
    expect((await objects.get('x'))?.bytes).toEqual(Uint8Array.from(bytes));
  });
});
