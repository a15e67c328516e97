import { GCP_NAMES } from '../config/limits/gcp-names.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { gcpName } from '../shared/naming.ts';

/** The workflows of a model. */
export const WORKFLOWS = ['training', 'monitoring'] as const;
export type WorkflowName = (typeof WORKFLOWS)[number];

export const workflowName = (config: ResolvedConfig, name: WorkflowName): string =>
  gcpName(config, name, GCP_NAMES.workflow.most);
