import type { ModelConfig } from '../../../lambdas/core/config.ts';
import type { Problem } from '../../../lambdas/core/errors.ts';

/** Parts of a blueprint that have schedules. */
export type Scheduled = Pick<ModelConfig, 'source' | 'training' | 'retraining' | 'monitoring' | 'serving'>;

/** Returns the problems of each schedule of a model, by a cloud's own check of one. */
export function scheduleProblems(
  model: Scheduled,
  problemsOf: (schedule: string, path: string) => readonly Problem[],
): Problem[] {
  const schedules = {
    'source.schedule': model.source.schedule,
    'training.schedule': model.training.schedule,
    'retraining.on.schedule': model.retraining.on.schedule,
    'monitoring.schedule': model.monitoring.schedule,
    'serving.batch.schedule': model.serving.batch?.schedule,
  };
  return Object.entries(schedules).flatMap(([path, schedule]) =>
    schedule === undefined ? [] : problemsOf(schedule, path),
  );
}
