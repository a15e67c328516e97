import type { ResolvedConfig } from '../../../constructs/config/resolve.ts';
import { optionalLoader } from '../optional-package.ts';
import { stacksOf, type TerraformStacks } from '../terraform.ts';

const loadOptional = optionalLoader('azure/not-installed');

/**
 * The stacks that `terraform apply` would deploy. No network, no credentials, no Terraform; nothing is left on the disk.
 *
 * @throws RuntimeFailure `azure/not-installed` without CDK for Terraform
 */
export async function synthesizeAzure(config: ResolvedConfig): Promise<TerraformStacks> {
  const { addAzureModel, createApp } = await loadOptional(
    async () => ({
      ...(await import('../../../stacks/terraform/stacks.ts')),
      ...(await import('../../../stacks/terraform/azure.ts')),
    }),
    'cdktf',
    '@cdktf/provider-azurerm',
    'constructs',
  );
  return stacksOf((folder) => {
    const app = createApp(folder);
    addAzureModel(app, config);
    app.synth();
  });
}
