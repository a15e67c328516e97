import type { ModelConfig } from '../core/config.ts';
import type { Decision } from '../core/release/transitions.ts';
import { readIndex } from '../stores/models.ts';
import { readRelease } from '../stores/release.ts';
import { isReplayed } from '../stores/release-outcomes.ts';
import { readRun } from '../stores/runs.ts';
import { type ReleasePorts, runRelease } from './release.ts';

/**
 * Starts the release of an approved version. A version that was trained because the world or the performance changed
 * is expected to answer differently from the champion.
 *
 * @throws as `runRelease` does
 */
export async function releaseApproved(
  ports: ReleasePorts,
  config: ModelConfig,
  version: number,
): Promise<Decision> {
  const entry = (await readIndex(ports)).versions.find((one) => one.version === version);
  const run = entry && (await readRun(ports, entry.runId));
  const changeExpected = run?.trigger === 'drift' || run?.trigger === 'performance';
  return runRelease(ports, config, { kind: 'approved', version, changeExpected });
}

/**
 * Runs each minute on a cloud's timer. Evaluates the release under way by the responses so far. With none under way, it
 * starts a release of the newest approved version that never had one. So an approval is not forgotten if it came during
 * another release or its event was lost.
 *
 * No release waits for alarms to be OK. An alarm that is on already sends no event when a release begins, and its
 * datapoints are older. Every tick evaluates the new version by its own responses since then. If these are too few when
 * its watch (bake time) ends, the version is rolled back. Waiting would be worse: a version that fixes the cause of the
 * alarm could never be released. The alarm on score drift only ends after its retrained version serves.
 *
 * If an older pointer replaced the pointer, and its champion was rolled back since, that champion is rolled back again.
 * So after a restore or an attack, no version that was rolled back serves for longer than a minute. Any other older
 * pointer is a restore.
 *
 * @throws as `runRelease` does
 */
export async function runTick(ports: ReleasePorts, config: ModelConfig): Promise<Decision> {
  const { state, seq } = await readRelease(ports.objects);
  if (state.champion !== null && (await isReplayed(ports, state)))
    return takeBack(ports, config, state.champion.version, seq);
  if (state.watch !== null || state.challenger !== null) return runRelease(ports, config, { kind: 'tick' });
  const { champion, rejected, outcomes } = state;
  const waiting = (await readIndex(ports)).versions.findLast(
    ({ version, status }) =>
      status === 'approved' &&
      version > (champion?.version ?? 0) &&
      !rejected.includes(version) &&
      !outcomes.some((outcome) => outcome.version === version),
  );
  if (waiting === undefined) return runRelease(ports, config, { kind: 'tick' });
  return releaseApproved(ports, config, waiting.version);
}

/** Leaves a version that was rolled back before; the sequence names the operation, so that two ticks are one. */
function takeBack(ports: ReleasePorts, config: ModelConfig, version: number, seq: number): Promise<Decision> {
  ports.logger.error('release.replayed', { version, seq });
  const by = 'the kept outcomes, which are newer than the pointer';
  return runRelease(ports, config, { kind: 'rollback', id: `replayed:${seq}`, by, version });
}
