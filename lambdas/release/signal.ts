import type { ModelConfig } from '../core/config.ts';
import type { Decision } from '../core/release/transitions.ts';
import { releaseApproved, runTick } from './follow.ts';
import { type ReleaseInput, type ReleasePorts, runRelease } from './release.ts';

/** What a cloud tells the controller; `nothing` is an event that says nothing about a release. */
export type Signal =
  | Exclude<ReleaseInput, { kind: 'approved' }>
  | { readonly kind: 'approved'; readonly version: number }
  | { readonly kind: 'nothing' };

/**
 * Does what a signal asks for.
 *
 * @returns undefined for one that says nothing
 * @throws as `runRelease` does
 */
export async function runSignal(
  ports: ReleasePorts,
  config: ModelConfig,
  signal: Signal,
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
