import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type * as contract from '../contract/batch-scoring.ts';
import { batchOf } from '../shared/batch-of.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import type { AwsBindings } from './bindings.ts';
import { keyFor } from './encryption-key.ts';
import { invoke, Schedule } from './schedule.ts';
import { ServerlessFunction } from './serverless-function.ts';

export interface BatchScoringProps extends contract.BatchScoringProps {
  readonly bindings: AwsBindings;
  /** @default - the environment's key, or AWS's own */
  readonly encryptionKey?: IKey;
}

/**
 * A Lambda function on a schedule; its file lies in `batch/<date>/` of the artifact store.
 *
 * @example
 * import { ArtifactStore, BatchScoring } from 'mlops-blueprint/aws';
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
    const key = keyFor(this, config, props.encryptionKey);
    this.function = new ServerlessFunction(this, 'Function', {
      config,
      name: 'batch-score',
      bindings,
      ...(key && { encryptionKey: key }),
    });
    new Schedule(this, 'Schedule', {
      config,
      notifications: bindings.notifications,
      expression: batch.schedule,
      target: invoke(this.function.resource.functionArn),
      input: {},
      deadLetters: this.function.deadLetters,
      encryptionKey: key,
      description: `scores the newest rows of ${config.model.name}`,
    });
  }
}
