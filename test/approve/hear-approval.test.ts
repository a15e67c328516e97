import { describe, expect, it } from 'vitest';
import { runReject } from '../../lambdas/approve/approve.ts';
import {
  approveByCaller,
  approveByPayload,
  type HeardApproval,
  hearApproval,
} from '../../lambdas/approve/hear-approval.ts';
import { isSameGoogleIdentity } from '../../lambdas/core/google-identity.ts';
import { isSameIdentity } from '../../lambdas/core/iam-identity.ts';
import { runRegister } from '../../lambdas/register/register.ts';
import { readApproval } from '../../lambdas/stores/approvals.ts';
import { readIndex, requireApproved } from '../../lambdas/stores/models.ts';
import type { Evaluation } from '../../lambdas/stores/runs.ts';
import { configOf, createWorld } from '../register/register-fixture.ts';

const ANN = 'arn:aws:sts::111111111111:assumed-role/approver/ann';
const CONFIG = configOf();

/** Version 1 is registered and waits; `heard` is what its package says once a person approved it. */
async function registered(evaluation: Partial<Evaluation> = {}) {
  const world = createWorld();
  await world.trained('run-1', { evaluation });
  const ports = world.process();
  const { digest } = await runRegister({ ports, config: CONFIG, input: { runId: 'run-1', fence: 1 } });
  world.published.length = 0;
  world.mirrored.length = 0;
  const heard: HeardApproval = { version: 1, digest, approved: true, by: ANN, provenBy: ANN };
  return { world, ports, heard };
}

/** Nothing was written, nobody was told. */
async function untouched({ world }: Awaited<ReturnType<typeof registered>>): Promise<void> {
  expect(world.published).toEqual([]);
  expect(await readApproval(world, 1)).toBeUndefined();
}

