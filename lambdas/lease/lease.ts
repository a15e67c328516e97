import { RuntimeFailure } from '../core/errors.ts';
import { type PipelineInput, type PipelineStart, TRAINING_PIPELINE } from '../pipeline.ts';
import type { Ports } from '../ports/index.ts';
import { createLease } from '../stores/lease.ts';

type LeasePorts = Pick<Ports, 'objects' | 'clock' | 'logger'>;

/** What the steps of a run get, and whether the run is of new data only. */
export interface BegunRun extends PipelineInput {
  readonly data: boolean;
}

/**
 * Takes the lease that keeps two runs of one model apart. The run is named by what started it and when, so that a
 * start which is delivered twice is one run.
 *
 * @throws RuntimeFailure `pipeline/busy` (retryable) while another run holds it, `pipeline/bad-start`
 */
export async function beginRun(ports: LeasePorts, start: PipelineStart): Promise<BegunRun> {
  const { trigger, at, data = false } = start;
  const time = Date.parse(at);
  if (Number.isNaN(time))
    throw new RuntimeFailure('pipeline/bad-start', `'${at}' is no time`, {
      fix: 'give at as ISO 8601 in UTC',
    });
  const to = new Date(time).toISOString();
  const runId = runIdOf(data ? 'data' : trigger, to);
  const taken = await trainingLease(ports).acquire(runId, TRAINING_PIPELINE.lease.ttlSec * 1000);
  if (taken.outcome !== 'acquired') throw busy(runId, taken);
  ports.logger.info('run.begun', { runId, trigger, to, fence: taken.fence });
  return { runId, to, trigger, fence: taken.fence, data };
}

/** Returns the lease. Twice is once; a lease that was lost in the meantime is nobody's failure. */
export async function endRun(
  ports: LeasePorts,
  { runId, fence }: Pick<PipelineInput, 'runId' | 'fence'>,
): Promise<void> {
  const { outcome } = await trainingLease(ports).release(runId, fence);
  ports.logger.info('run.ended', { runId, fence, outcome });
}

/** `schedule-20260301t020000000z`: letters, digits and dashes, at most 63. */
export function runIdOf(kind: string, to: string): string {
  return `${kind}-${to.replace(/[-:.]/g, '').toLowerCase()}`;
}

const trainingLease = (ports: LeasePorts) => createLease(ports, `locks/${TRAINING_PIPELINE.lease.name}.json`);

/** The failure of a run that cannot start. */
export function busy(
  runId: string,
  taken:
    | { readonly outcome: 'held'; readonly owner: string }
    | { readonly outcome: 'unknown'; readonly cause: unknown },
): RuntimeFailure {
  const why =
    taken.outcome === 'held' ? `run ${taken.owner} holds the lease` : 'it cannot be told who holds the lease';
  return new RuntimeFailure('pipeline/busy', `run ${runId} cannot start: ${why}`, {
    retryable: true,
    fix: 'wait for the other run to end',
    ...(taken.outcome === 'unknown' && { cause: taken.cause }),
  });
}
