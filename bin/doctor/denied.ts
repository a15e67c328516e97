import { type CheckOutcome, warn } from './check.ts';

/** A check that may not look is a warning; it does not mean that the checked thing is wrong. */
export const denied = (action: string, on: string): CheckOutcome =>
  warn(
    `you may not call ${action} on ${on}, so this was not looked at`,
    `allow ${action}, or have it looked at by somebody who may`,
  );
