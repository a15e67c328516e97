import { answerWindow, dueWindow } from '../core/time/windows.ts';
import type { AzureWork } from '../runtime/azure.ts';
import { scheduledAt } from '../runtime/inputs.ts';
import { runMonitoring } from './run-monitoring.ts';

export const work: AzureWork = async ({ ports, config: { model } }, event) => {
  const answers = answerWindow(model.monitoring, scheduledAt(event, 'monitor', ports.clock.now()).at);
  const due = dueWindow(model.monitoring, answers);
  const { report, call } = await runMonitoring(ports, model, answers, due);
  return { verdict: report?.drift.verdict ?? null, rows: report?.drift.rows ?? 0, retraining: call };
};
