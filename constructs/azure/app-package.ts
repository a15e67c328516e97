import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DataAzurermClientConfig } from '@cdktf/provider-azurerm/lib/data-azurerm-client-config/index.js';
import { StorageBlob } from '@cdktf/provider-azurerm/lib/storage-blob/index.js';
import { Construct } from 'constructs';
import type { AppName } from '../../lambdas/apps.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { AzapiAction, type AzapiResource } from '../shared/azapi.ts';
import { dependable, fileAsset, type TerraformResource } from '../shared/cdktf.ts';
import { oncePerStack } from '../shared/once-per-stack.ts';
import { unitAsset } from '../shared/unit-asset.ts';
import type { AppHost } from './app-host.ts';
import { WEB_API } from './arm.ts';
import { giveTo, grantOf } from './grant.ts';
import { SERVICE_RIGHTS } from './permissions/services.ts';
import { pauseAfter } from './propagation.ts';

/** The platform looks for this name in the app's container (learn.microsoft.com/azure/azure-functions/functions-infrastructure-as-code#deployment-package). */
const PACKAGE = 'released-package.zip';

export interface AppPackageProps {
  readonly config: ResolvedConfig;
  readonly app: AppName;
  readonly host: AppHost;
  readonly site: AzapiResource;
  /** Settings of the site that must be there before its code. */
  readonly after: readonly TerraformResource[];
}

/**
 * The archive of an app in its container, and the call that makes the platform read it. Terraform uploads it with the identity that
 * deploys, which gets the right for this account alone: owners of a subscription cannot read or write blobs.
 */
export class AppPackage extends Construct {
  constructor(scope: Construct, id: string, { config, app, host, site, after }: AppPackageProps) {
    super(scope, id);
    const { path, sha256 } = unitAsset('azure', app, config);
    const deployer = deployerOf(this).objectId;
    const right = giveTo(
      this,
      grantOf(SERVICE_RIGHTS.uploadPackage, 'host', host.account.id),
      deployer,
      undefined, // a person or a service principal
    );
    const ready = pauseAfter(this, 'UploadReady', [right], deployer);
    const blob = new StorageBlob(this, 'Blob', {
      name: PACKAGE,
      storageAccountName: host.account.name,
      storageContainerName: host.code.name,
      type: 'Block',
      contentType: 'application/zip',
      source: fileAsset(this, 'File', path, sha256),
      // The name stays: a new archive is known by this.
      contentMd5: createHash('md5').update(readFileSync(path)).digest('hex'),
      dependsOn: [ready],
    });
    new AzapiAction(this, 'Deploy', {
      type: `Microsoft.Web/sites/extensions@${WEB_API}`,
      resourceId: `${site.id}/extensions/onedeploy`,
      method: 'PUT',
      body: { properties: { packageUri: blob.url, remoteBuild: false } },
      dependsOn: [...after],
      lifecycle: { replaceTriggeredBy: [dependable(blob)] }, // a name: Terraform reads no template there
    });
  }
}

/** The identity that Terraform runs as. */
const deployerOf = (scope: Construct): DataAzurermClientConfig =>
  oncePerStack(scope, 'Deployer', (stack) => new DataAzurermClientConfig(stack, 'Deployer', {}));
