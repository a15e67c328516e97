import type { Bindings } from './bindings.ts';
import type { ICsvExport } from './csv-export.ts';
import type { ModelProps, ModelResource } from './model-props.ts';

/** `lambdas/pipeline.ts` in the cloud's workflow service, with what starts it: schedules, drift, lost performance. */
export interface ITrainingPipeline extends ModelResource {
  /** Command that starts a training by hand. */
  readonly start: string;
}

export interface TrainingPipelineProps extends ModelProps {
  readonly bindings: Bindings;
  /** The first step. @default - made by the cloud, beside the pipeline or inside it */
  readonly export?: ICsvExport;
}
