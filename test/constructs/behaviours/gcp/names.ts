/** The project's names of functions and runs, found in Terraform's configurations. */

import { FUNCTIONS, type FunctionName } from '../../../../lambdas/functions.ts';
import {
  blocksOf,
  type LocatedBlock,
  referencesIn,
  type TerraformStacks,
  valueAt,
} from '../../../support/terraform/located.ts';
import type { RunName, Startable } from '../reader.ts';

/** `<type>.<name>`, as references write it. */
export const addressOf = ({ type, name }: LocatedBlock): string => `${type}.${name}`;

/** The resource of a type that a value refers to in its stack, or undefined. */
export function referredIn(
  stacks: TerraformStacks,
  stack: string,
  value: unknown,
  type: string,
): LocatedBlock | undefined {
  const references = referencesIn(value);
  return blocksOf(stacks, type).find((one) => one.stack === stack && references.includes(addressOf(one)));
}

/** The function of a resource, by the file that it is deployed from: `code/score-<digest>.zip`. */
export function functionIn(stacks: TerraformStacks, { stack, body }: LocatedBlock): FunctionName | undefined {
  const source = valueAt(body, 'build_config.source.storage_source.object');
  const archive = referredIn(stacks, stack, source, 'google_storage_bucket_object');
  const name = /^code\/(.+)-[0-9a-f]{64}\.zip$/.exec(String(archive?.body.name))?.[1] ?? '';
  return name in FUNCTIONS ? (name as FunctionName) : undefined; // a key of the table
}

/** The run of a workflow, by the construct that every composition makes it in. */
export function runIn({ name }: LocatedBlock): RunName | undefined {
  if (name.startsWith('TrainingPipeline_')) return 'training';
  return name.startsWith('DriftMonitor_') ? 'monitoring' : undefined;
}

const EXECUTIONS = /^https:\/\/workflowexecutions\.googleapis\.com\/v1\/.*\/workflows\/([\w-]+)\/executions$/;

/** The workflow that a reference, or the address of its executions, points at. */
export function workflowIn(stacks: TerraformStacks, stack: string, value: unknown): LocatedBlock | undefined {
  const [, named] = EXECUTIONS.exec(String(value)) ?? [];
  return named === undefined
    ? referredIn(stacks, stack, value, 'google_workflows_workflow')
    : blocksOf(stacks, 'google_workflows_workflow').find(({ body }) => body.name === named);
}

/** The function or workflow that a value points at. */
export function startableIn(stacks: TerraformStacks, stack: string, value: unknown): Startable | undefined {
  const called = referredIn(stacks, stack, value, 'google_cloudfunctions2_function');
  if (called !== undefined) return functionIn(stacks, called);
  const workflow = workflowIn(stacks, stack, value);
  return workflow && runIn(workflow);
}

/** The identity that a value refers to: the address of a service account. */
export function accountIn(stacks: TerraformStacks, stack: string, value: unknown): string | undefined {
  const account = referredIn(stacks, stack, value, 'google_service_account');
  return account && addressOf(account);
}

/** The word after the model's name in the name of a topic: `events`. */
export function topicIn(stacks: TerraformStacks, stack: string, value: unknown): string | undefined {
  const topic = referredIn(stacks, stack, value, 'google_pubsub_topic');
  return /-(events|retraining|predictions|alarms|dead-letters)$/.exec(String(topic?.body.name))?.[1];
}
