/** Stacks of CDK for Terraform as data, the same on every cloud that has them. */

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Located } from '../cost/located.ts';
import { at } from './value-at.ts';

/** `cdk.tf.json` of one stack, the part of it that is read. */
export interface TerraformConfiguration {
  /** By type, then by name. */
  readonly resource?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The stacks of one model, by their half: `data`, `model`. */
export type TerraformStacks = Readonly<Record<string, TerraformConfiguration>>;

/** A resource of a stack, and the names of its place. */
export interface TerraformBlock {
  readonly stack: string;
  readonly configuration: TerraformConfiguration;
  /** `google_pubsub_topic.Events`. */
  readonly address: string;
  readonly type: string;
  readonly name: string;
  readonly properties: Located['properties'];
  readonly place: Pick<Located, 'component' | 'path'>;
}

/** Every resource of all stacks, in their order. */
export const terraformBlocks = (stacks: TerraformStacks): TerraformBlock[] =>
  Object.entries(stacks).flatMap(([stack, configuration]) =>
    Object.entries(configuration.resource ?? {}).flatMap(([type, byName]) =>
      Object.entries(byName).map(([name, properties]) => ({
        stack,
        configuration,
        address: `${type}.${name}`,
        type,
        name,
        properties: properties as Located['properties'], // an object, as Terraform reads it
        place: placeOf(at(properties, '//', 'metadata', 'path'), name),
      })),
    ),
  );

/** `Job` of `google_cloud_scheduler_job`. */
export function kindOf(type: string): string {
  const last = type.split('_').at(-1) ?? type;
  return last.charAt(0).toUpperCase() + last.slice(1);
}

/** `stack/Component/path/Resource` taken apart, and `stack/Component-path/Resource` as well. */
function placeOf(path: unknown, name: string): Pick<Located, 'component' | 'path'> {
  const [, first = name, ...rest] = typeof path === 'string' ? path.split('/') : [];
  const [component = first, ...named] = first.split('-');
  return {
    component,
    path: [...(named.length > 0 ? [named.join('-')] : []), ...rest]
      .filter((part) => part !== 'Resource')
      .join('/'),
  };
}

/** The resource of a reference, `${google_storage_bucket_object.Code.name}`. */
export function referenced(text: unknown, { resource = {} }: TerraformConfiguration): unknown {
  const [, type = '', name = ''] = /^\$\{(\w+)\.([\w-]+)\./.exec(String(text)) ?? [];
  return resource[type]?.[name];
}

/** The value in nested blocks: Terraform reads a block as an object or as a list of one. */
export function blockOf(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const key of path) found = [at(found, key)].flat()[0];
  return found;
}

/** All blocks of a name. */
export const blocksOf = (value: unknown, name: string): readonly unknown[] => {
  const found = at(value, name);
  return found === undefined ? [] : [found].flat();
};

/** Folder of each stack below the output folder of CDK for Terraform, and the file in it. */
const STACKS = 'stacks';
const CONFIGURATION = 'cdk.tf.json';

/**
 * Reads the stacks that an app writes, without a network, credentials and Terraform; nothing is left on the disk.
 *
 * @param synthesize - Writes them into a folder.
 */
export function stacksOf(synthesize: (folder: string) => void): TerraformStacks {
  const folder = mkdtempSync(join(tmpdir(), 'mlops-cost-'));
  try {
    synthesize(folder);
    return readStacks(join(folder, STACKS));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readStacks(folder: string): TerraformStacks {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  if (names.length === 0) throw new Error('no stack was synthesized');
  return Object.fromEntries(
    names.map((name) => [
      name.split('-').at(-1) ?? name,
      readConfiguration(join(folder, name, CONFIGURATION)),
    ]),
  );
}

// Written by CDK for Terraform.
const readConfiguration = (file: string): TerraformConfiguration => JSON.parse(readFileSync(file, 'utf8'));
