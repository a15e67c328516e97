import { type CheckOutcome, warn } from './check.ts';

/** A check that may not look is a warning; it does not mean that the checked thing is wrong. */
export const denied = (action: string, on: string): CheckOutcome =>
  warn(
    `you may not call ${action} on ${on}, so this was not checked`,
    `allow ${action}, or run this check with credentials that have it`,
  );
