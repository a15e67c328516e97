/**
 * Starts and calls of a month by the plans of both runs and the schedules of a blueprint: the same on every cloud.
 * Tests hold them to the templates of a cloud, whose wiring is read on its own.
 */

import { runsPerDay } from '../../constructs/config/cron.ts';
import type { ResolvedConfig } from '../../constructs/config/resolve.ts';
import type { FunctionName } from '../../lambdas/functions.ts';
import { MONITORING_RUN, type Plan, TRAINING_RUN } from '../../lambdas/pipeline-plan.ts';
import type { Located } from './located.ts';
import { MONTH_DAYS } from './usage.ts';
import type { EventStart, ScheduledStart, Wiring } from './wiring.ts';

/** The release controller looks each minute. */
const TICK = 'rate(1 minute)';
const PROBE = 'rate(5 minutes)';

const PLANS = { training: TRAINING_RUN, monitoring: MONITORING_RUN } as const;

/** A run that a workflow service makes. */
export type PlannedRun = keyof typeof PLANS;

/** The workflow of a run in the templates. */
export interface PlannedWorkflow {
  readonly logicalId: string;
  /** Steps that its service counts in a run without a failure. */
  readonly steps: (input: unknown) => number;
}

/** Functions that a run of a plan calls without a failure. */
export function plannedCalls(plan: Plan, input: unknown): readonly FunctionName[] {
  const onlyData = (input as { readonly data?: boolean }).data === true; // the argument of a schedule
  const stop = plan.findIndex(({ kind }) => kind === 'stop-if-data');
  const ends = plan.filter(({ kind }) => kind === 'end');
  const made = onlyData && stop >= 0 ? [...plan.slice(0, stop), ...ends] : plan;
  return made.flatMap((entry) =>
    entry.kind === 'step' ? [entry.name] : entry.kind === 'stop-if-data' ? [] : ['lease' as const],
  );
}

/**
 * The wiring of a model whose functions are among these resources.
 *
 * @param workflows - Those among the resources; nothing starts one that is not.
 */
export function plannedWiring(
  config: ResolvedConfig,
  resources: readonly Located[],
  workflows: Readonly<Partial<Record<PlannedRun, PlannedWorkflow>>>,
): Wiring {
  const ids = new Map(
    resources.flatMap((one) => (one.function === undefined ? [] : [[one.function, one.logicalId] as const])),
  );
  const runs = Object.entries(workflows) as readonly [PlannedRun, PlannedWorkflow][]; // of a typed record
  return {
    schedules: schedulesOf(config, ids, workflows),
    triggers: triggersOf(ids, workflows),
    execution: (target, input) => {
      const [run, workflow] = runs.find(([, { logicalId }]) => logicalId === target) ?? [];
      if (run === undefined || workflow === undefined) return undefined;
      const calls = plannedCalls(PLANS[run], input).flatMap((name) => ids.get(name) ?? []);
      return { states: workflow.steps(input), calls };
    },
  };
}

type Ids = ReadonlyMap<string, string>;
type Workflows = Parameters<typeof plannedWiring>[2];

function schedulesOf(
  config: ResolvedConfig,
  ids: Ids,
  { training, monitoring }: Workflows,
): ScheduledStart[] {
  const { source, training: learning, retraining, monitoring: watching, serving } = config.blueprint;
  const starts: readonly (readonly [string | undefined, string | undefined, unknown])[] = [
    [source.schedule, training?.logicalId, { data: true }],
    [learning.schedule, training?.logicalId, { data: false }],
    [retraining.on.schedule, training?.logicalId, { data: false }],
    [watching.schedule, monitoring?.logicalId, {}],
    [TICK, ids.get('release'), {}],
    [PROBE, ids.get('probe'), {}],
    [serving.batch?.schedule, ids.get('batch-score'), {}],
  ];
  return starts.flatMap(([schedule, target, input], index) =>
    schedule === undefined || target === undefined
      ? []
      : [{ logicalId: `schedule-${index}`, timesPerMonth: runsPerDay(schedule) * MONTH_DAYS, target, input }],
  );
}

/** Each new version is approved once, released, and probed where there is a probe. */
function triggersOf(ids: Ids, { training }: Workflows): EventStart[] {
  const starts: readonly (readonly [string | undefined, EventStart['on']])[] = [
    [ids.get('score'), ['prediction']],
    [training?.logicalId, ['retraining-called']],
    [ids.get('approve'), ['version-approved']],
    [ids.get('release'), ['version-approved']],
    [ids.get('probe'), ['version-approved']],
  ];
  return starts.flatMap(([target, on]) => (target === undefined ? [] : [{ target, on }]));
}
