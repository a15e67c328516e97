import { GoogleProvider } from '@cdktf/provider-google/lib/provider/index.js';
import type { Construct } from 'constructs';
import type { ResolvedConfig } from '../../constructs/config/resolve.ts';
import { cloudOf } from '../../constructs/gcp/place.ts';
import { GcsBackend, LocalBackend, TerraformStack } from '../../constructs/shared/cdktf.ts';

/** A stack on Google Cloud, with its state and its provider. */
export class GcpStack extends TerraformStack {
  constructor(scope: Construct, id: string, config: ResolvedConfig) {
    super(scope, id);
    const { stateBackend } = config.environment;
    if (stateBackend.type === 'gcs')
      new GcsBackend(this, { bucket: stateBackend.bucket, prefix: `${stateBackend.prefix}/${id}` });
    else new LocalBackend(this, { path: 'terraform.tfstate' }); // the default is an absolute path
    const { project, region } = cloudOf(config);
    new GoogleProvider(this, 'Google', {
      project,
      region,
      // A budget's API asks whose quota it counts (cloud.google.com/billing/docs/reference/budget/rest).
      billingProject: project,
      userProjectOverride: true,
      addTerraformAttributionLabel: false,
    });
  }
}
