import { pauseOf } from '../shared/propagation.ts';

/**
 * A role that was just assigned is known everywhere after up to ten minutes; most are after this
 * (learn.microsoft.com/azure/role-based-access-control/troubleshooting#symptom---role-assignment-changes-are-not-being-detected).
 */
const PROPAGATION_SEC = 120;

/** Waits until role assignments are known. */
export const pauseAfter = pauseOf(PROPAGATION_SEC);
