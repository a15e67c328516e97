import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ResolvedConfig } from '../../constructs/config/resolve.ts';
import { TerraformStack } from '../../constructs/shared/cdktf.ts';
import { addAzureModel } from '../../stacks/terraform/azure.ts';
import { addGcpModel } from '../../stacks/terraform/gcp.ts';
import { keyStackName } from '../../stacks/terraform/gcp-key-stack.ts';
import { stackName } from '../../stacks/terraform/stack-name.ts';
import { createApp } from '../../stacks/terraform/stacks.ts';
import type { TerraformConfig } from './terraform/schema.ts';

/** What the app of CDK for Terraform wrote of one model in one environment. */
export interface SynthesizedTerraform {
  /** `data` and `model`, and `key` with a customer key. */
  readonly stacks: {
    readonly data: TerraformConfig;
    readonly model: TerraformConfig;
    readonly key?: TerraformConfig;
  };
  /** Folder of each stack, with its assets. */
  readonly folders: { readonly data: string; readonly model: string };
  /** Folder of the whole app. */
  readonly assembly: string;
}

const made = new Map<string, SynthesizedTerraform>();

/** A folder that goes when the process ends. */
function passingFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mlops-terraform-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Somebody else's stack: without a provider, a backend and this project's settings. */
export const foreignTerraformStack = (): TerraformStack =>
  new TerraformStack(createApp(passingFolder()), 'Foreign');

/** Synthesizes one resolved configuration, once for each content. The folder goes when the process ends. */
export function synthesizeTerraform(config: ResolvedConfig): SynthesizedTerraform {
  const content = JSON.stringify(config);
  const known = made.get(content);
  if (known !== undefined) return known;
  const synthesized = synthesizeTerraformInto(passingFolder(), config);
  made.set(content, synthesized);
  return synthesized;
}

/** Synthesizes one resolved configuration into a folder of the caller. */
export function synthesizeTerraformInto(assembly: string, config: ResolvedConfig): SynthesizedTerraform {
  const app = createApp(assembly);
  (config.target === 'azure' ? addAzureModel : addGcpModel)(app, config);
  app.synth();
  const folderOf = (half: 'data' | 'model') => join(assembly, 'stacks', stackName(config, half));
  const folders = { data: folderOf('data'), model: folderOf('model') };
  const read = (folder: string) =>
    JSON.parse(readFileSync(join(folder, 'cdk.tf.json'), 'utf8')) as TerraformConfig;
  const keyStack = config.target === 'gcp' ? keyStackName(config) : undefined;
  const stacks = {
    data: read(folders.data),
    model: read(folders.model),
    ...(keyStack !== undefined && { key: read(join(assembly, 'stacks', keyStack)) }),
  };
  return { stacks, folders, assembly };
}