describe("an approval given in the cloud's registry", () => {
  it('approves our version in the name of the person in the package', async () => {
    const { world, ports, heard } = await registered();
    expect(await hearApproval(ports, CONFIG, heard, isSameIdentity)).toMatchObject({
      version: 1,
      by: ANN,
      how: 'manual',
    });
    expect(await requireApproved(world, 1)).toEqual({ version: 1, digest: heard.digest });
    expect(world.published).toMatchObject([{ id: 'version.approved:1', detail: { by: ANN } }]);
  });

  it('has one effect when it is delivered twice', async () => {
    const { world, ports, heard } = await registered();
    await hearApproval(ports, CONFIG, heard, isSameIdentity);
    expect(
      await hearApproval(ports, CONFIG, { ...heard, by: 'somebody else' }, isSameIdentity),
    ).toBeUndefined();
    expect((await readApproval(world, 1))?.by).toBe(ANN);
    expect(world.published).toHaveLength(1);
  });

  it('approves nothing when it was taken back before its delivery', async () => {
    const bench = await registered();
    expect(
      await hearApproval(bench.ports, CONFIG, { ...bench.heard, approved: false }, isSameIdentity),
    ).toBeUndefined();
    await untouched(bench);
  });

  it.each([
    ['names no version', { version: undefined }, 'registry/not-ours'],
    ['names no digest', { digest: undefined }, 'registry/not-ours'],
    ['names a version that we do not have', { version: 7 }, 'registry/not-found'],
    ['names the digest of another bundle', { digest: 'f'.repeat(64) }, 'registry/other-digest'],
  ])('approves nothing by a package that %s', async (_, change, code) => {
    const bench = await registered();
    const heard = { ...bench.heard, ...change };
    await expect(hearApproval(bench.ports, CONFIG, heard, isSameIdentity)).rejects.toMatchObject({
      code,
      retryable: false,
    });
    await untouched(bench);
    expect(bench.world.mirrored).toEqual([]);
  });

  it('refuses a version that failed validation, and restores that status in the package', async () => {
    const bench = await registered({ passed: false, reasons: ['auc 0.4 < 0.5'] });
    await expect(hearApproval(bench.ports, CONFIG, bench.heard, isSameIdentity)).rejects.toMatchObject({
      code: 'registry/failed-validation',
      message: expect.stringContaining('auc 0.4 < 0.5'),
    });
    await untouched(bench);
    expect(bench.world.mirrored).toMatchObject([{ version: 1, status: 'failed-validation' }]);
  });

  it('refuses a version that was rejected, and restores that status in the package', async () => {
    const bench = await registered();
    const input = { version: 1, by: 'bob', reason: 'wrong data' };
    await runReject({ ports: bench.ports, config: CONFIG, input });
    bench.world.mirrored.length = 0;
    await expect(hearApproval(bench.ports, CONFIG, bench.heard, isSameIdentity)).rejects.toMatchObject({
      code: 'registry/rejected',
    });
    await untouched(bench);
    expect(bench.world.mirrored).toMatchObject([{ version: 1, status: 'rejected' }]);
  });

  it('refuses the identity that trained the version where the environment asks for another', async () => {
    const bench = await registered();
    const by = (await readIndex(bench.world)).versions[0]?.lineage.trainedBy ?? '';
    const strict = configOf({ approverMustDiffer: true, approvers: [by] });
    const heard = { ...bench.heard, by, provenBy: by };
    await expect(hearApproval(bench.ports, strict, heard, isSameIdentity)).rejects.toMatchObject({
      code: 'registry/same-identity',
    });
    await untouched(bench);
  });

  it('accepts an approver of the environment, by the role or by one session of it', async () => {
    for (const approver of ['arn:aws:iam::111111111111:role/teams/approver', ANN]) {
      const bench = await registered();
      const strict = configOf({ approverMustDiffer: true, approvers: [approver] });
      expect(await hearApproval(bench.ports, strict, bench.heard, isSameIdentity)).toMatchObject({ by: ANN });
    }
  });

  it.each([
    ['of another role', 'arn:aws:iam::111111111111:role/data-scientist', ANN],
    ['of the same role in another account', 'arn:aws:iam::222222222222:role/approver', ANN],
    ['of another session', 'arn:aws:sts::111111111111:assumed-role/approver/bob', ANN],
    ['that the cloud does not report', 'arn:aws:iam::111111111111:role/approver', undefined],
  ])('refuses an identity %s, and restores the status in the package', async (_, approver, provenBy) => {
    const bench = await registered();
    const strict = configOf({ approverMustDiffer: true, approvers: [approver] });
    const heard = { ...bench.heard, provenBy };
    await expect(hearApproval(bench.ports, strict, heard, isSameIdentity)).rejects.toMatchObject({
      code: 'registry/not-an-approver',
      retryable: false,
    });
    await untouched(bench);
    expect(bench.world.mirrored).toMatchObject([{ version: 1, status: 'pending' }]);
  });
});

describe('an approval by the payload of a call', () => {
  it('is refused where approvers must differ, and passes where they need not', async () => {
    const bench = await registered();
    const input = { version: 1, by: ANN };
    const strict = configOf({ approverMustDiffer: true, approvers: [ANN] });
    await expect(approveByPayload(bench.ports, strict, input)).rejects.toMatchObject({
      code: 'registry/approval-by-payload',
    });
    await untouched(bench);
    expect(await approveByPayload(bench.ports, CONFIG, input)).toMatchObject({ by: ANN });
  });
});

describe('an approval by the caller, whom the cloud has identified', () => {
  const by = 'ann@example.com';
  const strict = { ...CONFIG, approverMustDiffer: true, approvers: ['user:ann@example.com'] };

  it('approves in the name of the caller', async () => {
    const { world, ports, heard } = await registered();
    const approval = await approveByCaller(ports, CONFIG, { version: 1, by }, isSameGoogleIdentity);
    expect(approval).toMatchObject({ version: 1, by, how: 'manual' });
    expect(await requireApproved(world, 1)).toEqual({ version: 1, digest: heard.digest });
  });

  it('is the word of an approver where approvers must differ, and of nobody else', async () => {
    const bench = await registered();
    for (const other of ['eve@example.com', 'ann@example.org'])
      await expect(
        approveByCaller(bench.ports, strict, { version: 1, by: other }, isSameGoogleIdentity),
      ).rejects.toMatchObject({ code: 'registry/not-an-approver' });
    await untouched(bench);
    expect(
      await approveByCaller(bench.ports, strict, { version: 1, by }, isSameGoogleIdentity),
    ).toMatchObject({
      by,
    });
  });
});
