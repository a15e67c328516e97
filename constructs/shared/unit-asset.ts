import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { type BundledCloud, bundlesOf } from './bundle.ts';
import { zipOf } from './zip.ts';

/** A function's code as it is deployed. */
export interface FunctionAsset {
  /** Path of the zip archive, for this process only. */
  readonly path: string;
  /** sha256 of the archive, hex. */
  readonly sha256: string;
  /** File and export that the runtime calls, `score.handler`. */
  readonly handler: string;
}

/**
 * The archive of one function for one model: its bundle and, beside the entry, its `config.json`. Its bytes depend on
 * both only. Configuration is in the archive and not in environment variables, because Lambda takes 4 KB of those
 * (docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
 *
 * @throws Error when there is no such entry
 */
export function functionAsset(cloud: BundledCloud, name: string, config: ResolvedConfig): FunctionAsset {
  const files = bundlesOf(cloud).get(name);
  if (files === undefined) throw new Error(`lambdas/${name}/${cloud}.ts does not exist`);
  const code = createHash('sha256');
  for (const file of files) code.update(file.name).update(file.bytes);
  const document = functionConfig(config, `${packageVersion()}+${code.digest('hex').slice(0, 12)}`, name);
  const bytes = zipOf([...files, { name: 'config.json', bytes: Buffer.from(document) }]);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const folder = join(tmpdir(), `mlops-blueprint-${process.getuid?.() ?? 0}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${sha256}.zip`);
  writeFileSync(path, bytes);
  return { path, sha256, handler: `${name}.handler` };
}

/** Returns the JSON that a function reads beside its bundle; only the export gets the database. */
function functionConfig({ model, environment }: ResolvedConfig, codeVersion: string, name: string): string {
  const { database } = environment;
  const source =
    name === 'export' && database ? { database: { engine: model.source.engine, ...database } } : {};
  return `${JSON.stringify({ schemaVersion: 1, codeVersion, model, ...source })}\n`;
}

/** Beside the sources, or one folder up where `dist/` is installed. */
function packageVersion(): string {
  const file = ['../../package.json', '../../../package.json']
    .map((path) => join(import.meta.dirname, path))
    .find(existsSync);
  if (file === undefined) throw new Error('this package has no package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version; // our own file
}
