import type { Construct } from 'constructs';
import { Sleep, type TerraformResource } from './cdktf.ts';

/**
 * Makes the wait of a cloud for changes that are known everywhere only after a while.
 *
 * @param seconds - Most changes are known after this.
 * @returns a function that waits after changes; what depends on them depends on its result
 */
export const pauseOf =
  (seconds: number) =>
  /** @param trigger - It waits anew when this text changes, such as the identity that got the rights. */
  (scope: Construct, id: string, changes: readonly TerraformResource[], trigger: string): Sleep =>
    new Sleep(scope, id, { seconds, triggers: { of: trigger }, dependsOn: [...changes] });
