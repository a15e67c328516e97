import type { Construct } from 'constructs';
import { Sleep, type TerraformResource } from '../shared/cdktf.ts';

/**
 * A right that was just given, and an API that was just switched on, are known everywhere after some minutes; most are after this
 * (cloud.google.com/iam/docs/access-change-propagation).
 */
const PROPAGATION_SEC = 60;

/**
 * Waits until changes are known.
 *
 * @param trigger - It waits anew when this text changes, such as the member that got the rights.
 * @returns what depends on the changes depends on this
 */
export const pauseAfter = (
  scope: Construct,
  id: string,
  changes: readonly TerraformResource[],
  trigger: string,
): Sleep =>
  new Sleep(scope, id, { seconds: PROPAGATION_SEC, triggers: { of: trigger }, dependsOn: [...changes] });
