/** This project's own events as signals, the same in every cloud. */

import type { ReleaseSignal } from '../core/release/signal.ts';
import { fieldsOf, textField, wholeOf } from './inputs.ts';

/**
 * A failed probe. Its time is when the pointer named the version, before it was asked.
 *
 * @throws RuntimeFailure `event/malformed`
 */
export function probeSignal(event: Readonly<Record<string, unknown>>): ReleaseSignal {
  const detail = fieldsOf(event.detail);
  return {
    kind: 'alarm',
    id: textField(event, 'id'),
    since: wholeOf(event, 'at'),
    version: wholeOf(detail, 'version'),
    reason: `probe failed: ${textField(detail, 'code')}`,
  };
}
