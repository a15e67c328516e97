import type { ModelConfig } from '../core/config.ts';
import type { ErrorCode } from '../core/error-codes/index.ts';
import { RuntimeFailure } from '../core/errors.ts';
import type { Approval } from '../stores/approvals.ts';
import { isRegistered } from '../stores/model-index.ts';
import { readIndex } from '../stores/models.ts';
import { type ApproveArguments, runApprove, showVersion } from './approve.ts';

/** An entry of the cloud's registry: whether it is approved, and who approved it. */
export interface HeardApproval {
  readonly version: number | undefined;
  readonly digest: string | undefined;
  readonly approved: boolean;
  readonly by: string;
  /** The identity that the cloud itself reports for the approval; undefined where it reports none. */
  readonly provenBy: string | undefined;
}

/** Compares an identity that a cloud reports with one that the environment declares. */
export type SameIdentity = (reported: string, declared: string) => boolean;

/**
 * Takes over an approval that a person gave in the cloud's own registry. Ours decides whether there is such a version:
 * an entry without our number, or with another digest than our bundle's, approves nothing. If approvers must differ
 * from those who train, the cloud itself has to report one of the environment's approvers.
 *
 * @returns undefined when the entry is no longer approved, or was made by this project itself
 * @throws RuntimeFailure `registry/not-ours`, `registry/not-found`, `registry/other-digest`,
 *   `registry/not-an-approver`, and as `runApprove`
 */
export async function hearApproval(
  ports: ApproveArguments['ports'],
  config: ApproveArguments['config'] & Pick<ModelConfig, 'approvers'>,
  { version, digest, approved, by, provenBy }: HeardApproval,
  isSame: SameIdentity,
): Promise<Approval | undefined> {
  if (!approved) return undefined; // taken back since the event was sent
  if (version === undefined || digest === undefined)
    throw new RuntimeFailure(
      'registry/not-ours',
      'the approved package has no version and digest of this model',
      {
        fix: 'approve a package that this model registered',
      },
    );
  const entry = (await readIndex(ports)).versions.find((one) => one.version === version);
  if (entry === undefined)
    throw new RuntimeFailure('registry/not-found', `version ${version} does not exist`, {
      fix: 'approve a package that this model registered',
    });
  if (entry.digest !== digest)
    throw new RuntimeFailure(
      'registry/other-digest',
      `version ${version} of our registry has another digest`,
      {
        fix: 'do not approve it: the package was not made by this model',
      },
    );
  // Our own word came back, or the event came twice. Should the first delivery have died before it published its own
  // event, the release controller's next tick finds the version approved.
  if (entry.status === 'approved') return undefined;
  try {
    if (config.approverMustDiffer) requireApprover(config.approvers, provenBy, isSame);
    return await runApprove({ ports, config, input: { version, by, how: 'manual' } });
  } catch (error) {
    const refused = error instanceof RuntimeFailure && NEVER.has(error.code);
    if (refused && isRegistered(entry)) await showVersion(ports, config.name, entry);
    throw error;
  }
}

/** Versions that no approval can bring back: the cloud's registry is to show that again. */
const NEVER: ReadonlySet<ErrorCode> = new Set([
  'registry/failed-validation',
  'registry/rejected',
  'registry/not-an-approver',
]);

function requireApprover(approvers: readonly string[], by: string | undefined, isSame: SameIdentity): void {
  if (by !== undefined && approvers.some((one) => isSame(by, one))) return;
  throw new RuntimeFailure(
    'registry/not-an-approver',
    `${by ?? 'an identity that the registry does not report'} is not one of the environment's approvers`,
    { fix: 'ask one of the approvers to approve it, or add the identity to approvers and deploy' },
  );
}

/**
 * Approves a version by the one who calls, whom the cloud itself has identified.
 *
 * @throws RuntimeFailure `registry/not-an-approver` where approvers must differ, and as `runApprove`
 */
export async function approveByCaller(
  ports: ApproveArguments['ports'],
  config: ApproveArguments['config'] & Pick<ModelConfig, 'approvers'>,
  { version, by }: { readonly version: number; readonly by: string },
  isSame: SameIdentity,
): Promise<Approval> {
  if (config.approverMustDiffer) requireApprover(config.approvers, by, isSame);
  return runApprove({ ports, config, input: { version, by, how: 'manual' } });
}

/**
 * Approves a version that the payload of a call names; the payload alone says who approves.
 *
 * @throws RuntimeFailure `registry/approval-by-payload` where approvers must differ, and as `runApprove`
 */
export async function approveByPayload(
  ports: ApproveArguments['ports'],
  config: ApproveArguments['config'],
  { version, by }: { readonly version: number; readonly by: string },
): Promise<Approval> {
  if (config.approverMustDiffer)
    throw new RuntimeFailure('registry/approval-by-payload', 'the payload names the approver without proof', {
      fix: "approve the package in the cloud's registry as one of the approvers",
    });
  return runApprove({ ports, config, input: { version, by, how: 'manual' } });
}
