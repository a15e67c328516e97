import { describe, expect, it } from 'vitest';
import { resourceNames } from '../../../lambdas/adapters/shared/resource-names.ts';
import { serviceFailures } from '../../../lambdas/adapters/shared/service-failure.ts';
import { RuntimeFailure } from '../../../lambdas/core/errors.ts';

interface CloudError {
  readonly status?: number;
  readonly name?: string;
}

/** A cloud of its own words. */
const { failureOf, hasBadCredentials, isThrottled } = serviceFailures({
  statusOf: (error) => (error as CloudError).status,
  nameOf: (error) => (error as CloudError).name ?? 'unknown',
  throttled: new Set(['RESOURCE_EXHAUSTED']),
  credentials: new Set(['UNAUTHENTICATED']),
  forbidden: new Set(['PERMISSION_DENIED']),
});

describe('an error of a cloud service', () => {
  it.each<readonly [code: string, retryable: boolean, error: CloudError]>([
    ['busy', true, { status: 429 }],
    ['busy', true, { status: 503, name: 'RESOURCE_EXHAUSTED' }],
    ['credentials', false, { status: 403, name: 'UNAUTHENTICATED' }],
    ['credentials', false, { status: 401 }],
    ['forbidden', false, { status: 403 }],
    ['forbidden', false, { status: 400, name: 'PERMISSION_DENIED' }],
    ['not-found', false, { status: 404 }],
    ['refused', false, { status: 400 }],
    ['refused', false, { status: 499 }],
    ['unavailable', true, { status: 500 }],
    ['unavailable', true, { status: 408 }],
    ['unavailable', true, {}],
  ])('becomes the failure %s, retryable %s: %j', (code, retryable, error) => {
    const failure = failureOf('objects', error, 'reading a.json');
    expect(failure).toMatchObject({ code: `objects/${code}`, retryable, cause: error });
    expect(failure.message).toMatch(/^reading a\.json: /);
    expect(isThrottled(error)).toBe(code === 'busy');
    expect(hasBadCredentials(error)).toBe(code === 'credentials');
  });

  it('passes a failure of ours on unchanged', () => {
    const failure = new RuntimeFailure('objects/busy', 'x');
    expect(failureOf('events', failure, 'publishing')).toBe(failure);
  });
});

describe('the name of a resource', () => {
  const nameOf = resourceNames({ MLOPS_BUCKET: 'artifacts', MLOPS_STREAM: '' });

  it('reads the name from its variable', () => {
    expect(nameOf('MLOPS_BUCKET')).toBe('artifacts');
  });

  it.each(['MLOPS_STREAM', 'MLOPS_EVENT_BUS'])('fails where the variable %s is not set', (variable) => {
    expect(() => nameOf(variable)).toThrow(
      expect.objectContaining({ code: 'config/missing', message: `${variable} is not set` }),
    );
  });
});
