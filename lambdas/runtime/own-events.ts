/** This project's own events as signals, the same in every cloud. */

import type { ReleaseSignal } from '../core/release/signal.ts';
import { fieldsOf, identityOf, textField, wholeOf } from './inputs.ts';

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

/**
 * A rollback by hand. It names the version that is to leave; without one it takes back the newest release and no more.
 *
 * @param caller - Fields with `by`, the person or service that asks for it.
 * @throws RuntimeFailure `event/malformed`
 */
export const rollbackSignal = (
  event: Readonly<Record<string, unknown>>,
  caller: Readonly<Record<'by', unknown>>,
): ReleaseSignal => ({
  kind: 'rollback',
  id: textField(event, 'id'),
  by: identityOf(caller, 'by'),
  ...(event.version !== undefined && { version: wholeOf(event, 'version') }),
});
