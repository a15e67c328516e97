import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { loadBlueprint } from '../../blueprints/index.ts';
import { type ResolvedConfig, resolveConfig } from '../../constructs/config/resolve.ts';
import type { EnvironmentInput } from '../../constructs/config/schema.ts';
import { ModelStage } from '../../stacks/aws/model-stage.ts';
import { type EnvironmentName, parseEnvironment } from '../../stacks/config/environments.ts';
import type { Stacks, Template } from './template.ts';

const ROOT = join(import.meta.dirname, '../..');

/** What `cdk synth` wrote of one stage. */
export interface Synthesized {
  /** `data` and `model`. */
  readonly stacks: Stacks;
  /** Folder of the stage's templates and asset manifests. */
  readonly folder: string;
  /** Folder of the whole assembly, with the assets. */
  readonly assembly: string;
}

/**
 * Synthesizes one model in one environment.
 *
 * @param change - Laid over the environment's file.
 */
export async function synthesize(
  environment: Exclude<EnvironmentName, 'local'>,
  change: Partial<EnvironmentInput> = {},
  blueprintFile = join(ROOT, 'blueprints/bank-marketing/blueprint.ts'),
): Promise<Synthesized> {
  const { blueprint } = await loadBlueprint(blueprintFile);
  return synthesizeConfig(resolveConfig(blueprint, parseEnvironment(environment, change, 'aws'), 'aws'));
}

/** Synthesizes one resolved configuration, with the context of `cdk.json`. The folder goes when the process ends. */
export function synthesizeConfig(config: ResolvedConfig): Synthesized {
  const assembly = mkdtempSync(join(tmpdir(), 'mlops-synth-'));
  process.once('exit', () => rmSync(assembly, { recursive: true, force: true }));
  const { context } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')) as {
    context: Record<string, unknown>;
  };
  const app = new App({ outdir: assembly, context });
  const stage = new ModelStage(app, config);
  app.synth();
  const folder = join(assembly, `assembly-${stage.stageName}`);
  const read = (half: string) =>
    JSON.parse(readFileSync(join(folder, templateFile(folder, half)), 'utf8')) as Template;
  return { stacks: { data: read('data'), model: read('model') }, folder, assembly };
}

function templateFile(folder: string, half: string): string {
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
    artifacts: Record<string, { type: string; displayName?: string; properties?: { templateFile?: string } }>;
  };
  const found = Object.values(manifest.artifacts).find(
    ({ type, displayName }) => type === 'aws:cloudformation:stack' && displayName?.endsWith(`/${half}`),
  );
  const file = found?.properties?.templateFile;
  if (file === undefined) throw new Error(`${folder} has no stack '${half}'`);
  return file;
}
