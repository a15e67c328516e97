/** Orchestrations of an app that runs: the host's part of Durable Functions, in virtual time. */

import { ActivityEnded, type DrivenRun, type DriveOptions, driveOrchestration } from '../durable-driver.ts';
import type { RunningApp } from '../functions-host.ts';
import type { TypedData } from '../functions-protocol.ts';

/** A run, with the lines that its invocations logged. */
export interface TrainingRun extends DrivenRun {
  readonly lines: readonly Readonly<Record<string, unknown>>[];
}

/** Runs the orchestration `training` of an app; each turn and each activity is an invocation of the app's process. */
export async function runTraining(
  app: RunningApp,
  start: unknown,
  options: Pick<DriveOptions, 'before' | 'now' | 'instanceId'> = {},
): Promise<TrainingRun> {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const invoke = async (name: string, data: unknown) => {
    const { result, failed, lines: logged } = await app.invoke(name, { string: JSON.stringify(data) });
    lines.push(...logged.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>));
    return { value: valueIn(result), failed };
  };
  const run = await driveOrchestration({
    ...options,
    input: start,
    async turn(turn) {
      const { value, failed } = await invoke('training', turn);
      if (failed !== undefined) throw new Error(failed);
      return value;
    },
    async activity(name, input) {
      const { value, failed } = await invoke(name, input);
      if (failed !== undefined) throw new ActivityEnded(failed);
      return value;
    },
  });
  return { ...run, lines };
}

/** The value that a function returned. */
function valueIn(result: TypedData | undefined): unknown {
  const text = result?.json ?? result?.string;
  return text === undefined ? undefined : JSON.parse(text);
}
