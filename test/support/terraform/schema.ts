/** Schemas of Terraform providers, pruned to the types that the project may use, and findings of checks against them. */

import { referenceFile } from '../tools.ts';

/** A type as Terraform writes it: `"string"`, `["list", T]`, `["object", {name: T}, optional]`, `"dynamic"`. */
export type CtyType = string | readonly [kind: string, element: unknown, optional?: readonly string[]];

export interface Attribute {
  readonly type?: CtyType;
  readonly nested_type?: { readonly nesting_mode: string; readonly attributes: Attributes };
  readonly required?: boolean;
  readonly optional?: boolean;
  readonly computed?: boolean;
  readonly deprecated?: boolean;
}
type Attributes = Readonly<Record<string, Attribute>>;

export interface Block {
  readonly attributes?: Attributes;
  readonly block_types?: Readonly<Record<string, BlockType>>;
  readonly deprecated?: boolean;
}

interface BlockType {
  readonly nesting_mode: string;
  readonly min_items?: number;
  readonly max_items?: number;
  readonly block: Block;
}

export interface ProviderSchema {
  /** `hashicorp/google`. */
  readonly provider: string;
  readonly version: string;
  readonly provider_block: Block;
  readonly resources: Readonly<Record<string, Block>>;
  readonly data_sources: Readonly<Record<string, Block>>;
  /** Types of `ephemeral` blocks; a pruned schema may have none. */
  readonly ephemeral_resources?: Readonly<Record<string, Block>>;
}

/** Something that Terraform or the provider would refuse, or warn of. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  /** `google_storage_bucket.Store.lifecycle_rule[0]`. */
  readonly path: string;
  readonly message: string;
}
export type Report = (code: string, path: string, message: string, severity?: Finding['severity']) => void;

/** Content of a `cdk.tf.json`. */
export interface TerraformConfig {
  readonly terraform?: {
    readonly required_providers?: Readonly<
      Record<string, { readonly source?: string; readonly version?: string }>
    >;
    readonly backend?: Body;
  };
  readonly resource?: Section;
  readonly data?: Section;
  readonly ephemeral?: Section;
  readonly provider?: Readonly<Record<string, unknown>>;
  readonly output?: Body;
  readonly locals?: Body;
  readonly variable?: Body;
  readonly module?: Body;
}
/** Blocks by type and name. */
export type Section = Readonly<Record<string, Readonly<Record<string, Body>>>>;
export type Body = Readonly<Record<string, unknown>>;

/** The schemas of the providers in our Terraform stacks, as the real providers gave them. CI requires them. */
export const SCHEMA_FILES = ['google', 'azurerm', 'azapi', 'random', 'time'].map((name) => ({
  ...referenceFile(`tf-schemas/${name}.json.gz`),
  optional: false,
}));

/** Reads {@link SCHEMA_FILES}. */
export const readSchemas = (): readonly ProviderSchema[] =>
  SCHEMA_FILES.map((file) => JSON.parse(file.text()) as ProviderSchema); // the pruner's own format

export const isObject = (value: unknown): value is Body =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
export const listed = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

/** A text without `$${` and `%%{`, which are literal. */
export const withoutEscapes = (text: string): string => text.replaceAll(/[$%]{2}\{/g, '');
/** Whether a value is a text with something for Terraform to evaluate. */
export const isTemplate = (value: unknown): value is string =>
  typeof value === 'string' && /[$%]\{/.test(withoutEscapes(value));
/** Whether the whole text is one expression: its value may have any type. */
export const isExpression = (value: unknown): boolean => isTemplate(value) && /^\$\{[\s\S]*\}$/.test(value);
