import type { Construct } from 'constructs';
import { Sleep, type TerraformResource } from '../shared/cdktf.ts';

/**
 * A role that was just assigned is known everywhere after up to ten minutes; most are after this
 * (learn.microsoft.com/azure/role-based-access-control/troubleshooting#symptom---role-assignment-changes-are-not-being-detected).
 */
const PROPAGATION_SEC = 120;

/**
 * Waits until role assignments are known.
 *
 * @param trigger - It waits anew when this text changes, such as the identity that got the roles.
 * @returns what depends on the roles depends on this
 */
export const pauseAfter = (
  scope: Construct,
  id: string,
  changes: readonly TerraformResource[],
  trigger: string,
): Sleep =>
  new Sleep(scope, id, { seconds: PROPAGATION_SEC, triggers: { of: trigger }, dependsOn: [...changes] });
