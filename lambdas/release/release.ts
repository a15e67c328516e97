import type { ModelConfig } from '../core/config.ts';
import { RuntimeFailure } from '../core/errors.ts';
import { decide, type ReleaseEvent } from '../core/release/decide.ts';
import { releasePolicy } from '../core/release/policy.ts';
import { judgeReplay, type ReplayVerdict } from '../core/release/replay.ts';
import type { ReleaseSignal } from '../core/release/signal.ts';
import type { Challenger, ReleaseState, VersionRef } from '../core/release/state.ts';
import type { Decision } from '../core/release/transitions.ts';
import type { Ports } from '../ports/index.ts';
import { readBundle } from '../stores/bundle.ts';
import { requireApproved } from '../stores/models.ts';
import { readObservations } from '../stores/observations.ts';
import { readRelease, updateRelease } from '../stores/release.ts';
import { announce, announceMove } from './announce.ts';
import { scoreBoth } from './score-both.ts';

export type ReleasePorts = Pick<Ports, 'objects' | 'clock' | 'events' | 'notifier' | 'logger'>;

/**
 * Input of the controller. `id` names the event: delivered twice, it has the effect of once. `version` of a rollback is
 * the one that its sender saw: see `RollbackEvent`.
 */
export type ReleaseInput =
  | { readonly kind: 'approved'; readonly version: number; readonly changeExpected: boolean }
  | Exclude<ReleaseSignal, { kind: 'approved' | 'nothing' }>;

/**
 * Moves the release pointer, or finds that nothing is to be done. A controller that was stopped anywhere is
 * brought to the end by the next input of any kind: the state says what was under way, and who was told.
 *
 * An approval that comes while another release runs is ignored, and the version stays approved: where the controller
 * ticks by `runTick`, the first tick after that release starts it.
 *
 * @throws RuntimeFailure `registry/not-found`, `registry/not-approved` for a version that may not be released,
 *   `bundle/not-found`, `bundle/digest-mismatch` for one that cannot serve; `store/unknown-outcome` (retryable)
 */
export async function runRelease(
  ports: ReleasePorts,
  config: ModelConfig,
  input: ReleaseInput,
): Promise<Decision> {
  const first = await apply(ports, config, ...(await eventOf(ports, config, input)));
  const { champion, challenger } = first.state;
  const decision =
    champion === null || challenger === null || challenger.live !== undefined
      ? first
      : await replay(ports, config, champion, challenger);
  await announceMove(ports, config, decision.state);
  await announce(ports, config, decision.state.outcomes);
  return decision;
}

/** Both versions score past requests, and the challenger moves up or is aborted. */
async function replay(
  ports: ReleasePorts,
  config: ModelConfig,
  champion: VersionRef,
  challenger: Challenger,
): Promise<Decision> {
  const { version } = challenger;
  const verdict = await judgeChallenger(ports, config, champion, challenger);
  const event: ReleaseEvent = { kind: 'replayed', at: ports.clock.now(), version, verdict };
  return apply(ports, config, `replayed:${version}`, event);
}

/** Failures that lie in the versions themselves, where asking again finds the same. */
const UNFIT = /^(?:registry|bundle|model|release)\//;

/** A version that is found unfit never comes back, so one read that was stale or spoilt must not be enough. */
async function judgeChallenger(
  ports: ReleasePorts,
  config: ModelConfig,
  champion: VersionRef,
  challenger: Challenger,
): Promise<ReplayVerdict> {
  const judge = async (): Promise<ReplayVerdict> => {
    await requireApproved(ports, challenger.version); // it may have been rejected since its release began
    return judgeReplay(await scoreBoth(ports, config, champion, challenger));
  };
  const unfit = (error: unknown): RuntimeFailure => {
    if (error instanceof RuntimeFailure && UNFIT.test(error.code)) return error;
    throw error;
  };
  try {
    return await judge();
  } catch (first) {
    unfit(first);
  }
  try {
    return await judge();
  } catch (again) {
    const { code, message } = unfit(again);
    return { kind: 'fail', reason: `no replay: ${message} (${code})` };
  }
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
      // A release that starts ends: so an id that is remembered never stands in the way of a later approval.
      const candidate = await requireApproved(ports, input.version);
      await readBundle(ports, candidate.version, candidate.digest); // it must load before it may serve
      const { changeExpected } = input;
      const strategy = config.releaseStrategy;
      return [`approved:${input.version}`, { kind: 'approved', at, candidate, strategy, changeExpected }];
    }
    case 'tick': {
      // Only one of the ticks that read the same state of the pointer may change it.
      const { state, seq } = await readRelease(ports.objects);
      const observations = await observe(ports, config, state, at);
      return [`tick:${seq}`, { kind: 'tick', at, observations }];
    }
    case 'alarm': {
      const { id, ...alarm } = input;
      return [`alarm:${id}`, { ...alarm, at }];
    }
    case 'rollback':
      return [`rollback:${input.id}`, rollbackOf(input, at)];
  }
}

/** The event of a rollback; one without a version is of the older form. */
const rollbackOf = (
  { by, version }: Extract<ReleaseInput, { kind: 'rollback' }>,
  at: number,
): ReleaseEvent => ({ kind: 'rollback', at, by, ...(version !== undefined && { version }) });

/** Answers given since the step began or the champion moved; nothing when no release is judged by answers. */
async function observe(
  ports: ReleasePorts,
  { serving }: ModelConfig,
  { challenger, watch }: ReleaseState,
  at: number,
) {
  const since = challenger?.live?.since ?? watch?.since;
  if (since === undefined) return [];
  const rule = { scoreEdges: [], slowMs: serving.alarms.p99LatencyMs };
  return readObservations(ports.objects, { from: since, to: at + 1 }, rule);
}

/** Applies one event to the pointer. */
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
  ports.logger.info(`release.${kind}`, { input: event.kind, champion: state.champion?.version, reason });
  return decision;
}
