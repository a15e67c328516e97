import type { ModelConfig } from '../core/config.ts';
import type { ReleaseSignal } from '../core/release/signal.ts';
import type { Decision } from '../core/release/transitions.ts';
import { releaseApproved, runTick } from './follow.ts';
import { type ReleasePorts, runRelease } from './release.ts';

/**
 * Does what a signal asks for.
 *
 * @returns undefined for one that says nothing
 * @throws as `runRelease` does
 */
export async function runSignal(
  ports: ReleasePorts,
  config: ModelConfig,
  signal: ReleaseSignal,
): Promise<Decision | undefined> {
  switch (signal.kind) {
    case 'nothing':
      return undefined;
    case 'approved':
      return releaseApproved(ports, config, signal.version);
    case 'tick':
      return runTick(ports, config);
    default:
      return runRelease(ports, config, signal);
  }
}
