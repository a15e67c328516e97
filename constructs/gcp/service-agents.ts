import { DataGoogleProject } from '@cdktf/provider-google/lib/data-google-project/index.js';
import type { Construct } from 'constructs';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { oncePerStack } from '../shared/once-per-stack.ts';
import { cloudOf } from './place.ts';

/** Domains of the identities of Google's services (cloud.google.com/iam/docs/service-agents). */
const DOMAINS = {
  artifactRegistry: 'gcp-sa-artifactregistry',
  cloudRun: 'serverless-robot-prod',
  functions: 'gcf-admin-robot',
  monitoring: 'gcp-sa-monitoring-notification',
  pubsub: 'gcp-sa-pubsub',
  secretManager: 'gcp-sa-secretmanager',
  workflows: 'gcp-sa-workflows',
} as const;

/** A service that acts in the project by an identity of its own. */
export type ServiceAgent = keyof typeof DOMAINS;

const projectOf = (scope: Construct, config: ResolvedConfig): DataGoogleProject =>
  oncePerStack(
    scope,
    'Project',
    (stack) => new DataGoogleProject(stack, 'Project', { projectId: cloudOf(config).project }),
  );

/** Number of the project, read when Terraform applies. */
export const projectNumber = (scope: Construct, config: ResolvedConfig): string =>
  projectOf(scope, config).number;

/** Member of IAM that a service acts as. Some exist only once the service has a resource in the project. */
export const agentOf = (scope: Construct, config: ResolvedConfig, agent: ServiceAgent): string =>
  `serviceAccount:service-${projectNumber(scope, config)}@${DOMAINS[agent]}.iam.gserviceaccount.com`;
