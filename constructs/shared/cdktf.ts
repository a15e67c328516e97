/**
 * CDK for Terraform, behind one file: nothing else imports it, so that a successor with the same interface is a change here and
 * in package.json. Beside it, what its bindings lack.
 */

import {
  App,
  AssetType,
  AzurermBackend,
  GcsBackend,
  LocalBackend,
  TerraformAsset,
  type TerraformMetaArguments,
  TerraformProvider,
  TerraformResource,
  TerraformStack,
} from 'cdktf';
import type { Construct } from 'constructs';

export { Aspects, dependable, Lazy, TerraformDataSource, TerraformOutput } from 'cdktf';
export { App, AzurermBackend, GcsBackend, LocalBackend, TerraformResource, TerraformStack };

/** Providers without bindings here, at the versions that the tests have the schemas of. */
const PROVIDERS = {
  azapi: { source: 'Azure/azapi', version: '2.12.0' },
  random: { source: 'hashicorp/random', version: '3.7.2' },
  time: { source: 'hashicorp/time', version: '0.13.1' },
} as const;
type PlainProviderName = keyof typeof PROVIDERS;

const metadataOf = (name: PlainProviderName) => ({
  providerName: name,
  providerVersion: PROVIDERS[name].version,
  providerVersionConstraint: PROVIDERS[name].version,
});

type Attributes = Readonly<Record<string, unknown>>;

/** A provider by its settings as Terraform writes them. */
class PlainProvider extends TerraformProvider {
  private readonly settings: Attributes;

  constructor(scope: Construct, id: string, name: PlainProviderName, settings: Attributes) {
    super(scope, id, {
      terraformResourceType: name,
      terraformProviderSource: PROVIDERS[name].source,
      terraformGeneratorMetadata: metadataOf(name),
    });
    this.settings = settings;
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return { ...this.settings };
  }
}

/** Declares a provider once in the stack of a construct; the first settings hold. */
function declare(scope: Construct, name: PlainProviderName, settings: Attributes = {}): void {
  const stack = TerraformStack.of(scope);
  const id = `Provider-${name}`;
  if (stack.node.tryFindChild(id) === undefined) new PlainProvider(stack, id, name, settings);
}

/** Dependencies and lifecycle of a resource. */
export type PlainResourceProps = TerraformMetaArguments;

/** A resource of a provider without bindings, by its attributes as Terraform writes them. */
export class PlainResource extends TerraformResource {
  private readonly attributes: Attributes;

  constructor(
    scope: Construct,
    id: string,
    provider: PlainProviderName,
    type: string,
    meta: PlainResourceProps,
    attributes: Attributes,
  ) {
    declare(scope, provider);
    super(scope, id, {
      terraformResourceType: type,
      terraformGeneratorMetadata: metadataOf(provider),
      ...meta,
    });
    this.attributes = attributes;
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return { ...this.attributes };
  }
}

export interface SleepProps extends PlainResourceProps {
  readonly seconds: number;
  /** The wait begins anew when one of these changes. @default - never */
  readonly triggers?: Readonly<Record<string, string>>;
}

/** `time_sleep`: whatever depends on it waits so long after it was made, as changes of IAM and of enabled services must. */
export class Sleep extends PlainResource {
  constructor(scope: Construct, id: string, { seconds, triggers, ...meta }: SleepProps) {
    super(scope, id, 'time', 'time_sleep', meta, {
      create_duration: `${seconds}s`,
      ...(triggers && { triggers }),
    });
  }
}

/** Gives the provider of Azure's API its settings, for what a stack makes of it. */
export const azapiProvider = (
  scope: Construct,
  { subscription, tenant }: { readonly subscription: string; readonly tenant: string },
): void => declare(scope, 'azapi', { subscription_id: subscription, tenant_id: tenant });

/**
 * A random text that Terraform makes while it applies and stores nowhere, for a write-only attribute (Terraform 1.11, OpenTofu
 * 1.11: developer.hashicorp.com/terraform/language/block/ephemeral).
 *
 * @param id - Name of the block in the stack.
 * @returns the reference of its value
 */
export function ephemeralText(scope: Construct, id: string, length: number): string {
  declare(scope, 'random');
  TerraformStack.of(scope).addOverride(`ephemeral.random_password.${id}`, { length, special: false });
  return `\${ephemeral.random_password.${id}.result}`;
}

/**
 * Text with `${` and `%{` of another language, such as a workflow's source: Terraform would read them as its own
 * (developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences-1).
 */
export const literal = (text: string): string =>
  text.replaceAll(/[$%]\{/g, (opening) => `${opening.charAt(0)}${opening}`);

/**
 * A file of ours beside the stack's configuration, as `assets/<id>/<sha256>/<name>`.
 *
 * @param sha256 - Digest of its bytes, hex; another one is another path.
 * @returns its path from the folder that Terraform runs in
 */
export const fileAsset = (scope: Construct, id: string, path: string, sha256: string): string =>
  new TerraformAsset(scope, id, { path, type: AssetType.FILE, assetHash: sha256 }).path;
