import { readFile, stat } from 'node:fs/promises';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Problem } from '../lambdas/core/errors.ts';
import { InvalidInput } from '../lambdas/core/errors.ts';
import type { FeaturesLock } from './features-lock.ts';
import { checkLock, parseLock } from './features-lock.ts';
import { parseBlueprint, subjectOf } from './parse.ts';
import type { SampleData } from './sample-data.ts';
import type { Blueprint } from './schema.ts';

/** 1 MiB: a hundred times the longest blueprint that a person writes. */
const MAX_BYTES = 1024 * 1024;
const LOCK = 'features.lock.json';

export interface LoadedBlueprint {
  readonly blueprint: Blueprint;
  /** Absolute path. */
  readonly file: string;
  /** Of the deployed feature group; undefined before the first deployment. */
  readonly lock: FeaturesLock | undefined;
}

/**
 * Loads a blueprint file, `.ts` (its export `blueprint`) or `.json`, and checks the lock beside it.
 *
 * @param path - The file, relative to the working directory or absolute.
 * @throws InvalidInput naming the file
 */
export async function loadBlueprint(path: string): Promise<LoadedBlueprint> {
  const file = resolve(path);
  const shown = relative(process.cwd(), file);
  await checkSize(file, shown);
  const input = extname(file) === '.json' ? await readJson(file, shown) : await importExport(file, shown);
  const subject = subjectOf(input, shown);
  const blueprint = parseBlueprint(input, subject);
  const lock = await loadLock(join(dirname(file), LOCK));
  const problems = lock === undefined ? [] : checkLock(blueprint, lock);
  if (problems.length > 0) throw new InvalidInput(subject, problems);
  return { blueprint, file, lock };
}

/** The sample rows beside a blueprint: the export `sample` of `generate.ts`; undefined when there is none. */
export async function loadSample(blueprintFile: string): Promise<SampleData | undefined> {
  const file = join(dirname(blueprintFile), 'generate.ts');
  if (!(await exists(file))) return undefined;
  const module: { sample?: SampleData } = await import(pathToFileURL(file).href);
  return module.sample;
}

async function checkSize(file: string, shown: string): Promise<void> {
  if (!(await exists(file)))
    throw refused(shown, { code: 'blueprint/not-found', path: '', message: 'there is no such file' });
  const { size } = await stat(file);
  if (size <= MAX_BYTES) return;
  throw refused(shown, {
    code: 'blueprint/too-large',
    path: '',
    message: 'must not be larger than 1 MiB',
    got: `${(size / MAX_BYTES).toFixed(1)} MiB`,
  });
}

async function readJson(file: string, shown: string): Promise<unknown> {
  const text = await readFile(file, 'utf8');
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = `is not JSON: ${messageOf(cause)}`;
    throw refused(shown, { code: 'blueprint/not-json', path: '', message }, cause);
  }
}

async function importExport(file: string, shown: string): Promise<unknown> {
  if (extname(file) !== '.ts')
    throw refused(shown, {
      code: 'blueprint/file-type',
      path: '',
      message: 'must be a .ts or a .json file',
      got: `'${extname(file)}'`,
    });
  const module = await importModule(file, shown);
  if (module.blueprint !== undefined) return module.blueprint;
  throw refused(shown, {
    code: 'blueprint/no-export',
    path: '',
    message: "exports no 'blueprint'",
    fix: 'export const blueprint = defineBlueprint({ … })',
  });
}

async function importModule(file: string, shown: string): Promise<{ readonly blueprint?: unknown }> {
  try {
    return await import(pathToFileURL(file).href);
  } catch (cause) {
    // defineBlueprint knows the name of the blueprint but not its file.
    if (cause instanceof InvalidInput)
      throw new InvalidInput(`${cause.subject} (${shown})`, cause.problems, { cause });
    const message = `cannot be loaded: ${messageOf(cause)}`;
    throw refused(shown, { code: 'blueprint/not-loadable', path: '', message }, cause);
  }
}

async function loadLock(file: string): Promise<FeaturesLock | undefined> {
  if (!(await exists(file))) return undefined;
  const shown = relative(process.cwd(), file);
  return parseLock(await readJson(file, shown), shown);
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    (entry) => entry.isFile(),
    () => false,
  );
}

const refused = (shown: string, problem: Problem, cause?: unknown) =>
  new InvalidInput(`blueprint (${shown})`, [problem], { cause });

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
