/** A world in which one version was trained and is approved, and nothing is released yet. */

import type { ModelConfig } from '../../lambdas/core/config.ts';
import type { PipelineInput } from '../../lambdas/pipeline.ts';
import { STEPS } from '../../lambdas/pipeline.ts';
import type { CloudPorts } from '../../lambdas/runtime/host.ts';
import { featuresOf, openCloud } from './cloud.ts';

export interface Trained {
  readonly config: ModelConfig;
  /** Everything in the store, by key. */
  readonly objects: ReadonlyMap<string, Uint8Array>;
  /** Features of the sample's rows, as a request has them. */
  readonly rows: readonly { readonly id: string; readonly features: Readonly<Record<string, unknown>> }[];
}

/**
 * Trains a version of a few rounds on three months of rows, which the policy approves.
 *
 * @param use - Lets every `createPorts` of Google Cloud answer with these ports.
 */
export async function trainApproved(from: ModelConfig, use: (ports: CloudPorts) => void): Promise<Trained> {
  const config: ModelConfig = {
    ...from,
    training: {
      ...from.training,
      approval: 'automatic',
      parameters: { ...from.training.parameters, rounds: 20 },
      validation: { thresholds: [], fairness: [] },
    },
  };
  const cloud = await openCloud({ target: 'gcp', config, months: 3 });
  use(cloud.ports);
  try {
    const at = new Date(cloud.clock.now()).toISOString();
    const start = { action: 'begin', trigger: 'first', at, data: false };
    const run = (await cloud.deliver.call('lease', start)) as PipelineInput;
    for (const step of STEPS) await cloud.deliver.call(step, run);
    await cloud.deliver.call('lease', { action: 'end', runId: run.runId, fence: run.fence });
    const objects = new Map<string, Uint8Array>();
    for await (const key of cloud.ports.objects.list('')) {
      const found = await cloud.ports.objects.get(key);
      if (found !== undefined) objects.set(key, found.bytes);
    }
    const rows = cloud.rows.map(({ row }, index) => ({
      id: `row-${index}`,
      features: featuresOf(config, row, {}),
    }));
    return { config, objects, rows };
  } finally {
    await cloud.close();
  }
}
