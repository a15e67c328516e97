import type { ModelConfig } from '../core/config.ts';
import type { ReleaseOutcome } from '../core/release/state.ts';
import type { Decision } from '../core/release/transitions.ts';
import type { Ports } from '../ports/index.ts';
import { keepOutcome, outcomeIsKept } from '../stores/release-outcomes.ts';

/**
 * Tells of every outcome that has not been told of yet, oldest first. Only then is it kept: a controller that dies
 * in between leaves it to the next, which publishes the same event id again.
 */
export async function announce(
  ports: Pick<Ports, 'objects' | 'events' | 'notifier'>,
  config: Pick<ModelConfig, 'name'>,
  outcomes: readonly ReleaseOutcome[],
): Promise<void> {
  const untold: ReleaseOutcome[] = [];
  for (const outcome of [...outcomes].reverse()) {
    if (await outcomeIsKept(ports, outcome)) break; // and so are all before it
    untold.unshift(outcome);
  }
  for (const outcome of untold) {
    await publishResult(ports, config, outcome);
    await keepOutcome(ports, outcome);
  }
}

/**
 * Tells that a version has just taken all requests, so that it is probed at once. A controller that dies before leaves that
 * to the probe's own schedule.
 */
export async function announceMove(
  { events }: Pick<Ports, 'events'>,
  { name }: Pick<ModelConfig, 'name'>,
  { kind, state: { champion, watch } }: Decision,
): Promise<void> {
  if (kind !== 'moved' || champion === null || watch === null) return;
  const { version } = champion;
  await events.publish({
    id: `release.moved:${version}:${watch.since}`,
    type: 'release.moved',
    model: name,
    at: watch.since,
    detail: { version },
  });
}

async function publishResult(
  { events, notifier }: Pick<Ports, 'events' | 'notifier'>,
  { name }: Pick<ModelConfig, 'name'>,
  { version, fate, reason, endedAt, unproven }: ReleaseOutcome,
): Promise<void> {
  await events.publish({
    id: `release.ended:${version}:${fate}`, // a version has each fate at most once
    type: 'release.ended',
    model: name,
    at: endedAt,
    detail: { version, fate, reason },
  });
  await notifier.notify({
    severity: fate === 'promoted' && unproven !== true ? 'info' : 'alarm',
    subject: `${name} version ${version} ${fate}`,
    body: reason,
  });
}
