import { ServicePlan } from '@cdktf/provider-azurerm/lib/service-plan/index.js';
import type { StorageQueue } from '@cdktf/provider-azurerm/lib/storage-queue/index.js';
import { Construct } from 'constructs';
import { APPS, type AppName, type ScheduleSetting } from '../../lambdas/apps.ts';
import { FUNCTIONS, type FunctionName, WHOLE_TABLE_FUNCTIONS } from '../../lambdas/functions.ts';
import { flexSize } from '../config/limits/azure-flex.ts';
import { AZURE_NAMES } from '../config/limits/azure-names.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';
import type { IServerlessFunction } from '../contract/serverless-function.ts';
import { AzapiResource, AzapiUpdate } from '../shared/azapi.ts';
import { AZURE_NODE } from '../shared/bundling.ts';
import type { TerraformResource } from '../shared/cdktf.ts';
import { azureGlobalName, azureName, azureTags, nameOf } from '../shared/naming.ts';
import { appGrants } from './app-grants.ts';
import { AppHost } from './app-host.ts';
import { AppPackage } from './app-package.ts';
import { type SiteBody, WEB_API } from './arm.ts';
import type { AzureBindings } from './bindings.ts';
import { giveTo, grantOf } from './grant.ts';
import { insightsOf } from './logs.ts';
import { SERVICE_RIGHTS } from './permissions/services.ts';
import { cloudOf, groupId } from './place.ts';
import { pauseAfter } from './propagation.ts';
import { groupOf } from './resource-group.ts';
import { SignIn } from './sign-in.ts';

/** Settings of an app beyond those of its bindings. */
export type AppSettings = Readonly<Partial<Record<ScheduleSetting | 'MLOPS_FUNCTION', string>>>;

export interface FunctionAppProps {
  readonly config: ResolvedConfig;
  readonly app: AppName;
  readonly bindings: AzureBindings;
  /** Functions that run in it. @default - those of the app */
  readonly functions?: readonly FunctionName[];
  /** Name of the app within the model. @default - that of the app */
  readonly name?: string;
  /** Schedules of its timers, and the function of a single one. @default - none */
  readonly settings?: AppSettings;
  /**
   * Object ids of those whom the platform lets in to its HTTP functions; nobody where it is empty.
   *
   * @default - none: the app has no HTTP function
   */
  readonly people?: readonly string[];
  /** Requests that one instance answers at a time. @default - the platform's choice */
  readonly concurrency?: number;
  /** Instances at most. @default 40 */
  readonly maxInstances?: number;
}

/** The fewest instances that the plan takes as its limit. */
export const LEAST_INSTANCES = 40;
/** Share of the memory that the heap of an app of whole tables may have: the host is in the same instance. */
const HEAP = 0.75;

/**
 * An app of Azure Functions in a plan of its own, Flex Consumption: one archive, one identity, one account of the platform. The site is
 * made by Azure's API, because azurerm 4 puts a connection with a key beside the identity (hashicorp/terraform-provider-azurerm#29693).
 */
export class FunctionApp extends Construct implements IServerlessFunction {
  readonly modelId: string;
  readonly host: AppHost;
  readonly site: AzapiResource;
  /** A text and no reference. */
  readonly functionName: string;
  readonly url: string;
  private readonly people: string[];

  constructor(scope: Construct, id: string, props: FunctionAppProps) {
    super(scope, id);
    const { config, app, bindings, name = app, functions = APPS[app].functions } = props;
    const { subscription } = cloudOf(config);
    this.modelId = nameOf(config);
    const { rights, environment } = appGrants(functions, config, bindings);
    this.people = [...(props.people ?? [])];
    this.functionName = azureGlobalName(config, subscription, name, AZURE_NAMES.site.most);
    this.url = `https://${this.functionName}.azurewebsites.net`;
    this.host = new AppHost(this, 'Host', { config, app, name, grants: rights });
    const ready = pauseAfter(this, 'Ready', this.host.roles, this.principalId);
    const group = groupOf(this, config);
    const plan = new ServicePlan(this, 'Plan', {
      ...group,
      name: azureName(config, name, AZURE_NAMES.plan.most),
      osType: 'Linux',
      skuName: 'FC1',
      tags: azureTags(config),
    });
    this.site = new AzapiResource(this, 'Resource', {
      type: `Microsoft.Web/sites@${WEB_API}`,
      name: this.functionName,
      parentId: groupId(config),
      location: group.location,
      tags: azureTags(config),
      identity: { ids: [this.host.identity.id] },
      body: this.body(props, functions, plan.id, environment),
      dependsOn: [ready],
    });
    new AppPackage(this, 'Package', {
      config,
      app,
      name,
      functions,
      host: this.host,
      site: this.site,
      after: this.guards(props),
    });
  }

