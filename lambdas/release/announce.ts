import type { ModelConfig } from '../core/config.ts';
import { type Telling, tellingOf } from '../core/release/advice.ts';
import type { ReleaseOutcome, ReleaseState } from '../core/release/state.ts';
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
    await publishResult(ports, config, outcome, tellingOf(outcomes, outcome));
    await keepOutcome(ports, outcome);
  }
}

/** Until then the probe's own schedule has come. */
const NEW_MS = 5 * 60_000;

/**
 * Tells that a version has just taken all requests, so that it is probed at once. Each run of its first five minutes tells it
 * again under the same id: a controller that dies in between leaves it to the next.
 */
export async function announceMove(
  { events, clock }: Pick<Ports, 'events' | 'clock'>,
  { name }: Pick<ModelConfig, 'name'>,
  { champion, watch }: ReleaseState,
): Promise<void> {
  if (champion === null || watch === null || clock.now() - watch.since >= NEW_MS) return;
  const { version } = champion;
  await events.publish({
    id: `release.moved:${version}:${watch.since}`,
    type: 'release.moved',
    model: name,
    at: watch.since,
    detail: { version },
  });
}

/** The event is published each time; people hear of a cause that has had its advice no more. */
async function publishResult(
  { events, notifier }: Pick<Ports, 'events' | 'notifier'>,
  { name }: Pick<ModelConfig, 'name'>,
  { version, fate, reason, endedAt, unproven }: ReleaseOutcome,
  { kind, text }: Telling,
): Promise<void> {
  await events.publish({
    id: `release.ended:${version}:${fate}`, // a version has each fate at most once
    type: 'release.ended',
    model: name,
    at: endedAt,
    detail: { version, fate, reason },
  });
  if (kind === 'known') return;
  await notifier.notify({
    severity: fate === 'promoted' && unproven !== true ? 'info' : 'alarm',
    subject: `${name} version ${version} ${fate}`,
    body: kind === 'news' ? text : `${text}\n\n${reason}`,
  });
}
