import type { Construct } from 'constructs';
import type * as contract from '../contract/batch-scoring.ts';
import { batchOf } from '../shared/batch-of.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import type { GcpBindings } from './bindings.ts';
import { Schedule } from './schedule.ts';
import { ServerlessFunction } from './serverless-function.ts';

export interface BatchScoringProps extends contract.BatchScoringProps {
  readonly bindings: GcpBindings;
}

/**
 * A function on a schedule; its file lies in `batch/<date>/` of the artifact store.
 *
 * @example
 * import { ArtifactStore, BatchScoring } from 'mlops-blueprint/gcp';
 *
 * const store = new ArtifactStore(stack, 'Store', { config });
 * // `config` is of a blueprint with `serving.batch`.
 * new BatchScoring(stack, 'Batch', { config, bindings: { store } });
 */
export class BatchScoring extends ModelConstruct implements contract.IBatchScoring {
  readonly function: ServerlessFunction;

  /** @throws InvalidInput for a blueprint without `serving.batch` */
  constructor(scope: Construct, id: string, props: BatchScoringProps) {
    super(scope, id, props, ['bindings']);
    const { config, bindings } = props;
    const batch = batchOf(config);
    this.function = new ServerlessFunction(this, 'Function', { config, name: 'batch-score', bindings });
    new Schedule(this, 'Schedule', {
      config,
      name: 'batch-score',
      expression: batch.schedule,
      target: { kind: 'function', function: this.function, name: 'batch-score' },
      input: {},
      notifications: bindings.notifications,
      description: `scores the newest rows of ${config.model.name}`,
    });
  }
}
