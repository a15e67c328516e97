import { createPorts } from '../adapters/gcp/create-ports.ts';
import { gcpHandler } from '../runtime/gcp.ts';
import { exportInput } from '../runtime/inputs.ts';
import { exportNewRows } from './export-new-rows.ts';

export const handler = gcpHandler(createPorts, async ({ ports, config }, event) => {
  const { since, ...input } = exportInput(event, ports.clock.now());
  const { rows, parts } = await exportNewRows(ports, config.model, input, since);
  return { runId: input.runId, rows, parts: parts.length };
});
