import type { ModelConfig } from '../core/config.ts';
import type { Decision } from '../core/release/decide.ts';
import type { ModelEvent } from '../ports/index.ts';
import { type ReleaseInput, runRelease } from '../release/release.ts';
import { readIndex } from '../stores/models.ts';
import { readRelease } from '../stores/release.ts';
import { readRun } from '../stores/runs.ts';
import type { Story, Tone } from './story.ts';
import type { World } from './world.ts';

type ReleaseWorld = Pick<World, 'ports' | 'story' | 'clock' | 'scorer'>;

/** Runs the release controller on one input, tells what it did, and lets the scoring service follow at once. */
export async function control(
  { ports, story, clock, scorer }: ReleaseWorld,
  config: ModelConfig,
  input: ReleaseInput,
): Promise<Decision> {
  const { watch } = (await readRelease(ports.objects)).state;
  const decision = await runRelease(ports, config, input);
  tell(story, decision, clock.now(), watch?.reason);
  await scorer.refresh();
  return decision;
}

/** An approval starts a release; the event is delivered as a cloud's event bus would. */
export function releaseOnApproval(world: ReleaseWorld, config: ModelConfig): () => void {
  return world.ports.events.subscribe(async (event: ModelEvent) => {
    if (event.type !== 'version.approved') return;
    const version = Number(event.detail.version);
    const entry = (await readIndex(world.ports)).versions.find((one) => one.version === version);
    const run = entry && (await readRun(world.ports, entry.runId));
    const changeExpected = run?.trigger === 'drift' || run?.trigger === 'performance';
    await control(world, config, { kind: 'approved', version, changeExpected });
  });
}

/** @param known - Why the watched version serves; that was told when it began. */
function tell(story: Story, { kind, state, reason }: Decision, at: number, known: string | undefined): void {
  if (kind === 'waiting' || kind === 'ignored') return;
  const outcome = state.outcomes.at(-1);
  if (kind === 'ended' && outcome !== undefined) {
    const tone: Tone = outcome.fate === 'promoted' ? 'good' : 'bad';
    const news = known === undefined ? reason : reason.replace(`${known}; `, '');
    story.tell(`version ${outcome.version} ${outcome.fate.replace('-', ' ')}: ${news}`, { at, tone });
    if (outcome.fate !== 'promoted')
      story.tell(`version ${state.champion?.version} serves again`, { at, tone: 'good' });
  } else
    story.tell(`version ${state.champion?.version} serves all requests and is watched: ${reason}`, { at });
}
