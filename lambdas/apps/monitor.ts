import { createPorts } from '../adapters/azure/create-ports.ts';
import { APPS } from '../apps.ts';
import { interpretPlan } from '../pipeline-interpreter.ts';
import { MONITORING_RUN, type PlanFunction } from '../pipeline-plan.ts';
import { azureRuntime, BY_NOBODY, type LoadWork } from '../runtime/azure.ts';
import { triggersOf } from '../runtime/azure-app.ts';
import { mayPass, timerHandler } from '../runtime/azure-triggers.ts';
import { cloudError } from '../runtime/cloud-error.ts';
import type { Host } from '../runtime/host.ts';

const WORKS: { readonly [Name in PlanFunction]?: LoadWork } = {
  'ground-truth': () => import('../ground-truth/azure.ts'),
  monitor: () => import('../monitor/azure.ts'),
};
/** The plan has the attempts of each step. */
const ONCE = 1;

const runtime = azureRuntime(createPorts, import.meta.dirname);

triggersOf(APPS.monitor.triggers).timer('monitoring', timerHandler(runtime, runMonitoringPlan, ONCE));

/** The monitoring run in one invocation. A run that fails for good is logged as `monitoring.failed`. */
async function runMonitoringPlan(host: Host, start: { readonly at: string }): Promise<unknown> {
  const { logger, clock } = host.ports;
  try {
    return await interpretPlan(
      MONITORING_RUN,
      {
        call: async (name, input) => (await WORKS[name]?.())?.work(host, input, BY_NOBODY),
        mayPass,
        sleep: (ms) => clock.sleep(ms),
        onRetry: (step, attempt, error) =>
          logger.warn('step.retried', { step, attempt, code: cloudError(error).facts.code }),
      },
      start,
    );
  } catch (error) {
    logger.error('monitoring.failed', { ...cloudError(error).facts, at: start.at });
    throw error;
  }
}
