import { describe, expect, it } from 'vitest';
import { readApproval, writeApproval } from '../../lambdas/stores/approvals.ts';
import type { Registration } from '../../lambdas/stores/model-index.ts';
import type { ApprovalRequest } from '../../lambdas/stores/models.ts';
import {
  allocateVersion,
  approve,
  completeVersion,
  readIndex,
  reject,
  requireApproved,
} from '../../lambdas/stores/models.ts';
import { crashing, memoryObjects, virtualClock } from './crash.ts';

const DIGEST = 'd'.repeat(64);

async function registry(passed = true) {
  const storage = { objects: memoryObjects(), clock: virtualClock() };
  const { version } = await allocateVersion(storage, {
    runId: 'run-1',
    fence: 1,
    createdAt: 7,
    evaluation: { primary: { name: 'auc', value: 0.8, low: null, high: null }, passed, reasons: ['too low'] },
    lineage: { trainedBy: 'trainer', codeVersion: 'abc', dataSha256: 'd' },
  });
  return { storage, version };
}

async function pendingVersion(passed = true) {
  const { storage, version } = await registry(passed);
  await completeVersion(storage, version, DIGEST);
  return storage;
}

const request = (changes: Partial<ApprovalRequest> = {}): ApprovalRequest => ({
  version: 1,
  by: 'ann',
  at: 100,
  how: 'manual',
  approverMustDiffer: false,
  ...changes,
});

const rejection = { by: 'ann', at: 50, reason: 'unfair to one group' };

const failure = (code: string) => expect.objectContaining({ code });

describe('the registry', () => {
  it('is empty before the first version', async () => {
    expect(await readIndex({ objects: memoryObjects() })).toMatchObject({ lastVersion: 0, versions: [] });
  });

  it('fails on an unreadable index', async () => {
    const storage = { objects: memoryObjects() };
    const text = JSON.stringify({ schemaVersion: 1, seq: 1, ops: [], state: { schemaVersion: 9 } });
    await storage.objects.write('models/index.json', [new TextEncoder().encode(text)]);
    await expect(readIndex(storage)).rejects.toThrow(failure('state/corrupt'));
  });

  it('keeps the number of a run after the operation behind it was forgotten', async () => {
    const { storage } = await registry();
    const registrationOf = (run: number): Registration => ({
      runId: `run-${run}`,
      fence: run,
      createdAt: 7,
      evaluation: { primary: { name: 'auc', value: 0.8, low: null, high: null }, passed: true, reasons: [] },
      lineage: { trainedBy: 'trainer', codeVersion: 'abc', dataSha256: 'd' },
    });
    await completeVersion(storage, 1, DIGEST);
    // More operations than a state object remembers.
    for (let run = 2; run <= 20; run++) await allocateVersion(storage, registrationOf(run));
    expect(await allocateVersion(storage, registrationOf(1))).toMatchObject({ version: 1, digest: DIGEST });
    expect((await readIndex(storage)).versions).toHaveLength(20);
  });

  it('ends unknown when the store never answers', async () => {
    const { storage } = await registry();
    storage.objects.tryPut = async () => ({ outcome: 'unknown', cause: new Error('connection reset') });
    await expect(completeVersion(storage, 1, DIGEST)).rejects.toThrow(failure('store/unknown-outcome'));
  });
});

