/** Orchestrations of the app `pipeline`, started by its own client through the host's API. */

import { runTraining, type TrainingRun } from '../../support/azure/training-runs.ts';
import { answerInstances, type Instances } from '../../support/durable-api.ts';
import type { RunningApp } from '../../support/functions-host.ts';
import { startScriptedServer } from '../../support/scripted-server.ts';

/** A run that stands still once it has the lease. */
export interface StartedRun {
  readonly id: string;
  readonly input: unknown;
  /** It has the lease. */
  readonly begun: Promise<void>;
  goOn(): void;
  readonly ended: Promise<TrainingRun>;
}

export interface Runs {
  readonly endpoint: string;
  /** In the order of their starts. */
  readonly started: readonly StartedRun[];
  /** Whether a run stands still after its first call. */
  hold: boolean;
  /** Awaited before each call of a run, with its number from 1. */
  onCall: (id: string, call: number) => Promise<unknown>;
  close(): Promise<void>;
}

/** Starts the host's API; each new instance is run by the app. */
export async function startRuns(appOf: () => RunningApp): Promise<Runs> {
  const instances: Instances = new Map();
  const started: StartedRun[] = [];
  const api = await startScriptedServer();
  const runs: Runs = {
    endpoint: api.endpoint,
    started,
    hold: false,
    onCall: async () => {},
    close: () => api.stop(),
  };

  function start(id: string, input: unknown): void {
    const [begun, goOn] = [gate(), gate()];
    if (!runs.hold) goOn.open();
    let calls = 0;
    const before = async () => {
      calls += 1;
      if (calls > 1) {
        begun.open();
        await goOn.passed;
      }
      await runs.onCall(id, calls);
    };
    const instance = instances.get(id);
    const ended = runTraining(appOf(), input, { before, instanceId: id, now: Date.now() }).then((run) => {
      if (instance) instance.status = run.error === undefined ? 'Completed' : 'Failed';
      return run;
    });
    started.push({ id, input, begun: begun.passed, goOn: goOn.open, ended });
  }

  api.answer((request) => answerInstances(instances, request, (id, _, input) => start(id, input)));
  return runs;
}

/** Something that is waited for until it is opened. */
function gate(): { readonly passed: Promise<void>; open(): void } {
  let open = () => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open: () => open() };
}
