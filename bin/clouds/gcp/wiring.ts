import type { ResolvedConfig } from '../../../constructs/config/resolve.ts';
import type { Located } from '../../cost/located.ts';
import { type PlannedRun, type PlannedWorkflow, plannedWiring } from '../../cost/planned.ts';
import type { Wiring } from '../../cost/wiring.ts';
import { stepsOfRun } from './workflow-count.ts';

/** Components that have the workflow of a run. */
const COMPONENTS: Readonly<Record<PlannedRun, string>> = {
  training: 'TrainingPipeline',
  monitoring: 'DriftMonitor',
};

/** The wiring by plan and blueprint; the templates list functions and workflows. */
export function gcpWiring(resources: readonly Located[], config: ResolvedConfig): Wiring {
  const found = Object.entries(COMPONENTS).flatMap(([run, component]) => {
    const workflow = resources.find(
      (one) => one.type === 'google_workflows_workflow' && one.component === component,
    );
    if (workflow === undefined) return [];
    const { logicalId, properties } = workflow;
    const planned: PlannedWorkflow = {
      logicalId,
      steps: (input) => stepsOfRun(properties.source_contents, input),
    };
    return [[run, planned] as const];
  });
  return plannedWiring(config, resources, Object.fromEntries(found));
}