  /** Object id of the app's identity. */
  get principalId(): string {
    return this.host.identity.principalId;
  }

  /** The queue of the app's events. */
  get queue(): StorageQueue {
    return this.host.queue;
  }

  /** ARM id of the queue, as role assignments take it. */
  get queueId(): string {
    return `${this.host.account.id}/queueServices/default/queues/${this.queue.name}`;
  }

  /** Lets an identity call the app's HTTP functions. */
  allow(objectId: string): void {
    if (!this.people.includes(objectId)) this.people.push(objectId);
  }

  /**
   * Lets somebody put messages into the app's queue.
   *
   * @param objectId - That of a person, a group or a service principal in Entra.
   */
  allowMessages(id: string, objectId: string): void {
    giveTo(this, grantOf(SERVICE_RIGHTS.sendMessage, `caller-${id}`, this.queueId), objectId, undefined);
  }

  /** Settings that keep others out, which must be there before the code is. */
  private guards({ config, people }: FunctionAppProps): TerraformResource[] {
    const basic = ['scm', 'ftp'].map(
      (name) =>
        new AzapiUpdate(this, `NoPassword-${name}`, {
          type: `Microsoft.Web/sites/basicPublishingCredentialsPolicies@${WEB_API}`,
          resourceId: `${this.site.id}/basicPublishingCredentialsPolicies/${name}`,
          body: { properties: { allow: false } },
        }),
    );
    if (people === undefined) return basic;
    return [...basic, new SignIn(this, 'SignIn', { config, site: this.site, people: this.people }).resource];
  }

  private body(
    { config, concurrency, maxInstances = LEAST_INSTANCES, settings = {} }: FunctionAppProps,
    functions: readonly FunctionName[],
    planId: string,
    environment: Readonly<Record<string, string>>,
  ): SiteBody & Readonly<Record<string, unknown>> {
    const { vnet, trainingMemoryMb } = cloudOf(config);
    const isLarge = functions.some((name) => WHOLE_TABLE_FUNCTIONS.includes(name));
    const least = Math.max(...functions.map((name) => FUNCTIONS[name].needs.memoryMb));
    const { memoryMb } = flexSize({ memoryMb: isLarge ? trainingMemoryMb : least });
    const { identity, code, accountName } = this.host;
    const all = {
      AzureWebJobsStorage__accountName: accountName,
      AzureWebJobsStorage__credential: 'managedidentity',
      AzureWebJobsStorage__clientId: identity.clientId,
      APPLICATIONINSIGHTS_CONNECTION_STRING: insightsOf(this, config).connectionString,
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: `ClientId=${identity.clientId};Authorization=AAD`,
      AZURE_CLIENT_ID: identity.clientId,
      MLOPS_MEMORY_MB: `${memoryMb}`,
      // Node's own choice is about half of the memory.
      ...(isLarge && {
        languageWorkers__node__arguments: `--max-old-space-size=${Math.floor(memoryMb * HEAP)}`,
      }),
      ...environment,
      ...settings,
    };
    return {
      kind: 'functionapp,linux',
      properties: {
        serverFarmId: planId,
        httpsOnly: true,
        clientAffinityEnabled: false,
        ...(vnet && functions.includes('export') && { virtualNetworkSubnetId: vnet.functionsSubnetId }),
        siteConfig: {
          minTlsVersion: '1.2',
          scmMinTlsVersion: '1.2',
          ftpsState: 'Disabled',
          http20Enabled: true,
          appSettings: Object.entries(all).map(([name, value]) => ({ name, value })),
        },
        functionAppConfig: {
          deployment: {
            storage: {
              type: 'blobContainer',
              value: `https://${accountName}.blob.core.windows.net/${code.name}`,
              authentication: {
                type: 'UserAssignedIdentity',
                userAssignedIdentityResourceId: identity.id,
              },
            },
          },
          runtime: { name: 'node', version: `${AZURE_NODE}` },
          scaleAndConcurrency: {
            maximumInstanceCount: maxInstances,
            instanceMemoryMB: memoryMb,
            ...(concurrency !== undefined && {
              triggers: { http: { perInstanceConcurrency: concurrency } },
            }),
          },
        },
      },
    } satisfies SiteBody;
  }
}
