import type { PubsubTopic } from '@cdktf/provider-google/lib/pubsub-topic/index.js';
import { ServiceAccount } from '@cdktf/provider-google/lib/service-account/index.js';
import { ServiceAccountIamMember } from '@cdktf/provider-google/lib/service-account-iam-member/index.js';
import { Construct } from 'constructs';
import { serviceAccountId } from '../config/gcp-login.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { nameOf } from '../shared/naming.ts';
import { oncePerStack } from '../shared/once-per-stack.ts';
import { SERVICE_RIGHTS } from './permissions/services.ts';
import { agentOf } from './service-agents.ts';

/** The identity of the schedules and subscriptions of a stack: it calls functions and starts workflows. */
export class Caller extends Construct {
  readonly account: ServiceAccount;

  constructor(scope: Construct, id: string, config: ResolvedConfig) {
    super(scope, id);
    const { name: model, environment } = config.model;
    this.account = new ServiceAccount(this, 'Account', {
      accountId: serviceAccountId({ model, environment }, 'caller'),
      displayName: `schedules and subscriptions of ${nameOf(config)}`.slice(0, 100),
    });
  }

  /**
   * Lets Pub/Sub make tokens of this identity.
   *
   * @param topic - Any topic of the stack: the identity of Pub/Sub is there once the project has one.
   */
  signedBy(config: ResolvedConfig, topic: PubsubTopic): ServiceAccountIamMember {
    const found = this.node.tryFindChild('SignsPushes');
    if (found !== undefined) return found as ServiceAccountIamMember; // made below
    return new ServiceAccountIamMember(this, 'SignsPushes', {
      serviceAccountId: this.account.name,
      role: SERVICE_RIGHTS.signPush.role,
      member: agentOf(this, config, 'pubsub'),
      dependsOn: [topic],
    });
  }
}

/** The caller of a construct's stack. */
export const callerOf = (scope: Construct, config: ResolvedConfig): Caller =>
  oncePerStack(scope, 'Caller', (stack) => new Caller(stack, 'Caller', config));
