import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ModelIndex, Registration } from '../../lambdas/stores/model-index.ts';
import {
  allocate,
  complete,
  EMPTY_INDEX,
  markApproved,
  markRejected,
} from '../../lambdas/stores/model-index.ts';

const registration = (runId: string, fence: number, passed = true): Registration => ({
  runId,
  fence,
  createdAt: 1,
  evaluation: {
    primary: { name: 'auc', value: 0.8, low: 0.78, high: 0.82 },
    passed,
    reasons: passed ? [] : ['auc 0.8 is below 0.9'],
  },
  lineage: { trainedBy: 'trainer', codeVersion: 'abc', dataSha256: 'd' },
});

const registered = (...runs: Registration[]): ModelIndex =>
  runs.reduce((index, run) => {
    const next = allocate(index, run);
    return complete(next, next.lastVersion, `digest-${run.runId}`);
  }, EMPTY_INDEX);

describe('the version numbers of a model', () => {
  it('numbers versions from 1, one by one', () => {
    const index = registered(registration('a', 1), registration('b', 5));
    expect(index.versions.map(({ version }) => version)).toEqual([1, 2]);
    expect(index.newestFence).toBe(5);
  });

  it('never uses a number again after an entry was removed', () => {
    const index = registered(registration('a', 1), registration('b', 2));
    const next = allocate({ ...index, versions: index.versions.slice(0, 1) }, registration('c', 3));
    expect(next.versions.map(({ version }) => version)).toEqual([1, 3]);
  });

  it('keeps the number of a run', () => {
    const index = allocate(EMPTY_INDEX, registration('a', 1));
    expect(allocate(index, registration('a', 1))).toBe(index);
    expect(allocate(index, registration('a', 4))).toBe(index);
  });

  it.each([
    ['an older fence', 4],
    ['the same fence', 5],
  ])('refuses a number to another run with %s', (_, fence) => {
    const index = allocate(EMPTY_INDEX, registration('a', 5));
    expect(() => allocate(index, registration('b', fence))).toThrow(
      expect.objectContaining({ code: 'registry/fenced' }),
    );
  });

  it('refuses to resume an unfinished version after a newer run registered, but not a finished one', () => {
    const begun = allocate(EMPTY_INDEX, registration('a', 1));
    const overtaken = allocate(begun, registration('b', 2));
    const fenced = expect.objectContaining({ code: 'registry/fenced' });
    expect(() => allocate(overtaken, registration('a', 1))).toThrow(fenced);
    expect(() => complete(overtaken, 1, 'x')).toThrow(fenced);
    const finished = registered(registration('a', 1), registration('b', 2));
    expect(allocate(finished, registration('a', 1))).toBe(finished);
    expect(complete(finished, 1, 'digest-a')).toBe(finished);
  });
});

describe('the status of a version', () => {
  const rejection = { by: 'ann', at: 9, reason: 'unfair to one group' };
  const failed = registered(registration('a', 1, false));
  const pending = registered(registration('a', 1));
  const begun = allocate(EMPTY_INDEX, registration('a', 1));

  it('is pending or failed-validation once the bundle is whole', () => {
    expect(begun.versions[0]).toMatchObject({ status: 'registering', digest: null });
    expect(pending.versions[0]).toMatchObject({ status: 'pending', digest: 'digest-a' });
    expect(failed.versions[0]).toMatchObject({ status: 'failed-validation' });
  });

  it('changes nothing at a second decision', () => {
    const approved = markApproved(pending, 1);
    expect(approved.versions[0]?.status).toBe('approved');
    expect(markApproved(approved, 1)).toBe(approved);
    const rejected = markRejected(approved, 1, rejection);
    expect(rejected.versions[0]).toMatchObject({ status: 'rejected', rejection });
    expect(markRejected(rejected, 1, { ...rejection, by: 'bob' })).toBe(rejected);
  });

  it.each([
    ['registry/not-found', pending, 2],
    ['registry/not-found', EMPTY_INDEX, 1],
    ['registry/registering', begun, 1],
    ['registry/failed-validation', failed, 1],
    ['registry/rejected', markRejected(pending, 1, rejection), 1],
  ])('fails to approve with %s', (code, index, version) => {
    expect(() => markApproved(index, version)).toThrow(expect.objectContaining({ code }));
  });
});

it('gives strictly rising numbers and at most one result per fence in any sequence of registrations', () => {
  const step = fc.record({
    run: fc.integer({ min: 0, max: 9 }),
    fence: fc.integer({ min: 1, max: 12 }),
    finish: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let index = EMPTY_INDEX;
      for (const { run, fence, finish } of steps) {
        try {
          index = allocate(index, registration(`run-${run}`, fence));
          const own = index.versions.find(({ runId }) => runId === `run-${run}`);
          if (finish && own) index = complete(index, own.version, `digest-${run}`);
        } catch (error) {
          expect(error).toMatchObject({ code: 'registry/fenced' });
        }
      }
      const { versions, lastVersion, newestFence } = index;
      expect(versions.map(({ version }) => version)).toEqual(versions.map((_, position) => position + 1));
      expect(lastVersion).toBe(versions.length);
      const fences = versions.map(({ fence }) => fence);
      expect(fences).toEqual([...new Set(fences)].sort((a, b) => a - b));
      expect(newestFence).toBe(Math.max(0, ...fences));
      expect(new Set(versions.map(({ runId }) => runId)).size).toBe(versions.length);
    }),
  );
});
