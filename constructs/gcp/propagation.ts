import { pauseOf } from '../shared/propagation.ts';

/**
 * A right that was just given, and an API that was just switched on, are known everywhere after some minutes; most are after this
 * (cloud.google.com/iam/docs/access-change-propagation).
 */
const PROPAGATION_SEC = 60;

/** Waits until changes of IAM and of enabled services are known. */
export const pauseAfter = pauseOf(PROPAGATION_SEC);
