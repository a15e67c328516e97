/** Resources of a model's stacks, from their own lists: nothing is looked for by name. */

import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { at } from '../value-at.ts';
import type { Template } from './resources.ts';

export interface Owned {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  /** The service's own name of it. */
  readonly physicalId: string;
  /** Whether it stays when the stack goes. */
  readonly retained: boolean;
}

/** Status of a resource that is no longer there. */
const GONE = 'DELETE_COMPLETE';

/** Resources of one stack; undefined when there is no such stack. */
export async function resourcesOfStack(
  client: CloudFormationClient,
  stack: string,
): Promise<Owned[] | undefined> {
  const { GetTemplateCommand, paginateListStackResources } = await import('@aws-sdk/client-cloudformation');
  try {
    const { TemplateBody = '{}' } = await client.send(new GetTemplateCommand({ StackName: stack }));
    const retained = retainedIds(TemplateBody);
    const found: Owned[] = [];
    for await (const { StackResourceSummaries = [] } of paginateListStackResources(
      { client },
      { StackName: stack },
    ))
      for (const {
        LogicalResourceId: logicalId = '',
        PhysicalResourceId,
        ResourceType: type = '',
        ResourceStatus,
      } of StackResourceSummaries)
        if (PhysicalResourceId !== undefined && ResourceStatus !== GONE)
          found.push({
            stack,
            logicalId,
            type,
            physicalId: PhysicalResourceId,
            retained: retained.has(logicalId),
          });
    return found;
  } catch (error) {
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
    throw error;
  }
}

function retainedIds(body: string): ReadonlySet<string> {
  const resources = at(JSON.parse(body), 'Resources') as Template['Resources'] | undefined; // what the CDK deployed
  return new Set(
    Object.entries(resources ?? {})
      .filter(([, { DeletionPolicy }]) => DeletionPolicy?.startsWith('Retain'))
      .map(([logicalId]) => logicalId),
  );
}

/** Those of one type. */
export const ofType = (owned: readonly Owned[], type: string): readonly Owned[] =>
  owned.filter((one) => one.type === type);