describe('approve', () => {
  it('writes who approved which bundle, then the status', async () => {
    const storage = await pendingVersion();
    const approval = { schemaVersion: 1, version: 1, digest: DIGEST, by: 'ann', at: 100, how: 'manual' };
    expect(await approve(storage, request())).toEqual(approval);
    expect(await readApproval(storage, 1)).toEqual(approval);
    expect((await readIndex(storage)).versions[0]?.status).toBe('approved');
    expect(await requireApproved(storage, 1)).toEqual({ version: 1, digest: DIGEST });
  });

  it('keeps the first approval when there is a second', async () => {
    const storage = await pendingVersion();
    const first = await approve(storage, request());
    expect(await approve(storage, request({ at: 200 }))).toEqual(first);
    expect(await approve(storage, request({ by: 'bob', at: 300 }))).toEqual(first);
    expect(await readApproval(storage, 1)).toEqual(first);
  });

  it('fails for a version that does not exist', async () => {
    await expect(approve(await pendingVersion(), request({ version: 2 }))).rejects.toThrow(
      failure('registry/not-found'),
    );
  });

  it('fails for a version that is not whole', async () => {
    const { storage } = await registry();
    await expect(approve(storage, request())).rejects.toThrow(failure('registry/registering'));
  });

  it('fails for a version that failed validation, with the reason', async () => {
    await expect(approve(await pendingVersion(false), request())).rejects.toThrow(/too low/);
  });

  it('fails for a rejected version and leaves no record', async () => {
    const storage = await pendingVersion();
    await reject(storage, 1, rejection);
    await expect(approve(storage, request())).rejects.toThrow(failure('registry/rejected'));
    expect(await readApproval(storage, 1)).toBeUndefined();
  });

  it('fails for the identity that trained the version, where approvers must differ', async () => {
    const storage = await pendingVersion();
    const self = request({ by: 'trainer', approverMustDiffer: true });
    await expect(approve(storage, self)).rejects.toThrow(failure('registry/same-identity'));
    expect(await readApproval(storage, 1)).toBeUndefined();
    await approve(storage, request({ by: 'ann', approverMustDiffer: true }));
    expect((await readIndex(storage)).versions[0]?.status).toBe('approved');
  });

  it('allows the identity that trained the version elsewhere', async () => {
    expect(await approve(await pendingVersion(), request({ by: 'trainer' }))).toMatchObject({
      by: 'trainer',
    });
  });

  it('ends in the same state after a crash at any call', async () => {
    for (const when of ['before', 'after'] as const) {
      for (let at = 0; ; at++) {
        const storage = await pendingVersion();
        const state = { calls: 0 };
        const mortal = { ...storage, objects: crashing(storage.objects, state, { at, when }) };
        const died = await approve(mortal, request()).then(
          () => false,
          () => true,
        );
        // Whoever looks now never sees an approved version without its record.
        const seen = (await readIndex(storage)).versions[0]?.status;
        if (seen === 'approved') expect(await readApproval(storage, 1)).toBeDefined();
        await approve(storage, request({ at: 999 }));
        expect((await readIndex(storage)).versions[0]?.status).toBe('approved');
        expect(await requireApproved(storage, 1)).toEqual({ version: 1, digest: DIGEST });
        if (!died) {
          expect(at).toBeGreaterThanOrEqual(4);
          break;
        }
      }
    }
  });
});

describe('versions that may be released', () => {
  it('refuses versions without an approval', async () => {
    await expect(requireApproved(await pendingVersion(), 1)).rejects.toThrow(
      failure('registry/not-approved'),
    );
    await expect(requireApproved(await pendingVersion(false), 1)).rejects.toThrow(
      failure('registry/not-approved'),
    );
    await expect(requireApproved((await registry()).storage, 1)).rejects.toThrow(
      failure('registry/not-approved'),
    );
  });

  it('refuses a version that was rejected after its approval', async () => {
    const storage = await pendingVersion();
    await approve(storage, request());
    await reject(storage, 1, rejection);
    await expect(requireApproved(storage, 1)).rejects.toThrow(failure('registry/not-approved'));
  });

  it('refuses a version that failed validation, even where somebody edited the index to approved', async () => {
    const storage = await pendingVersion(false);
    const text = new TextDecoder().decode(storage.objects.files.get('models/index.json'));
    const edited = text
      .replace('"failed-validation"', '"approved"')
      .replace(/,\s*"sha256": "[0-9a-f]{64}"\n}/, '}');
    await storage.objects.write('models/index.json', [new TextEncoder().encode(edited)]);
    await writeApproval(storage, {
      schemaVersion: 1,
      version: 1,
      digest: DIGEST,
      by: 'eve',
      at: 1,
      how: 'manual',
    });
    expect((await readIndex(storage)).versions[0]?.status).toBe('approved');
    await expect(requireApproved(storage, 1)).rejects.toThrow(failure('registry/not-approved'));
  });

  it('refuses an approval with another bundle', async () => {
    const storage = await pendingVersion();
    await approve(storage, request());
    const other = JSON.stringify({ ...(await readApproval(storage, 1)), digest: 'e'.repeat(64) });
    await storage.objects.write('approvals/1.json', [new TextEncoder().encode(other)]);
    await expect(requireApproved(storage, 1)).rejects.toThrow(failure('registry/not-approved'));
  });
});
