import type { AzureWork } from '../runtime/azure.ts';
import { exportInput } from '../runtime/inputs.ts';
import { exportNewRows } from './export-new-rows.ts';

export const work: AzureWork = async ({ ports, config }, event) => {
  const { since, ...input } = exportInput(event, ports.clock.now());
  const { rows, parts } = await exportNewRows(ports, config.model, input, since);
  return { runId: input.runId, rows, parts: parts.length };
};
