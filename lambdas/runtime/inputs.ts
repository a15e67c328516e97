/** Events as inputs: what is not of the expected form is refused by name, before anything is done. */

import { RuntimeFailure } from '../core/errors.ts';
import { isIdentity } from '../core/printable.ts';
import { parseUtc } from '../core/time/utc.ts';
import type { Trigger } from '../core/trigger.ts';

type Fields = Readonly<Record<string, unknown>>;

const TRIGGERS: readonly Trigger[] = ['first', 'schedule', 'demand', 'drift', 'performance', 'new-data'];

/** An event as an object with fields. */
export function fieldsOf(event: unknown): Fields {
  if (typeof event === 'object' && event !== null && !Array.isArray(event)) return event as Fields;
  throw malformed('the event', 'an object');
}

/** @throws RuntimeFailure `event/malformed` */
export function textField(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value === 'string' && value !== '') return value;
  throw malformed(name, 'a text');
}

/**
 * Who asks for it.
 *
 * @throws RuntimeFailure `event/malformed`
 */
export function identityOf(fields: Fields, name: string): string {
  const identity = textField(fields, name);
  if (isIdentity(identity)) return identity;
  throw malformed(name, 'a name of 1 to 200 printable characters');
}

/** @throws RuntimeFailure `event/malformed` */
export function wholeOf(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw malformed(name, 'a whole number');
}

/**
 * ms since 1970 of a time like `2026-01-31T00:00:00Z`, as EventBridge and its Scheduler write it.
 *
 * @throws RuntimeFailure `event/malformed`
 */
export function timeOf(fields: Fields, name: string): number {
  const time = parseUtc(textField(fields, name));
  if (!Number.isNaN(time)) return time;
  throw malformed(name, 'a time in UTC, 2026-01-31T00:00:00Z');
}

/** Reads the input of a pipeline step. */
export function pipelineInput(event: unknown) {
  const fields = fieldsOf(event);
  const runId = textField(fields, 'runId');
  if (!/^[a-z0-9-]{1,63}$/.test(runId)) throw malformed('runId', 'letters, digits and dashes');
  timeOf(fields, 'to');
  return { runId, to: textField(fields, 'to'), trigger: triggerOf(fields), fence: wholeOf(fields, 'fence') };
}

/**
 * Reads the input of the lease: a run begins, or it ends.
 *
 * @param now - ms since 1970
 * @throws RuntimeFailure `event/malformed`, `event/in-the-future`
 */
export function leaseInput(event: unknown, now: number) {
  const fields = fieldsOf(event);
  const action = textField(fields, 'action');
  if (action === 'end')
    return { action, runId: textField(fields, 'runId'), fence: wholeOf(fields, 'fence') } as const;
  if (action !== 'begin') throw malformed('action', "'begin' or 'end'");
  const { data = false } = fields;
  if (typeof data !== 'boolean') throw malformed('data', 'true or false');
  const at = textField(fields, 'at');
  requirePast('at', parseUtc(at), now); // its form is the use case's
  return { action, trigger: triggerOf(fields), at, data } as const;
}

function triggerOf(fields: Fields): Trigger {
  const trigger = TRIGGERS.find((known) => known === fields.trigger);
  if (trigger === undefined) throw malformed('trigger', TRIGGERS.join(', '));
  return trigger;
}

/** Two clocks may differ by so much. */
const MAX_AHEAD_MS = 3_600_000;

/** A window that ends in the future would count rows as read that have not come yet. */
function requirePast(name: string, time: number, now: number): void {
  if (time > now + MAX_AHEAD_MS)
    throw new RuntimeFailure('event/in-the-future', `${name} is more than an hour in the future`, {
      fix: 'give the present time, in UTC',
    });
}

/** The failure of an event that is not of its form; values are not quoted. */
export function malformed(name: string, allowed: string): RuntimeFailure {
  return new RuntimeFailure('event/malformed', `${name} is not ${allowed}`);
}

/**
 * Reads the input of the export: from the pipeline as a step, or from its schedule with only a time.
 *
 * @param now - ms since 1970
 * @throws RuntimeFailure `event/malformed`, `event/in-the-future`
 */
export function exportInput(event: unknown, now: number) {
  const fields = fieldsOf(event);
  if (fields.runId !== undefined) {
    const { runId, to } = pipelineInput(event);
    requirePast('to', parseUtc(to), now);
    return { runId, to, since: 'features' } as const;
  }
  const { at, runId } = scheduledAt(event, 'export', now);
  return { runId, to: new Date(at).toISOString(), since: 'exports' } as const;
}

/**
 * The time that a schedule gives, ms since 1970, and a run named by it: delivered twice, it is one run.
 *
 * @param now - ms since 1970
 * @throws RuntimeFailure `event/malformed`, `event/in-the-future`
 */
export function scheduledAt(
  event: unknown,
  kind: string,
  now: number,
): { readonly at: number; readonly runId: string } {
  const at = timeOf(fieldsOf(event), 'at');
  requirePast('at', at, now);
  return { at, runId: `${kind}-${new Date(at).toISOString().replace(/[-:.]/g, '').toLowerCase()}` };
}
