/** The start of a training run on Durable Functions: by an event or by a schedule, and once for each. */

import type { DurableClient } from 'durable-functions';
import { RuntimeFailure } from '../core/errors.ts';
import type { PipelineStart } from '../pipeline.ts';
import { fieldsOf, leaseInput, malformed, scheduledAt, wholeOf } from './inputs.ts';

/** A run that is to start. */
export interface TrainingStart {
  /** Id of its instance, and of the run: of its trigger and its time, so that two deliveries are one run. */
  readonly id: string;
  readonly input: PipelineStart;
}

/**
 * Reads an event: `retraining.requested`, or the start that a person has put into the queue, `{"trigger":"demand"}` with
 * the minute of its arrival.
 *
 * @param now - ms since 1970
 * @throws RuntimeFailure `event/malformed`, `event/in-the-future`
 */
export function startOfEvent(event: unknown, now: number): TrainingStart {
  const fields = fieldsOf(event);
  if (fields.type === undefined) return trainingStart(fields, now);
  if (fields.type !== 'retraining.requested') throw malformed('type', 'retraining.requested');
  const at = new Date(wholeOf(fields, 'at')).toISOString();
  return trainingStart({ trigger: fieldsOf(fields.detail).trigger, at }, now);
}

/** The start by a schedule, with the minute of its timer. */
export const startOfTimer = (
  start: Pick<PipelineStart, 'trigger' | 'data'>,
  { at }: Pick<PipelineStart, 'at'>,
  now: number,
): TrainingStart => trainingStart({ ...start, at }, now);

function trainingStart(fields: object, now: number): TrainingStart {
  const { action: _, ...input } = leaseInput({ ...fields, action: 'begin' }, now) as PipelineStart & {
    readonly action: 'begin'; // as it was given
  };
  return { id: scheduledAt(input, input.data ? 'data' : input.trigger, now).runId, input };
}

/** Calls of the library's client, which go to the host's own HTTP API. */
export type InstanceClient = Pick<DurableClient, 'getStatus' | 'startNew'>;

/**
 * Starts a run, unless there is an instance of its id. The host replaces one that has ended, and refuses a second one that
 * runs (learn.microsoft.com/azure/azure-functions/durable/durable-functions-instance-management, and
 * `OverridableStates.cs` of Azure/azure-functions-durable-extension). So the client asks first, and again after a refusal.
 *
 * @returns whether this call has started it
 * @throws RuntimeFailure `pipeline/not-started` (retryable)
 */
export async function startTraining(client: InstanceClient, { id, input }: TrainingStart): Promise<boolean> {
  if (await isKnown(client, id)) return false;
  try {
    await client.startNew('training', { instanceId: id, input });
    return true;
  } catch (cause) {
    if (await isKnown(client, id)) return false;
    throw notStarted(id, cause);
  }
}

/** The client throws for an id that nobody knows, and has no other sign of it than these words. */
const NOT_FOUND = 'replied with HTTP 404';

async function isKnown(client: InstanceClient, id: string): Promise<boolean> {
  try {
    await client.getStatus(id);
    return true;
  } catch (cause) {
    if (cause instanceof Error && cause.message.includes(NOT_FOUND)) return false;
    throw notStarted(id, cause);
  }
}

const notStarted = (id: string, cause: unknown): RuntimeFailure =>
  new RuntimeFailure('pipeline/not-started', `run ${id} was not started: the host does not answer`, {
    retryable: true,
    fix: 'start it again; if that fails too, read the log of the app',
    cause,
  });
