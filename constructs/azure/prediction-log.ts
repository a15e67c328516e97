import type { Construct } from 'constructs';
import type * as contract from '../contract/prediction-log.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import type { ArtifactStore } from './artifact-store.ts';
import type { Notifications } from './notifications.ts';

export interface PredictionLogProps extends contract.PredictionLogProps {
  readonly store: ArtifactStore;
  /** Notified of nothing here: the alarm on records that were not written is the scoring service's own. @default - none */
  readonly notifications?: Notifications;
}

/**
 * The place of prediction records, without a resource of its own. Each instance of the scoring app appends lines to a blob of its own in the
 * artifact store, one for each hour; a stream that delivers files costs by the hour on Azure.
 *
 * @example
 * import { TerraformOutput } from 'cdktf';
 * import { ArtifactStore, PredictionLog } from 'mlops-blueprint/azure';
 *
 * const store = new ArtifactStore(stack, 'Store', { config });
 * const predictions = new PredictionLog(stack, 'Predictions', { config, store });
 * new TerraformOutput(stack, 'Records', { value: predictions.url });
 */
export class PredictionLog extends ModelConstruct implements contract.IPredictionLog {
  /** Folder of the records in the artifact store. */
  readonly prefix = 'predictions/';
  /** Address of the folder. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: PredictionLogProps) {
    super(scope, id, props, ['store']);
    this.url = `${props.store.url}/${this.prefix}`;
  }
}
