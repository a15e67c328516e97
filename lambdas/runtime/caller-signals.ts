/** Signals of clouds that prove who calls: a rollback and an approval are the caller's, with any payload. */

import { RuntimeFailure } from '../core/errors.ts';
import type { ReleaseSignal } from '../core/release/signal.ts';
import { fieldsOf, identityOf, wholeOf } from './inputs.ts';
import { probeSignal, rollbackSignal } from './own-events.ts';

/**
 * An approval or a failed probe as this project's own event, the schedule's tick, or a rollback by hand. A rollback names
 * the version that is to leave; without one it takes back the newest release and no more.
 *
 * @param caller - The identity that the cloud proves; a rollback is theirs.
 * @returns undefined for another event
 * @throws RuntimeFailure `event/malformed`, `event/no-caller`
 */
export function callerSignal(
  fields: Readonly<Record<string, unknown>>,
  caller: string | undefined,
): ReleaseSignal | undefined {
  switch (fields.type ?? fields.kind) {
    case 'version.approved':
      return { kind: 'approved', version: wholeOf(fieldsOf(fields.detail), 'version') };
    case 'probe.failed':
      return probeSignal(fields);
    case 'tick':
      return { kind: 'tick' };
    case 'rollback':
      return rollbackSignal(fields, { by: proven(caller) });
    default:
      return undefined;
  }
}

/**
 * The approval of a version by the caller.
 *
 * @throws RuntimeFailure `event/malformed`, `event/no-caller`
 */
export function callerApproval(
  event: unknown,
  caller: string | undefined,
): { readonly version: number; readonly by: string } {
  return { version: wholeOf(fieldsOf(event), 'version'), by: proven(caller) };
}

function proven(caller: string | undefined): string {
  if (caller === undefined)
    throw new RuntimeFailure('event/no-caller', 'the request does not prove who calls', {
      fix: 'call the function itself, with a token that proves who you are',
    });
  return identityOf({ caller }, 'caller');
}
