import type { Construct } from 'constructs';
import type * as contract from '../contract/feature-store.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import type { ArtifactStore } from './artifact-store.ts';

export interface FeatureStoreProps extends contract.FeatureStoreProps {
  readonly store: ArtifactStore;
}

/**
 * The place of the feature store, without a resource of its own. Azure has no catalogue of files without a server or a workspace that bills
 * by the hour; a query engine that people have reads the files, gzip CSV below `date=…` folders.
 *
 * @example
 * import { TerraformOutput } from 'cdktf';
 * import { ArtifactStore, FeatureStore } from 'mlops-blueprint/azure';
 *
 * const store = new ArtifactStore(stack, 'Store', { config });
 * const features = new FeatureStore(stack, 'Features', { config, store });
 * new TerraformOutput(stack, 'FeatureFiles', { value: features.url });
 */
export class FeatureStore extends ModelConstruct implements contract.IFeatureStore {
  /** Address of the folder with the rows of this version of the features. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: FeatureStoreProps) {
    super(scope, id, props, ['store']);
    const { config, store } = props;
    const { name, features } = config.model;
    this.url = `${store.url}/features/${name}/v${features.version}/`;
  }
}
