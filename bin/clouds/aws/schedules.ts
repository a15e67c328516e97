import type { SchedulerClient } from '@aws-sdk/client-scheduler';
import { isNamed } from './sdk.ts';

/** Those of these schedules that still start something. */
export async function enabledOf(client: SchedulerClient, names: readonly string[]): Promise<string[]> {
  const { GetScheduleCommand } = await import('@aws-sdk/client-scheduler');
  const enabled: string[] = [];
  for (const name of names) {
    try {
      const { State } = await client.send(new GetScheduleCommand(placeOf(name)));
      if (State === 'ENABLED') enabled.push(name);
    } catch (error) {
      if (!isNamed(error, 'ResourceNotFoundException')) throw error;
    }
  }
  return enabled;
}

/** An update replaces the whole schedule, so it says again everything that was there. */
export async function disable(client: SchedulerClient, name: string): Promise<void> {
  const { GetScheduleCommand, UpdateScheduleCommand } = await import('@aws-sdk/client-scheduler');
  const found = await client.send(new GetScheduleCommand(placeOf(name)));
  const { ScheduleExpression, FlexibleTimeWindow, Target } = found;
  const { Description, ScheduleExpressionTimezone, StartDate, EndDate, KmsKeyArn, ActionAfterCompletion } =
    found;
  await client.send(
    new UpdateScheduleCommand({
      ...placeOf(name),
      ScheduleExpression,
      FlexibleTimeWindow,
      Target,
      Description,
      ScheduleExpressionTimezone,
      StartDate,
      EndDate,
      KmsKeyArn,
      ActionAfterCompletion,
      State: 'DISABLED',
    }),
  );
}

/** CloudFormation knows a schedule by its name, or by group and name. */
function placeOf(id: string): { readonly Name: string; readonly GroupName?: string } {
  const [group, name] = id.includes('|') ? id.split('|') : [undefined, id];
  return { Name: name ?? id, ...(group !== undefined && { GroupName: group }) };
}
