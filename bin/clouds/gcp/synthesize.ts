import type { ResolvedConfig } from '../../../constructs/config/resolve.ts';
import { optionalLoader } from '../optional-package.ts';
import { stacksOf, type TerraformStacks } from '../terraform.ts';

const loadOptional = optionalLoader('gcp/not-installed');

/**
 * The stacks that `cdktf deploy` would deploy. No network, no credentials, no Terraform; nothing is left on the disk.
 *
 * @throws RuntimeFailure `gcp/not-installed` without CDK for Terraform
 */
export async function synthesize(config: ResolvedConfig): Promise<TerraformStacks> {
  const { addGcpModel, createApp } = await loadOptional(
    async () => ({
      ...(await import('../../../stacks/terraform/stacks.ts')),
      ...(await import('../../../stacks/terraform/gcp.ts')),
    }),
    'cdktf',
    '@cdktf/provider-google',
    'constructs',
  );
  return stacksOf((folder) => {
    const app = createApp(folder);
    addGcpModel(app, config);
    app.synth();
  });
}
