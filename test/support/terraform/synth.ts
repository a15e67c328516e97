/** The stacks of the example model, as `npm run synth:terraform` writes them. */

import type { Blueprint } from '../../../blueprints/index.ts';
import type { EnvironmentInput } from '../../../constructs/config/schema.ts';
import { exampleAzureConfig } from '../../constructs/azure/example.ts';
import { exampleGcpConfig } from '../../constructs/gcp/example.ts';
import { type SynthesizedTerraform, synthesizeTerraform } from '../synth-terraform.ts';

/** Environments of the example. */
export type ExampleEnvironment = 'dev' | 'staging' | 'prod';

/** Both halves of a model. */
export type SynthesizedModel = SynthesizedTerraform['stacks'];

/**
 * Returns both stacks of the example in one environment, which the caller may change.
 *
 * @param change - Values over the environment's own.
 * @param changeBlueprint - Returns another blueprint than the example's. @default the example
 */
export async function synthesizeGcp(
  environment: ExampleEnvironment,
  change: Partial<EnvironmentInput> = {},
  changeBlueprint?: (blueprint: Blueprint) => Blueprint,
): Promise<SynthesizedModel> {
  const config = await exampleGcpConfig(environment, change, changeBlueprint);
  return structuredClone(synthesizeTerraform(config).stacks);
}

/** The same on Azure. */
export async function synthesizeAzure(
  environment: ExampleEnvironment,
  change: Partial<EnvironmentInput> = {},
  changeBlueprint?: (blueprint: Blueprint) => Blueprint,
): Promise<SynthesizedModel> {
  const config = await exampleAzureConfig(environment, change, changeBlueprint);
  return structuredClone(synthesizeTerraform(config).stacks);
}
