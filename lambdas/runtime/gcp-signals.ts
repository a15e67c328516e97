/** The events that Google Cloud delivers to the release controller. */

import type { ReleaseSignal } from '../core/release/signal.ts';
import { callerSignal } from './caller-signals.ts';
import { fieldsOf, malformed, textField, wholeOf } from './inputs.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * An approval or a failed probe from Pub/Sub, an incident of Cloud Monitoring, the schedule's tick, or a rollback by hand.
 * A rollback names the version that is to leave; without one it takes back the newest release and no more.
 *
 * @param caller - E-mail address of the caller, verified; a rollback is theirs.
 * @throws RuntimeFailure `event/malformed`, `event/no-caller`
 */
export function gcpReleaseSignal(event: unknown, caller: string | undefined): ReleaseSignal {
  const fields = fieldsOf(event);
  if (fields.incident !== undefined) return incidentSignal(fieldsOf(fields.incident));
  const signal = callerSignal(fields, caller);
  if (signal !== undefined) return signal;
  throw malformed('the event', 'an approval, an incident, a failed probe, a tick or a rollback');
}

/** Label of an alert policy: seconds that its condition looks back, so that an older release is not blamed on a newer. */
const LOOK_BACK_LABEL = 'look_back_sec';
const MS_PER_SEC = 1_000;

/**
 * An incident of version 1.2, which Monitoring sends when it opens and when it closes. `started_at` is in seconds. The
 * data of its condition are older: a label of the policy has the seconds that the condition looks back.
 *
 * cloud.google.com/monitoring/support/notification-options#pubsub
 */
function incidentSignal(incident: Fields): ReleaseSignal {
  if (textField(incident, 'state') !== 'open') return { kind: 'nothing' };
  return {
    kind: 'alarm',
    id: textField(incident, 'incident_id'),
    since: (wholeOf(incident, 'started_at') - lookBackSec(incident.policy_user_labels)) * MS_PER_SEC,
    reason: `alarm ${textField(incident, 'policy_name')}`,
  };
}

function lookBackSec(labels: unknown): number {
  if (labels === undefined || labels === null) return 0;
  const given = fieldsOf(labels)[LOOK_BACK_LABEL];
  return typeof given === 'string' && /^\d{1,7}$/.test(given) ? Number(given) : 0;
}
