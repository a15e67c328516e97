import { RuntimeFailure } from '../core/errors.ts';
import { endRun, takeLease } from '../lease/lease.ts';
import type { PipelineInput, StepName } from '../pipeline.ts';
import { interpretPlan } from '../pipeline-interpreter.ts';
import { TRAINING_RUN } from '../pipeline-plan.ts';
import type { Ports } from '../ports/index.ts';
import type { Progress, Task } from './progress.ts';

/** Runs one step, telling its progress where it knows it, and says in a few words what came of it. */
export type RunStep = (input: PipelineInput, progress: Task['progress']) => Promise<string>;

export interface PipelineRun {
  readonly ports: Pick<Ports, 'objects' | 'clock' | 'logger'>;
  readonly steps: Readonly<Record<StepName, RunStep>>;
  readonly progress: Progress;
}

/**
 * Runs the plan of a training, one step after another under the training lease, each tried again as the plan says when its
 * failure may pass. A lease that another run holds is not waited for.
 *
 * @param data - Whether the run ends once the new rows are in the feature store. @default false
 * @throws RuntimeFailure `pipeline/busy` (retryable) when another run holds the lease, or the failure of a step
 */
export async function runPipeline(
  { ports, steps, progress }: PipelineRun,
  { runId, to, trigger, ownRowsOnly }: Omit<PipelineInput, 'fence'>,
  { data = false }: { readonly data?: boolean } = {},
): Promise<void> {
  const logger = ports.logger.with({ runId });
  const works = new Map<StepName, Task>();
  const runStep = async (name: StepName, fence: number): Promise<void> => {
    const work = works.get(name) ?? progress.task(name, { at: ports.clock.now() });
    if (!works.has(name)) logger.info('step.started', { step: name });
    works.set(name, work);
    const input = { runId, to, trigger, fence, ...(ownRowsOnly !== undefined && { ownRowsOnly }) };
    const summary = await steps[name](input, work.progress);
    logger.info('step.done', { step: name });
    work.done(summary);
  };
  // A lease that could not be returned runs out by itself.
  const endLease = (fence: number) =>
    endRun(ports, { runId, fence }).catch((error: unknown) =>
      logger.warn('lease.kept', { error: String(error) }),
    );
  let begun = false; // a lease is asked for once: people wait here
  await interpretPlan(
    TRAINING_RUN,
    {
      async call(name, { action, fence }) {
        if (name !== 'lease') return runStep(name as StepName, Number(fence)); // of the training run
        if (action === 'end') return endLease(Number(fence));
        const taken = await takeLease(ports, runId);
        begun = true;
        return { runId, to, trigger, data, fence: taken };
      },
      mayPass: (error) => begun && error instanceof RuntimeFailure && error.retryable,
      sleep: (ms) => ports.clock.sleep(ms),
      onRetry: (step, attempt, error) => logger.warn('step.retried', { step, attempt, code: codeOf(error) }),
    },
    { trigger, at: to, data },
  );
}

const codeOf = (error: unknown) => (error instanceof RuntimeFailure ? error.code : undefined);
