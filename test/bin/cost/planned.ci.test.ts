import { describe, expect, it } from 'vitest';
import { awsTools } from '../../../bin/clouds/aws/tools.ts';
import { type Flow, flowOf } from '../../../bin/cost/flow.ts';
import type { Located } from '../../../bin/cost/located.ts';
import { plannedCalls, plannedWiring } from '../../../bin/cost/planned.ts';
import { usageOf } from '../../../bin/cost/usage.ts';
import { loadBlueprint } from '../../../blueprints/index.ts';
import { type ResolvedConfig, resolveConfig } from '../../../constructs/config/resolve.ts';
import { MONITORING_RUN, TRAINING_RUN } from '../../../lambdas/pipeline-plan.ts';
import { parseEnvironment } from '../../../stacks/config/environments.ts';

const { blueprint } = await loadBlueprint('blueprints/bank-marketing/blueprint.ts');

/** A workflow of AWS's templates, by a part of its path. */
const workflowOf = (resources: readonly Located[], component: string) => {
  const found = resources.find(
    (one) => one.type === 'AWS::StepFunctions::StateMachine' && one.component === component,
  );
  if (found === undefined) throw new Error(`no workflow in ${component}`);
  return { logicalId: found.logicalId, steps: () => 1 };
};

async function flows(config: ResolvedConfig): Promise<{ readonly planned: Flow; readonly walked: Flow }> {
  const resources = await awsTools.resources(config);
  const usage = usageOf(config, 30);
  const workflows = {
    training: workflowOf(resources, 'TrainingPipeline'),
    monitoring: workflowOf(resources, 'DriftMonitor'),
  };
  return {
    planned: flowOf(resources, plannedWiring(config, resources, workflows), usage),
    walked: flowOf(resources, awsTools.wiring(resources, config), usage),
  };
}

describe('the calls of a month by plan and blueprint', () => {
  it.each([
    ['the default blueprint', blueprint],
    [
      'a training on a schedule',
      { ...blueprint, training: { ...blueprint.training, schedule: '0 3 1 * *' } },
    ],
    [
      'a retraining on a schedule and no drift',
      {
        ...blueprint,
        retraining: { ...blueprint.retraining, on: { drift: false, schedule: '30 4 * * 1,3' } },
      },
    ],
  ])('equal those of the templates of AWS with %s', async (_, own) => {
    const config = resolveConfig(own, parseEnvironment('dev', {}, 'aws'), 'aws');
    const { planned, walked } = await flows(config);
    for (const counts of ['calls', 'executions'] as const) {
      expect([...planned[counts].keys()].sort()).toEqual([...walked[counts].keys()].sort());
      for (const [id, times] of walked[counts]) {
        const ratio = (planned[counts].get(id) ?? 0) / times;
        expect(Math.abs(ratio - 1), `${id}: ${planned[counts].get(id)}, ${times}`).toBeLessThan(0.002); // months of 30.4 days
      }
    }
    expect(planned.runs).toBeCloseTo(walked.runs, 0);
    expect(planned.retrainings / walked.retrainings).toBeCloseTo(1, 2);
    expect(planned.probes).toBeCloseTo(walked.probes, 1);
  });

  it('ends a run of new data after its steps of data, with the lease returned', () => {
    const lease = 'lease';
    expect(plannedCalls(TRAINING_RUN, { data: true })).toEqual([lease, 'export', 'prepare', 'ingest', lease]);
    expect(plannedCalls(TRAINING_RUN, {})).toHaveLength(8);
    expect(plannedCalls(MONITORING_RUN, {})).toEqual(['ground-truth', 'monitor']);
  });
});
