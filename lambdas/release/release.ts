import type { ModelConfig } from '../core/config.ts';
import { type Decision, decide, type ReleaseEvent } from '../core/release/decide.ts';
import { judgeReplay } from '../core/release/replay.ts';
import type { ReleaseState } from '../core/release/state.ts';
import type { Ports } from '../ports/index.ts';
import { readBundle } from '../stores/bundle.ts';
import { requireApproved } from '../stores/models.ts';
import { readObservations } from '../stores/observations.ts';
import { readRelease, updateRelease } from '../stores/release.ts';
import { releasePolicy } from './policy.ts';
import { scoreBoth } from './score-both.ts';

export type ReleasePorts = Pick<Ports, 'objects' | 'clock' | 'events' | 'notifier' | 'logger'>;

/** What makes the controller look. `id` names the event: delivered twice, it has the effect of once. */
export type ReleaseInput =
  | { readonly kind: 'approved'; readonly version: number; readonly changeExpected: boolean }
  | { readonly kind: 'tick' }
  | { readonly kind: 'alarm'; readonly id: string; readonly since: number; readonly reason: string }
  | { readonly kind: 'rollback'; readonly id: string; readonly by: string };

/**
 * Moves the release pointer, or finds that nothing is to be done. A controller that was stopped anywhere is
 * brought to the end by the next tick: the state says what was under way.
 *
 * @throws RuntimeFailure `registry/not-found`, `registry/not-approved` for a version that may not be released;
 *   `store/unknown-outcome` (retryable)
 */
export async function runRelease(
  ports: ReleasePorts,
  config: ModelConfig,
  input: ReleaseInput,
): Promise<Decision> {
  const first = await apply(ports, config, ...(await eventOf(ports, config, input)));
  const { challenger } = first.state;
  if (challenger === null) return first;
  const verdict = judgeReplay(await scoreBoth(ports, config, first.state));
  const event: ReleaseEvent = {
    kind: 'replayed',
    at: ports.clock.now(),
    version: challenger.version,
    verdict,
  };
  return apply(ports, config, `replayed:${challenger.version}`, event);
}

/** The event of an input, and the operation id under which it takes effect once. */
async function eventOf(
  ports: ReleasePorts,
  config: ModelConfig,
  input: ReleaseInput,
): Promise<[opId: string, event: ReleaseEvent]> {
  const at = ports.clock.now();
  switch (input.kind) {
    case 'approved': {
      const candidate = await requireApproved(ports, input.version);
      await readBundle(ports, candidate.version, candidate.digest); // it must load before it may serve
      const { changeExpected } = input;
      const strategy = config.releaseStrategy;
      return [`approved:${input.version}`, { kind: 'approved', at, candidate, strategy, changeExpected }];
    }
    case 'tick':
      return [`tick:${at}`, { kind: 'tick', at, observations: await observe(ports, config, at) }];
    case 'alarm':
      return [`alarm:${input.id}`, { kind: 'alarm', at, since: input.since, reason: input.reason }];
    case 'rollback':
      return [`rollback:${input.id}`, { kind: 'rollback', at, by: input.by }];
  }
}

/** Answers given since the champion moved; nothing when no release is watched. */
async function observe(ports: ReleasePorts, { serving }: ModelConfig, at: number) {
  const { watch } = (await readRelease(ports.objects)).state;
  if (watch === null) return [];
  const rule = { scoreEdges: [], slowMs: serving.alarms.p99LatencyMs };
  return readObservations(ports.objects, { from: watch.since, to: at + 1 }, rule);
}

/** Applies one event to the pointer and tells what came of it. */
async function apply(
  ports: ReleasePorts,
  config: ModelConfig,
  opId: string,
  event: ReleaseEvent,
): Promise<Decision> {
  const policy = releasePolicy(config);
  let decision: Decision | undefined;
  const state = await updateRelease(ports.objects, ports.clock, opId, (current) => {
    decision = decide(current, event, policy);
    return decision.state;
  });
  if (decision === undefined) return { kind: 'ignored', state, reason: 'this event was handled before' };
  const { kind, reason } = decision;
  ports.logger.info(`release.${kind}`, { event: event.kind, champion: state.champion?.version, reason });
  if (kind === 'ended') await announce(ports, config, state);
  return decision;
}

async function announce(
  { events, notifier }: ReleasePorts,
  config: ModelConfig,
  state: ReleaseState,
): Promise<void> {
  const outcome = state.outcomes.at(-1);
  if (outcome === undefined) return;
  const { version, fate, reason, endedAt } = outcome;
  await events.publish({
    id: `release-ended:${version}:${endedAt}`,
    type: 'release.ended',
    model: config.name,
    at: endedAt,
    detail: { version, fate, reason },
  });
  await notifier.notify({
    severity: fate === 'promoted' ? 'info' : 'alarm',
    subject: `${config.name} version ${version} ${fate}`,
    body: reason,
  });
}
