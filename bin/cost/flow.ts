/** How often each function is called and each state visited in a month. */

import type { Located } from './located.ts';
import type { Usage } from './usage.ts';
import type { Occurrence, Wiring } from './wiring.ts';

/** Counts of one month, by logical id. */
export interface Flow {
  readonly calls: ReadonlyMap<string, number>;
  readonly executions: ReadonlyMap<string, number>;
  readonly states: ReadonlyMap<string, number>;
  readonly scheduled: ReadonlyMap<string, number>;
  /** Runs that bring rows in, and those that train as well. */
  readonly runs: number;
  /** Requests of the probe, beside the predictions. */
  readonly probes: number;
  readonly retrainings: number;
}

/** How often each occurrence comes. */
const timesPerMonth = (usage: Usage, retrainings: number): Readonly<Record<Occurrence, number>> => ({
  prediction: usage.predictions,
  'retraining-called': usage.calledRetrainings,
  'version-approved': retrainings,
});

/** One start of something: how often, and its input. */
interface Start {
  readonly target: string;
  readonly times: number;
  readonly input: unknown;
}

/** Follows every schedule and trigger of the stacks through the workflows to the functions. */
export function flowOf(resources: readonly Located[], wiring: Wiring, usage: Usage): Flow {
  const { schedules, triggers, execution } = wiring;
  const functions = new Map(resources.map((one) => [one.logicalId, one.function]));
  const scheduled = new Map(schedules.map((one) => [one.logicalId, one.timesPerMonth]));
  const starts: Start[] = schedules.flatMap(({ target, timesPerMonth: times, input }) =>
    target === undefined ? [] : [{ target, times, input }],
  );
  const trains = ({ target, input }: Start) =>
    execution(target, input)?.calls.some((id) => functions.get(id) === 'train') ?? false;
  const onSchedule = starts.filter(trains).reduce((sum, { times }) => sum + times, 0);
  const retrainings = onSchedule + usage.calledRetrainings;
  const occurrences = timesPerMonth(usage, retrainings);
  for (const { target, on } of triggers)
    starts.push({ target, times: on.reduce((sum, one) => sum + occurrences[one], 0), input: {} });

  const probes = starts
    .filter(({ target }) => functions.get(target) === 'probe')
    .reduce((sum, { times }) => sum + times, 0);
  for (const { target, on } of triggers)
    if (on.includes('prediction')) starts.push({ target, times: probes, input: {} });

  const calls = new Map<string, number>();
  const executions = new Map<string, number>();
  const states = new Map<string, number>();
  const add = (map: Map<string, number>, id: string, times: number) =>
    map.set(id, (map.get(id) ?? 0) + times);
  for (const { target, times, input } of starts) {
    if (functions.get(target) !== undefined) add(calls, target, times);
    const executed = execution(target, input);
    if (executed === undefined) continue;
    add(executions, target, times);
    add(states, target, times * executed.states);
    for (const called of executed.calls) add(calls, called, times);
  }
  const runs = [...calls].reduce((most, [id, times]) => (functions.get(id) === 'ingest' ? times : most), 0);
  return { calls, executions, states, scheduled, runs, probes, retrainings };
}
