import { Cloudfunctions2Function } from '@cdktf/provider-google/lib/cloudfunctions2-function/index.js';
import { ServiceAccount } from '@cdktf/provider-google/lib/service-account/index.js';
import { StorageBucketObject } from '@cdktf/provider-google/lib/storage-bucket-object/index.js';
import type { Construct } from 'constructs';
import { FUNCTIONS, WHOLE_TABLE_FUNCTIONS } from '../../lambdas/functions.ts';
import { serviceAccountId } from '../config/gcp-login.ts';
import { instanceSize } from '../config/limits/gcp-cloud-run.ts';
import { GCP_NAMES } from '../config/limits/gcp-names.ts';
import type * as contract from '../contract/serverless-function.ts';
import { fileAsset, type TerraformResource } from '../shared/cdktf.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import { gcpLabels, gcpName, nameOf } from '../shared/naming.ts';
import { unitAsset } from '../shared/unit-asset.ts';
import type { GcpBindings } from './bindings.ts';
import { builderOf } from './builder.ts';
import { grantsOf } from './function-grants.ts';
import { giveAll, service } from './grant.ts';
import { modelLogsOf } from './model-logs.ts';
import { SERVICE_RIGHTS } from './permissions/services.ts';
import { cloudOf, keyOf } from './place.ts';

export interface ServerlessFunctionProps extends contract.ServerlessFunctionProps {
  readonly bindings: GcpBindings;
  /**
   * Whether people and services outside of the project reach it; they need the right to call it in any case. Workflows,
   * Scheduler and Pub/Sub of the project are inside (cloud.google.com/run/docs/securing/ingress#internal).
   *
   * @default false
   */
  readonly isPublic?: boolean;
  /**
   * Requests that one instance answers at a time.
   *
   * @default 1
   */
  readonly concurrency?: number;
  /**
   * Instances at most; more requests wait, and are then refused with 429.
   *
   * @default 3
   */
  readonly maxInstances?: number;
}

/** `nodejs24` is deprecated in April 2028 (cloud.google.com/functions/docs/runtime-support#node.js). */
const RUNTIME = 'nodejs24';
const INSTANCES = 3;
/** Share of the memory that the heap of a function of whole tables may have. */
const HEAP = 0.9;

/**
 * A function of the second generation: Node 24, its code one of the bundles of this package, which Google builds without
 * dependencies. It is called by HTTP, with a token of IAM.
 *
 * @example
 * import { ArtifactStore, ServerlessFunction } from 'mlops-blueprint/gcp';
 *
 * const store = new ArtifactStore(stack, 'Store', { config });
 * const prepare = new ServerlessFunction(stack, 'Prepare', { config, name: 'prepare', bindings: { store } });
 * prepare.allow('Console', 'user:anna@example.com');
 */
export class ServerlessFunction extends ModelConstruct implements contract.IServerlessFunction {
  readonly resource: Cloudfunctions2Function;
  readonly account: ServiceAccount;
  /** A text and no reference. */
  readonly functionName: string;
  readonly url: string;
  private readonly region: string;
  private readonly allowed = new Map<string, TerraformResource>();

  constructor(scope: Construct, id: string, props: ServerlessFunctionProps) {
    super(scope, id, props, ['bindings']);
    const { config, name, bindings, isPublic = false, concurrency = 1, maxInstances = INSTANCES } = props;
    const { needs, does } = FUNCTIONS[name];
    const { region, trainingMemoryMb } = cloudOf(config);
    const { name: model, environment: environmentName } = config.model;
    this.region = region;
    this.functionName = gcpName(config, name, GCP_NAMES.function.most);
    const { rights, environment } = grantsOf(name, config, bindings);
    const isLarge = WHOLE_TABLE_FUNCTIONS.includes(name);
    const memoryMb = isLarge ? Math.max(needs.memoryMb, trainingMemoryMb) : needs.memoryMb;
    const size = instanceSize({ cores: needs.cores, memoryMb }, concurrency > 1);
    const builder = builderOf(this, config);
    const key = keyOf(config);

    this.account = new ServiceAccount(this, 'Account', {
      accountId: serviceAccountId({ model, environment: environmentName }, name),
      displayName: `${name} of ${nameOf(config)}`.slice(0, 100),
      description: does,
    });
    const granted = giveAll(this, this.account.member, rights);
    this.resource = new Cloudfunctions2Function(this, 'Resource', {
      name: this.functionName,
      location: region,
      description: does,
      labels: gcpLabels(config),
      ...(key !== undefined && { kmsKeyName: key }),
      buildConfig: {
        runtime: RUNTIME,
        entryPoint: 'handler',
        dockerRepository: builder.repository.id,
        serviceAccount: builder.account.id,
        automaticUpdatePolicy: {}, // security patches of Node arrive without a deployment
        source: { storageSource: this.source(props) },
      },
      serviceConfig: {
        availableCpu: size.availableCpu,
        availableMemory: size.availableMemory,
        timeoutSeconds: needs.timeoutSec,
        minInstanceCount: 0,
        maxInstanceCount: maxInstances,
        maxInstanceRequestConcurrency: concurrency,
        allTrafficOnLatestRevision: true,
        ingressSettings: isPublic ? 'ALLOW_ALL' : 'ALLOW_INTERNAL_ONLY',
        serviceAccountEmail: this.account.email,
        environmentVariables: {
          MLOPS_MEMORY_MB: `${size.memoryMb}`,
          // Node's own choice is about half of the memory.
          ...(isLarge && { NODE_OPTIONS: `--max-old-space-size=${Math.floor(size.memoryMb * HEAP)}` }),
          ...environment,
        },
      },
      // A function without its rights would fail its first events; its first line belongs into the model's logs.
      dependsOn: [builder.ready, ...granted, ...modelLogsOf(this, config).ready],
    });
    this.url = this.resource.serviceConfig.uri;
  }

  /**
   * Lets a member of IAM call this function.
   *
   * @param id - Names the member. It gets the right once, however often it is asked for: of two resources for one right, the
   *   first that is destroyed takes it from the other.
   */
  allow(id: string, member: string): TerraformResource {
    const known = this.allowed.get(id);
    if (known !== undefined) return known;
    const right = service(SERVICE_RIGHTS.invoke, this.resource, this.region).give(
      this,
      `Caller-${id}`,
      member,
    );
    this.allowed.set(id, right);
    return right;
  }

  /** The archive in the bucket, by a name that changes with its bytes: a function with the old name is not built again. */
  private source({ config, name, bindings: { store } }: ServerlessFunctionProps) {
    const { path, sha256 } = unitAsset('gcp', name, config);
    const object = new StorageBucketObject(this, 'Code', {
      bucket: store.storeName,
      name: `code/${name}-${sha256}.zip`,
      source: fileAsset(this, 'Archive', path, sha256),
      contentType: 'application/zip',
    });
    return { bucket: store.storeName, object: object.name };
  }
}
