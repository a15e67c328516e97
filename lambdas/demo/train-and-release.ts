import { runApprove } from '../approve/approve.ts';
import type { ModelConfig } from '../core/config.ts';
import { RuntimeFailure } from '../core/errors.ts';
import { runIdOf } from '../lease/lease.ts';
import { pipelineSteps } from '../local/pipeline-steps.ts';
import { runPipeline } from '../local/run-pipeline.ts';
import type { PipelineInput } from '../pipeline.ts';
import { readIndex } from '../stores/models.ts';
import { readRelease } from '../stores/release.ts';
import { releaseOnApproval } from './controller.ts';
import type { World } from './setup.ts';

/** Who approves here where the blueprint asks for a person. */
const STAND_IN = 'local-run';

/**
 * Runs the whole pipeline once and releases the version that it registers. If the blueprint requires a person's approval,
 * the run gives it; otherwise the loop would never go on.
 *
 * @param to - Rows up to here; now by default.
 * @returns the run's id
 */
export async function trainAndRelease(
  world: World,
  config: ModelConfig,
  trigger: PipelineInput['trigger'],
  to = new Date(world.clock.now()).toISOString(),
): Promise<string> {
  const { ports, progress, clock } = world;
  const runId = runIdOf(trigger, new Date(clock.now()).toISOString());
  const unsubscribe = releaseOnApproval(world, config);
  try {
    const steps = pipelineSteps(ports, config, world.identity);
    await runPipeline({ ports, steps, progress }, { runId, to, trigger });
    await approvePending(world, config, runId);
    await ports.events.settled();
  } finally {
    unsubscribe();
  }
  return runId;
}

async function approvePending({ ports, progress, clock }: World, config: ModelConfig, runId: string) {
  const entry = (await readIndex(ports)).versions.find((one) => one.runId === runId);
  if (entry?.status !== 'pending') return;
  const { version } = entry;
  progress.note(`version ${version} approved by ${STAND_IN}, in a person's place`, { at: clock.now() });
  await runApprove({ ports, config, input: { version, by: STAND_IN, how: 'manual' } });
}

/**
 * Without a first version there is nothing to send requests to.
 *
 * @throws RuntimeFailure `local/no-champion` with what the version did not show
 */
export async function requireChampion({ ports }: Pick<World, 'ports'>): Promise<void> {
  if ((await readRelease(ports.objects)).state.champion !== null) return;
  const reasons = (await readIndex(ports)).versions.flatMap(({ evaluation }) => evaluation.reasons);
  throw new RuntimeFailure('local/no-champion', `the first version was not released: ${reasons.join('; ')}`, {
    fix: 'change the features, or what training.validation asks for',
  });
}
