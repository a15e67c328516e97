import { RuntimeFailure } from '../core/errors.ts';
import { endRun, takeLease } from '../lease/lease.ts';
import { type PipelineInput, type PipelineStep, type StepName, TRAINING_PIPELINE } from '../pipeline.ts';
import type { Ports } from '../ports/index.ts';
import type { Story, Work } from './progress.ts';

/** Runs one step, telling its progress where it knows it, and says in a few words what came of it. */
export type RunStep = (input: PipelineInput, progress: Work['progress']) => Promise<string>;

export interface PipelineRun {
  readonly ports: Pick<Ports, 'objects' | 'clock' | 'logger'>;
  readonly steps: Readonly<Record<StepName, RunStep>>;
  readonly story: Story;
}

/**
 * Interprets the pipeline, as a cloud's workflow service does: one step after another under the training lease,
 * each tried again as the pipeline says when its failure may pass.
 *
 * @param only - Which steps; all by default.
 * @throws RuntimeFailure `pipeline/busy` (retryable) when another run holds the lease, or what a step throws
 */
export async function runPipeline(
  { ports, steps, story }: PipelineRun,
  input: Omit<PipelineInput, 'fence'>,
  only: readonly StepName[] = TRAINING_PIPELINE.steps.map(({ name }) => name),
): Promise<void> {
  const { runId } = input;
  const fence = await takeLease(ports, runId);
  const logger = ports.logger.with({ runId });
  try {
    for (const step of TRAINING_PIPELINE.steps) {
      if (!only.includes(step.name)) continue;
      const work = story.work(step.name, { at: ports.clock.now() });
      logger.info('step.started', { step: step.name });
      const summary = await withRetry(ports, step, () =>
        steps[step.name]({ ...input, fence }, work.progress),
      );
      logger.info('step.done', { step: step.name });
      work.done(summary);
    }
  } finally {
    // What a step threw matters more than a lease that could not be given back: it runs out by itself.
    await endRun(ports, { runId, fence }).catch((error: unknown) =>
      logger.warn('lease.kept', { error: String(error) }),
    );
  }
}

async function withRetry<T>(
  { clock, logger }: Pick<Ports, 'clock' | 'logger'>,
  { name, retry }: PipelineStep,
  work: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const mayPass = error instanceof RuntimeFailure && error.retryable && attempt < retry.attempts;
      if (!mayPass) throw error;
      logger.warn('step.retried', { step: name, attempt, code: error.code });
      await clock.sleep(retry.waitSec * 1000 * 2 ** (attempt - 1));
    }
  }
}
