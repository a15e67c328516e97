import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import cdk from '../../../cdk.json' with { type: 'json' };
import type { ResolvedConfig } from '../../../constructs/config/resolve.ts';
import { loadOptional } from './optional-package.ts';
import type { Template, Templates } from './resources.ts';

/** Says in each resource's metadata which construct it belongs to. */
const PATHS = { 'aws:cdk:enable-path-metadata': true };

/**
 * The templates that `cdk deploy` would deploy, with the context of `cdk.json`. No network, no credentials; nothing
 * is left on the disk.
 *
 * @throws RuntimeFailure `aws/not-installed` without aws-cdk-lib
 */
export async function synthesize(config: ResolvedConfig): Promise<Templates> {
  const { App, ModelStage } = await loadOptional(
    async () => ({
      App: (await import('aws-cdk-lib')).App,
      ModelStage: (await import('../../../stacks/aws/model-stage.ts')).ModelStage,
    }),
    'aws-cdk-lib',
    'constructs',
  );
  const folder = mkdtempSync(join(tmpdir(), 'mlops-cost-'));
  try {
    const app = new App({ outdir: folder, context: { ...cdk.context, ...PATHS } });
    const { stageName } = new ModelStage(app, config);
    app.synth();
    return readTemplates(join(folder, `assembly-${stageName}`));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The part of a synthesized stage's manifest that lists its stacks. */
interface Manifest {
  readonly artifacts: Readonly<
    Record<
      string,
      {
        readonly type: string;
        readonly displayName?: string;
        readonly properties?: { readonly templateFile?: string };
      }
    >
  >;
}

function readTemplates(folder: string): Templates {
  const { artifacts } = readJson(join(folder, 'manifest.json')) as Manifest; // written by the CDK
  const stacks = Object.values(artifacts).filter(({ type }) => type === 'aws:cloudformation:stack');
  if (stacks.length === 0) throw new Error(`no stack was synthesized: ${readdirSync(folder).join(', ')}`);
  return Object.fromEntries(
    stacks.map(({ displayName = '', properties }) => [
      displayName.split('/').at(-1)?.split(' ')[0] ?? '',
      readJson(join(folder, properties?.templateFile ?? '')) as Template, // written by the CDK
    ]),
  );
}

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
