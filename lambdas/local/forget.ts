/** The deletion of a person on one machine. */

import type { ModelConfig } from '../core/config.ts';
import { runForget } from '../forget/forget.ts';
import type { ForgetReport } from '../forget/report.ts';
import { openStore } from './open-store.ts';
import { localSecret } from './pseudonym-secret.ts';
import { withFolderLock } from './run-folder.ts';

export interface ForgetLocallyOptions {
  readonly root: string;
  readonly config: ModelConfig;
  /** As fixes name the model: the name of a blueprint, or the path of its file. */
  readonly model: string;
  /** Value of the key column, exactly. */
  readonly key: string;
  /** Changes nothing. */
  readonly dryRun: boolean;
  readonly onStep: (doing: string) => void;
}

/**
 * Deletes the rows of a person from a model's folder. A service that runs goes on, and loses no record.
 *
 * @throws RuntimeFailure `local/nothing-here`, `local/busy`, and what `runForget` throws
 */
export async function forgetLocally({
  root,
  config,
  model,
  ...options
}: ForgetLocallyOptions): Promise<ForgetReport> {
  const ports = openStore(root, model);
  const secret = localSecret(root, ports.logger);
  const forget = () => runForget({ ports, config, secret, ...options });
  if (options.dryRun) return forget();
  return withFolderLock(root, async () => {
    const report = await forget();
    await ports.settled();
    return report;
  });
}
