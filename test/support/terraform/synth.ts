/** The stacks of the example model on Google Cloud, as `npm run synth:terraform` writes them. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Blueprint, loadBlueprint } from '../../../blueprints/index.ts';
import { resolveConfig } from '../../../constructs/config/resolve.ts';
import type { EnvironmentInput } from '../../../constructs/config/schema.ts';
import { parseEnvironment } from '../../../stacks/config/environments.ts';
import { addModel, createApp } from '../../../stacks/terraform/stacks.ts';
import type { TerraformConfig } from './schema.ts';

const BLUEPRINT = join(import.meta.dirname, '../../../blueprints/bank-marketing/blueprint.ts');

/** Environments of the example. */
export type ExampleEnvironment = 'dev' | 'staging' | 'prod';

/** Both halves of a model. */
export interface SynthesizedModel {
  readonly data: TerraformConfig;
  readonly model: TerraformConfig;
}

/**
 * Returns both stacks of the example in one environment.
 *
 * @param change - Values over the environment's own.
 * @param changeBlueprint - Returns another blueprint than the example's. @default the example
 */
export async function synthesizeGcp(
  environment: ExampleEnvironment,
  change: Partial<EnvironmentInput> = {},
  changeBlueprint: (blueprint: Blueprint) => Blueprint = (blueprint) => blueprint,
): Promise<SynthesizedModel> {
  const { blueprint } = await loadBlueprint(BLUEPRINT);
  const given = parseEnvironment(environment, change, 'gcp');
  const config = resolveConfig(changeBlueprint(blueprint), given, 'gcp');
  const outdir = mkdtempSync(join(tmpdir(), 'mlops-terraform-'));
  try {
    const app = createApp(outdir);
    addModel(app, config);
    app.synth();
    const half = (name: keyof SynthesizedModel): TerraformConfig => {
      const folder = join(outdir, 'stacks', `${config.model.name}-${config.model.environment}-${name}`);
      return JSON.parse(readFileSync(join(folder, 'cdk.tf.json'), 'utf8')) as TerraformConfig; // our own stack
    };
    return { data: half('data'), model: half('model') };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
