import type { StorageQueue } from '@cdktf/provider-azurerm/lib/storage-queue/index.js';
import type { Construct } from 'constructs';
import type { AnswersRequests } from '../../lambdas/apps.ts';
import type * as contract from '../contract/serverless-function.ts';
import type { AzapiResource } from '../shared/azapi.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import type { AzureBindings } from './bindings.ts';
import { FunctionApp } from './function-app.ts';

export interface ServerlessFunctionProps extends contract.ServerlessFunctionProps {
  readonly bindings: AzureBindings;
}

const NEED_REQUESTS: Readonly<Record<AnswersRequests, string>> = {
  score: 'score answers requests, and this app takes messages: use ScoringApi',
  approve: 'approve asks who its caller is, and a message does not say: use ReleaseController',
};

/**
 * An app with one function, which runs for each message of a queue: the message is its input as JSON. There is no address on the
 * internet to protect.
 *
 * @example
 * import { ArtifactStore, ServerlessFunction } from 'mlops-blueprint/azure';
 *
 * const store = new ArtifactStore(stack, 'Store', { config });
 * const prepare = new ServerlessFunction(stack, 'Prepare', { config, name: 'prepare', bindings: { store } });
 * prepare.allow('Console', '33333333-3333-3333-3333-333333333333');
 */
export class ServerlessFunction extends ModelConstruct implements contract.IServerlessFunction {
  readonly app: FunctionApp;
  /** The queue of its inputs. */
  readonly queue: StorageQueue;

  /** @throws Error for `score` and `approve`, which need a request */
  constructor(scope: Construct, id: string, props: ServerlessFunctionProps) {
    super(scope, id, props, ['bindings']);
    const { config, name, bindings } = props;
    if (name === 'score' || name === 'approve') throw new Error(`ServerlessFunction: ${NEED_REQUESTS[name]}`);
    this.app = new FunctionApp(this, 'App', {
      config,
      app: 'function',
      name,
      functions: [name],
      bindings,
      settings: { MLOPS_FUNCTION: name },
    });
    this.queue = this.app.queue;
  }

  get resource(): AzapiResource {
    return this.app.site;
  }

  /** A text and no reference. */
  get functionName(): string {
    return this.app.functionName;
  }

  /**
   * Lets somebody put messages into its queue.
   *
   * @param objectId - That of a person, a group or a service principal in Entra.
   */
  allow(id: string, objectId: string): void {
    this.app.allowMessages(id, objectId);
  }
}
