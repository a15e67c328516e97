import { Aws, Stack } from 'aws-cdk-lib';
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnFeatureGroup } from 'aws-cdk-lib/aws-sagemaker';
import type { Construct } from 'constructs';
import type { SourceColumn } from '../../lambdas/core/features/columns.ts';
import { RECORD, recordFields } from '../../lambdas/core/features/record.ts';
import type { FeatureSpec } from '../../lambdas/core/features/spec.ts';
import { storedColumns } from '../../lambdas/core/model-table.ts';
import type * as contract from '../contract/feature-store.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import { featureGroupName } from '../shared/naming.ts';
import type { ArtifactStore } from './artifact-store.ts';
import { keyFor } from './encryption-key.ts';
import { requireType } from './region.ts';
import { removalOf } from './removal.ts';

export interface FeatureStoreProps extends contract.FeatureStoreProps {
  readonly store: ArtifactStore;
  /** @default - the environment's key, or AWS's own */
  readonly encryptionKey?: IKey;
}

/** All that SageMaker's feature groups know (API_FeatureDefinition). A time is a number, ms since 1970. */
const FEATURE_TYPES: Readonly<Record<SourceColumn['type'], 'Fractional' | 'Integral' | 'String'>> = {
  number: 'Fractional',
  boolean: 'Integral',
  category: 'String',
  timestamp: 'Fractional',
};

/**
 * The record of a feature group: each feature by its name, as the adapter writes it. The group's event time is the number of
 * a record's write, so that a correction or a late event replaces what was known; the group has no TTL, which counts from there.
 */
export function onlineDefinition(spec: FeatureSpec) {
  return {
    recordIdentifierFeatureName: RECORD.key,
    eventTimeFeatureName: RECORD.version,
    featureDefinitions: recordFields(spec).map(({ name, type }) => ({
      featureName: name,
      featureType: FEATURE_TYPES[type],
    })),
  };
}

/**
 * A Glue table over the offline layout, for Athena; with `byKey` a SageMaker feature group as the online store.
 *
 * @example
 * import { ArtifactStore, FeatureStore } from 'mlops-blueprint/aws';
 *
 * const store = new ArtifactStore(stack, 'Store', { config });
 * const features = new FeatureStore(stack, 'Features', { config, store });
 * // Undefined unless the blueprint has `serving.online.byKey`.
 * const group = features.onlineName;
 */
export class FeatureStore extends ModelConstruct implements contract.IFeatureStore {
  /** The offline half's catalogue entry. */
  readonly resource: CfnTable;
  /** The online half; undefined where features are not fetched by key. */
  readonly onlineGroup: CfnFeatureGroup | undefined;
  readonly onlineName: string | undefined;

  constructor(scope: Construct, id: string, props: FeatureStoreProps) {
    super(scope, id, props, ['store']);
    const { config, store } = props;
    this.resource = this.table(config, store);
    this.onlineGroup = config.model.serving.online?.byKey
      ? this.featureGroup(config, keyFor(this, config, props.encryptionKey))
      : undefined;
    this.onlineName = this.onlineGroup && featureGroupName(config);
  }

  private table(config: ResolvedConfig, store: ArtifactStore): CfnTable {
    const { model } = config;
    const databaseName = glueName(`${model.name}_${model.environment}`);
    const database = new CfnDatabase(this, 'Database', {
      catalogId: Aws.ACCOUNT_ID,
      databaseInput: { name: databaseName, description: `feature store of ${model.name}` },
    });
    const table = new CfnTable(this, 'Resource', {
      catalogId: Aws.ACCOUNT_ID,
      databaseName,
      tableInput: {
        name: glueName(`features_v${model.features.version}`),
        description:
          'rows as they were known at their event; of rows with one key and time the last ingested counts',
        tableType: 'EXTERNAL_TABLE',
        parameters: {
          EXTERNAL: 'TRUE',
          classification: 'csv',
          compressionType: 'gzip',
          'skip.header.line.count': '1',
          // Athena works the days out by itself: nobody has to add a partition
          // (docs.aws.amazon.com/athena/latest/ug/partition-projection.html).
          'projection.enabled': 'true',
          'projection.date.type': 'date',
          'projection.date.format': 'yyyy-MM-dd',
          'projection.date.range': '2020-01-01,NOW',
        },
        partitionKeys: [{ name: 'date', type: 'string', comment: 'day of ingestion' }],
        storageDescriptor: {
          location: `s3://${store.storeName}/features/${model.name}/v${model.features.version}/`,
          inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
          outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
          serdeInfo: { serializationLibrary: 'org.apache.hadoop.hive.serde2.OpenCSVSerde' },
          // This SerDe cannot read an empty cell as a number, so all are text: try_cast(… AS double).
          columns: storedColumns(model).map(({ name, type }) => ({
            name: name.toLowerCase(),
            type: 'string',
            comment: type,
          })),
        },
      },
    });
    table.addResourceDependency(database);
    for (const one of [database, table]) one.applyRemovalPolicy(removalOf(config));
    return table;
  }

  /**
   * Name, identifier, event time, description and tags can never change (cfn: replacement), so the name and the
   * logical id carry the feature version, and the app's tags are kept away from it.
   */
  private featureGroup(config: ResolvedConfig, key: IKey | undefined): CfnFeatureGroup {
    const { model } = config;
    requireType(this, 'AWS::SageMaker::FeatureGroup');
    const group = new CfnFeatureGroup(this, `OnlineGroupV${model.features.version}`, {
      featureGroupName: featureGroupName(config),
      ...onlineDefinition(model.features),
      // The service's own spelling: the CDK passes this object on as it is.
      onlineStoreConfig: {
        EnableOnlineStore: true,
        ...(key && { SecurityConfig: { KmsKeyId: key.keyArn } }),
      },
    });
    group.applyRemovalPolicy(removalOf(config));
    return group;
  }

  /** ARN of the online group, for permissions. */
  get onlineArn(): string | undefined {
    const name = this.onlineName;
    return (
      name &&
      Stack.of(this).formatArn({ service: 'sagemaker', resource: 'feature-group', resourceName: name })
    );
  }
}

/** Glue and Athena take lower-case letters, digits and underscores. */
const glueName = (name: string): string => name.toLowerCase().replaceAll('-', '_');
