import type { ModelConfig } from '../core/config.ts';
import { tellingOf } from '../core/release/advice.ts';
import type { Decision } from '../core/release/transitions.ts';
import type { Progress, Tone } from '../local/progress.ts';
import type { ModelEvent } from '../ports/index.ts';
import { releaseApproved } from '../release/follow.ts';
import { type ReleaseInput, runRelease } from '../release/release.ts';
import { readRelease } from '../stores/release.ts';
import type { World } from './setup.ts';

type ReleaseWorld = Pick<World, 'ports' | 'progress' | 'clock' | 'scorer'>;

/** Runs the release controller on one input, tells what it did, and lets the scoring service follow at once. */
export function control(world: ReleaseWorld, config: ModelConfig, input: ReleaseInput): Promise<Decision> {
  return follow(world, () => runRelease(world.ports, config, input));
}

async function follow(
  { ports, progress, clock, scorer }: ReleaseWorld,
  change: () => Promise<Decision>,
): Promise<Decision> {
  const { watch } = (await readRelease(ports.objects)).state;
  const decision = await change();
  note(progress, decision, clock.now(), watch?.reason);
  await scorer.refresh();
  return decision;
}

/** An approval starts a release; the event is delivered as a cloud's event bus would. */
export function releaseOnApproval(world: ReleaseWorld, config: ModelConfig): () => void {
  return world.ports.events.subscribe(async (event: ModelEvent) => {
    if (event.type !== 'version.approved') return;
    const version = Number(event.detail.version);
    await follow(world, () => releaseApproved(world.ports, config, version));
  });
}

/** @param known - Why the watched version serves; that was told when it began. */
function note(
  progress: Progress,
  { kind, state, reason }: Decision,
  at: number,
  known: string | undefined,
): void {
  if (kind === 'waiting' || kind === 'ignored') return;
  if (kind === 'started') {
    progress.note(`version ${state.challenger?.version}: ${reason}`, { at });
    return;
  }
  const outcome = state.outcomes.at(-1);
  if (kind === 'ended' && outcome !== undefined) {
    const tone: Tone = outcome.fate === 'promoted' ? 'good' : 'bad';
    const { kind: how, text } = tellingOf(state.outcomes, outcome);
    const news = how !== 'news' || known === undefined ? text : reason.replace(`${known}; `, '');
    progress.note(`version ${outcome.version} ${outcome.fate.replace('-', ' ')}: ${news}`, { at, tone });
    if (outcome.fate !== 'promoted')
      progress.note(`version ${state.champion?.version} serves again`, { at, tone: 'good' });
  } else
    progress.note(`version ${state.champion?.version} serves all requests and is watched: ${reason}`, { at });
}
