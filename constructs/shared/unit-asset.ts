import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FunctionConfig } from '../../lambdas/core/function-config.ts';
import type { FunctionName } from '../../lambdas/functions.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { bundlesOf } from './bundle.ts';
import { BUNDLING, type BundledCloud } from './bundling.ts';
import { type ZipEntry, zipOf } from './zip.ts';

/** A unit's code as it is deployed. */
export interface UnitAsset {
  /** Path of the zip archive, for this process only. */
  readonly path: string;
  /** sha256 of the archive, hex. */
  readonly sha256: string;
}

/**
 * Writes the archive of one unit for one model. Its bytes depend on the unit's files and the configuration only.
 *
 * @param functions - Functions of the unit that are called here. @default all
 * @throws Error when the cloud has no such unit
 */
export function unitAsset(
  cloud: BundledCloud,
  name: string,
  config: ResolvedConfig,
  functions?: readonly FunctionName[],
): UnitAsset {
  const unit = BUNDLING[cloud].units.find((one) => one.name === name);
  const files = bundlesOf(cloud).get(name);
  if (unit === undefined || files === undefined) throw new Error(`${cloud} has no unit '${name}'`);
  const bytes = zipOf([...files, configFile(functions ?? unit.functions, files, config)]);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const folder = join(tmpdir(), `mlops-blueprint-${process.getuid?.() ?? 0}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${sha256}.zip`);
  writeFileSync(path, bytes);
  return { path, sha256 };
}

/**
 * Returns the `config.json` that a unit's functions read at the archive's root; only the export gets the database.
 * Configuration is in the archive and not in environment variables, because Lambda takes 4 KB of those
 * (docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
 */
export function configFile(
  functions: readonly FunctionName[],
  files: readonly ZipEntry[],
  { model, environment }: ResolvedConfig,
): ZipEntry {
  const code = createHash('sha256');
  for (const { name, bytes } of files) code.update(name).update(bytes);
  const { database } = environment;
  const config: FunctionConfig = {
    schemaVersion: 1,
    codeVersion: `${packageVersion()}+${code.digest('hex').slice(0, 12)}`,
    model,
    ...(functions.includes('export') &&
      database && { database: { engine: model.source.engine, ...database } }),
  };
  return { name: 'config.json', bytes: Buffer.from(`${JSON.stringify(config)}\n`) };
}

/** Beside the sources, or one folder up where `dist/` is installed. */
function packageVersion(): string {
  const file = ['../../package.json', '../../../package.json']
    .map((path) => join(import.meta.dirname, path))
    .find(existsSync);
  if (file === undefined) throw new Error('this package has no package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version; // our own file
}
