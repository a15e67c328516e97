/** The events that Azure delivers to the release controller. */

import type { ReleaseSignal } from '../core/release/signal.ts';
import { callerSignal } from './caller-signals.ts';
import { fieldsOf, malformed } from './inputs.ts';

/**
 * An approval or a failed probe from the queue, the schedule's tick, or a rollback by a request. Alarms notify people and
 * do not come here. Their rules run every 15 minutes, and the tick every minute.
 *
 * @param caller - `entra:<object id>`, whom the platform has signed in; a rollback is theirs.
 * @throws RuntimeFailure `event/malformed`, `event/no-caller`
 */
export function azureReleaseSignal(event: unknown, caller: string | undefined): ReleaseSignal {
  const signal = callerSignal(fieldsOf(event), caller);
  if (signal !== undefined) return signal;
  throw malformed('the event', 'an approval, a failed probe, a tick or a rollback');
}
