/** The environments that are files of this folder: a new file is a new environment. */

import { readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Cloud, Environment, EnvironmentInput } from '../../constructs/config/schema.ts';
import { InvalidInput } from '../../lambdas/core/errors.ts';
import { environmentOfLayer } from './environments.ts';
import type { EnvironmentLayer } from './layer.ts';

/** Files of this folder beside the environments. */
const OTHERS: ReadonlySet<string> = new Set(['base', 'environments', 'layer', 'load']);
const SOURCE = extname(import.meta.filename);

/** Names of the files, in alphabetical order. */
export function environmentNames(): string[] {
  return readdirSync(import.meta.dirname)
    .filter((file) => extname(file) === SOURCE && !file.endsWith(`.d${SOURCE}`))
    .map((file) => file.slice(0, -SOURCE.length))
    .filter((name) => !OTHERS.has(name))
    .sort();
}

/** Names of the environments that a cloud has: their files have a block for it. */
export async function environmentsOn(cloud: Cloud): Promise<string[]> {
  const layers = await Promise.all(environmentNames().map(layerOf));
  return layers
    .filter(({ layer }) => layer.on?.[cloud] !== undefined || layer.cloud?.provider === cloud)
    .map(({ name }) => name);
}

/**
 * The environment of a file.
 *
 * @param name - Name of the file, without its ending.
 * @param given - Values that override the file's, such as the suffix of a branch.
 * @throws InvalidInput for a name without a file, or a file without an environment
 */
export async function loadEnvironment(
  name: string,
  cloud: Cloud,
  given: Partial<EnvironmentInput> = {},
): Promise<Environment> {
  const names = environmentNames();
  if (!names.includes(name))
    throw new InvalidInput('environment', [
      {
        code: 'usage/env',
        path: 'env',
        message: 'is not known',
        got: `'${name}'`,
        allowed: names.join(', '),
      },
    ]);
  return environmentOfLayer(name, (await layerOf(name)).layer, given, cloud);
}

async function layerOf(name: string): Promise<{ readonly name: string; readonly layer: EnvironmentLayer }> {
  const file = join(import.meta.dirname, `${name}${SOURCE}`);
  const exported = Object.entries((await import(pathToFileURL(file).href)) as object).filter(
    ([key]) => key !== 'default',
  );
  const [only] = exported.map(([, value]) => value as unknown);
  if (exported.length === 1 && isLayer(only) && only.name === name) return { name, layer: only };
  throw new InvalidInput(`stacks/config/${name}${SOURCE}`, [
    {
      code: 'environment/file',
      path: '',
      message: 'must export one environment with the name of the file',
      got: exported.map(([key]) => key).join(', ') || 'no export',
      fix: `export const environment = { name: '${name}', on: { aws: { cloud: { provider: 'aws' } } } }`,
    },
  ]);
}

/** The schema checks the values when the layers are put together. */
const isLayer = (value: unknown): value is EnvironmentLayer => typeof value === 'object' && value !== null;
