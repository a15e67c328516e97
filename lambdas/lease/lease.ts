import { RuntimeFailure } from '../core/errors.ts';
import { parseUtc } from '../core/time/utc.ts';
import { type PipelineInput, type PipelineStart, TRAINING_PIPELINE } from '../pipeline.ts';
import type { Ports } from '../ports/index.ts';
import { type Acquisition, createLease } from '../stores/lease.ts';

type LeasePorts = Pick<Ports, 'objects' | 'clock' | 'logger'>;

/** Input for the steps of a run, and whether the run is of new data only. */
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
  const time = parseUtc(at);
  if (Number.isNaN(time))
    throw new RuntimeFailure('pipeline/bad-start', `'${at}' is not a time in UTC`, {
      fix: 'give at as 2026-01-31T00:00:00Z',
    });
  const to = new Date(time).toISOString();
  const runId = runIdOf(data ? 'data' : trigger, to);
  const fence = await takeLease(ports, runId);
  ports.logger.info('run.begun', { runId, trigger, to, fence });
  return { runId, to, trigger, fence, data };
}

/**
 * Takes the lease for as long as all steps can take; a run that holds it already keeps its fence.
 *
 * @returns the fence
 * @throws RuntimeFailure `pipeline/busy` (retryable) while another run holds it
 */
export async function takeLease(ports: LeasePorts, runId: string): Promise<number> {
  const taken = await trainingLease(ports).acquire(runId, TRAINING_PIPELINE.lease.ttlSec * 1000);
  if (taken.outcome !== 'acquired') throw busy(runId, taken);
  return taken.fence;
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
function busy(runId: string, taken: Exclude<Acquisition, { readonly outcome: 'acquired' }>): RuntimeFailure {
  const why =
    taken.outcome === 'held' ? `run ${taken.owner} holds the lease` : 'the holder of the lease is unknown';
  return new RuntimeFailure('pipeline/busy', `run ${runId} cannot start: ${why}`, {
    retryable: true,
    fix: 'wait for the other run to end',
    ...(taken.outcome === 'unknown' && { cause: taken.cause }),
  });
}
