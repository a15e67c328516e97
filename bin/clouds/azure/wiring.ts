import type { ResolvedConfig } from '../../../constructs/config/resolve.ts';
import { TRAINING_RUN } from '../../../lambdas/pipeline-plan.ts';
import type { Located } from '../../cost/located.ts';
import { type PlannedRun, type PlannedWorkflow, plannedCalls, plannedWiring } from '../../cost/planned.ts';
import type { Wiring } from '../../cost/wiring.ts';
import { SITE } from './resources.ts';

/** An orchestration runs once at its start, and once again for each activity that ended. */
const orchestratorRuns = (input: unknown): number => plannedCalls(TRAINING_RUN, input).length + 1;

/** Components whose site makes a run, and how often its own code runs in one. */
const RUNS: Readonly<
  Record<PlannedRun, { readonly component: string; readonly steps: PlannedWorkflow['steps'] }>
> = {
  training: { component: 'TrainingPipeline', steps: orchestratorRuns },
  monitoring: { component: 'DriftMonitor', steps: () => 0 },
};

/** The wiring by plan and blueprint; the templates list the sites. */
export function azureWiring(resources: readonly Located[], config: ResolvedConfig): Wiring {
  const found = Object.entries(RUNS).flatMap(([run, { component, steps }]) => {
    const site = resources.find((one) => one.type === SITE && one.component === component);
    return site === undefined ? [] : [[run, { logicalId: site.logicalId, steps }] as const];
  });
  return plannedWiring(config, resources, Object.fromEntries(found));
}
