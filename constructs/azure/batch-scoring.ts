import type { Construct } from 'constructs';
import { ncrontab } from '../config/ncrontab.ts';
import type * as contract from '../contract/batch-scoring.ts';
import { batchOf } from '../shared/batch-of.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import type { AzureBindings } from './bindings.ts';
import { failedCalls } from './failed-calls.ts';
import { FunctionApp } from './function-app.ts';
import { LogAlarms } from './log-alarms.ts';

export interface BatchScoringProps extends contract.BatchScoringProps {
  readonly bindings: AzureBindings;
}

/**
 * An app with a timer; its file lies in `batch/<date>/` of the artifact store.
 *
 * @example
 * import { ArtifactStore, BatchScoring } from 'mlops-blueprint/azure';
 *
 * const store = new ArtifactStore(stack, 'Store', { config });
 * // `config` is of a blueprint with `serving.batch`.
 * new BatchScoring(stack, 'Batch', { config, bindings: { store } });
 */
export class BatchScoring extends ModelConstruct implements contract.IBatchScoring {
  readonly function: FunctionApp;

  /** @throws InvalidInput for a blueprint without `serving.batch` */
  constructor(scope: Construct, id: string, props: BatchScoringProps) {
    super(scope, id, props, ['bindings']);
    const { config, bindings } = props;
    this.function = new FunctionApp(this, 'App', {
      config,
      app: 'batch',
      bindings,
      settings: { MLOPS_SCHEDULE_BATCH_SCORE: ncrontab(batchOf(config).schedule) },
    });
    const { notifications } = bindings;
    const alarms = [failedCalls(this.function, 'batch')];
    new LogAlarms(this, 'Alarms', { config, name: 'batch', notifications, alarms });
  }
}
