import { BigqueryDataset } from '@cdktf/provider-google/lib/bigquery-dataset/index.js';
import { BigqueryTable } from '@cdktf/provider-google/lib/bigquery-table/index.js';
import type { Construct } from 'constructs';
import { storedColumns } from '../../lambdas/core/model-table.ts';
import { GCP_NAMES } from '../config/limits/gcp-names.ts';
import type * as contract from '../contract/feature-store.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import { gcpIdentifier, gcpLabels } from '../shared/naming.ts';
import type { ArtifactStore } from './artifact-store.ts';
import { cloudOf, isRemoved, keyOf } from './place.ts';

export interface FeatureStoreProps extends contract.FeatureStoreProps {
  readonly store: ArtifactStore;
}

/**
 * A table of BigQuery over the offline layout in Cloud Storage; it holds no rows itself. A folder of a day is a partition. Every
 * column is text, because BigQuery cannot read an empty cell as a number: `SAFE_CAST(… AS FLOAT64)`.
 *
 * @example
 * import { ArtifactStore, FeatureStore } from 'mlops-blueprint/gcp';
 *
 * const store = new ArtifactStore(stack, 'Store', { config });
 * const features = new FeatureStore(stack, 'Features', { config, store });
 * features.resource.addOverride('friendly_name', 'features of this model');
 */
export class FeatureStore extends ModelConstruct implements contract.IFeatureStore {
  readonly resource: BigqueryTable;

  constructor(scope: Construct, id: string, props: FeatureStoreProps) {
    super(scope, id, props, ['store']);
    const { config, store } = props;
    const { model } = config;
    const key = keyOf(config);
    const dataset = new BigqueryDataset(this, 'Dataset', {
      datasetId: gcpIdentifier(config, 'features', GCP_NAMES.dataset.most),
      location: cloudOf(config).region,
      description: `feature store of ${model.name} in ${model.environment}`,
      deleteContentsOnDestroy: isRemoved(config),
      labels: gcpLabels(config),
      ...(key !== undefined && {
        defaultEncryptionConfiguration: { kmsKeyName: key },
      }),
    });
    const root = `gs://${store.storeName}/features/${model.name}/v${model.features.version}/`;
    this.resource = new BigqueryTable(this, 'Resource', {
      datasetId: dataset.datasetId,
      tableId: `features_v${model.features.version}`,
      description:
        'rows as they were known at their event; of rows with one key and time the last ingested counts',
      deletionProtection: !isRemoved(config),
      labels: gcpLabels(config),
      schema: JSON.stringify(
        storedColumns(model).map(({ name, type }) => ({ name, type: 'STRING', description: type })),
      ),
      externalDataConfiguration: {
        autodetect: false,
        sourceFormat: 'CSV',
        compression: 'GZIP',
        sourceUris: [`${root}*`],
        csvOptions: { quote: '"', skipLeadingRows: 1, allowQuotedNewlines: true },
        // Custom keys need no object to look at: the first deployment has none
        // (cloud.google.com/bigquery/docs/hive-partitioned-queries#detection_modes).
        hivePartitioningOptions: { mode: 'CUSTOM', sourceUriPrefix: `${root}{date:DATE}` },
      },
      dependsOn: [store.resource],
    });
  }
}
