/** A person's or the policy's word on a version: the record, the status, the mirror, and the event. */

import type { ModelConfig } from '../core/config.ts';
import type { Ports } from '../ports/index.ts';
import type { Approval } from '../stores/approvals.ts';
import { bundlePrefix } from '../stores/bundle.ts';
import type { RegisteredEntry, Rejection } from '../stores/model-index.ts';
import { approve, reject } from '../stores/models.ts';

/** Arguments of an approval. */
export interface ApproveArguments {
  readonly ports: Pick<Ports, 'objects' | 'registryMirror' | 'events' | 'logger' | 'clock'>;
  readonly config: Pick<ModelConfig, 'name' | 'approverMustDiffer'>;
  readonly input: {
    readonly version: number;
    /** The identity that decides. */
    readonly by: string;
    readonly how: Approval['how'];
  };
}

/**
 * Runs the step. Twice is once: the first approval stands, and the event keeps its id.
 *
 * @throws RuntimeFailure as `approve` of stores/models.ts does
 */
export async function runApprove({ ports, config, input }: ApproveArguments): Promise<Approval> {
  const { version, by, how } = input;
  const approval = await approve(ports, {
    version,
    by,
    how,
    at: ports.clock.now(),
    approverMustDiffer: config.approverMustDiffer,
  });
  const { digest, at } = approval;
  await showVersion(ports, config.name, { version, digest, status: 'approved' });
  await ports.events.publish({
    id: `version.approved:${version}`,
    type: 'version.approved',
    model: config.name,
    at,
    detail: { version, digest, by: approval.by, how: approval.how },
  });
  ports.logger.info('version.approved', { version, digest, by: approval.by, how: approval.how });
  return approval;
}

/** Arguments of a rejection. */
export interface RejectArguments {
  readonly ports: Pick<Ports, 'objects' | 'registryMirror' | 'logger' | 'clock'>;
  readonly config: Pick<ModelConfig, 'name'>;
  readonly input: { readonly version: number } & Pick<Rejection, 'by' | 'reason'>;
}

/**
 * Rejects a version, so that no release can start with it any more. Twice is once. A version that serves already
 * is taken back by a rollback, not by this.
 *
 * @throws RuntimeFailure as `reject` of stores/models.ts does
 */
export async function runReject({ ports, config, input }: RejectArguments): Promise<void> {
  const { version, by, reason } = input;
  const entry = await reject(ports, version, { by, reason, at: ports.clock.now() });
  await showVersion(ports, config.name, entry);
  ports.logger.info('version.rejected', { version, digest: entry.digest, by });
}

/** Shows a version and its status in the cloud's own registry. */
export async function showVersion(
  { registryMirror }: Pick<Ports, 'registryMirror'>,
  model: string,
  { version, digest, status }: Pick<RegisteredEntry, 'version' | 'digest' | 'status'>,
): Promise<void> {
  await registryMirror.show({ model, version, digest, status, prefix: bundlePrefix(version) });
}
