import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DataAzurermClientConfig } from '@cdktf/provider-azurerm/lib/data-azurerm-client-config/index.js';
import { StorageBlob } from '@cdktf/provider-azurerm/lib/storage-blob/index.js';
import { Construct } from 'constructs';
import type { AppName } from '../../lambdas/apps.ts';
import type { FunctionName } from '../../lambdas/functions.ts';
import { azureDatabaseLogin } from '../config/azure-login.ts';
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
  /** Name of the app within the model: that of its login at the database, too. */
  readonly name: string;
  /** Functions of the archive that run: the export alone gets the database. */
  readonly functions: readonly FunctionName[];
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
  constructor(
    scope: Construct,
    id: string,
    { config, app, name, functions, host, site, after }: AppPackageProps,
  ) {
    super(scope, id);
    const { path, sha256 } = unitAsset('azure', app, withLogin(config, name), functions);
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

/** The login of an app is the name of its own identity; the configuration has that of the pipeline. */
function withLogin(config: ResolvedConfig, app: string): ResolvedConfig {
  const { environment, model } = config;
  const { database } = environment;
  if (database === undefined) return config;
  const account = { model: model.name, environment: model.environment };
  const user = azureDatabaseLogin(model.source.engine, account, app);
  return { ...config, environment: { ...environment, database: { ...database, user } } };
}
