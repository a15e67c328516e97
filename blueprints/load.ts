import { readFile, stat } from 'node:fs/promises';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Problem } from '../lambdas/core/errors.ts';
import { InvalidInput } from '../lambdas/core/errors.ts';
import type { CurrentLock, FeaturesLock } from './features-lock.ts';
import { checkLock, nextLock, parseLock } from './features-lock.ts';
import { parseBlueprint, subjectOf } from './parse.ts';
import { type Evaluated, runModule } from './run-module.ts';
import type { SampleData } from './sample-data.ts';
import type { Blueprint } from './schema.ts';

/** 1 MiB: a hundred times the longest blueprint that a person writes. */
const MAX_BYTES = 1024 * 1024;
const LOCK = 'features.lock.json';
/** ms. The evaluation takes a second; a busy machine needs some more to start it. */
const LIMIT_MS = 30_000;
const TYPES = ['.ts', '.mts', '.json'];

export interface LoadedBlueprint {
  /** With the order of the columns that are stored. */
  readonly blueprint: Blueprint;
  /** Absolute path. */
  readonly file: string;
  /** Lock of the deployed feature group; undefined before the first deployment. */
  readonly lock: FeaturesLock | undefined;
  /** The lock once this blueprint is deployed. */
  readonly next: CurrentLock;
}

/**
 * Loads a blueprint file, `.ts` or `.mts` (its export `blueprint`) or `.json`, and checks the lock beside it. A module
 * is evaluated in a process of its own, once for each state of the file.
 *
 * @param path - The file, relative to the working directory or absolute.
 * @param limitMs - Longest time that a module may take, ms. @default 30,000
 * @throws InvalidInput naming the file
 *
 * @example
 * import { loadBlueprint } from 'mlops-blueprint/blueprint';
 *
 * const { blueprint, file } = await loadBlueprint('blueprints/churn/blueprint.ts');
 * console.log(`${blueprint.name} in ${file}`);
 */
export async function loadBlueprint(path: string, limitMs = LIMIT_MS): Promise<LoadedBlueprint> {
  const file = resolve(path);
  const shown = relative(process.cwd(), file);
  const state = await checkFile(file, shown);
  const input =
    extname(file) === '.json'
      ? await readJson(file, shown)
      : exportOf(await evaluated(file, state, limitMs), shown, limitMs);
  const subject = subjectOf(input, shown);
  const declared = parseBlueprint(input, subject);
  const lock = await loadLock(lockFileOf(file));
  const problems = lock === undefined ? [] : checkLock(declared, lock);
  if (problems.length > 0) throw new InvalidInput(subject, problems);
  const next = nextLock(declared, lock);
  const features = { ...declared.features, columns: next.columns };
  return { blueprint: { ...declared, features }, file, lock, next };
}

/** The lock beside a blueprint file. */
export const lockFileOf = (blueprintFile: string): string => join(dirname(blueprintFile), LOCK);

/**
 * The sample rows beside a blueprint: the export `sample` of `generate.ts`; undefined when there is none.
 *
 * @throws InvalidInput `sample/not-loadable`
 */
export async function loadSample(blueprintFile: string): Promise<SampleData | undefined> {
  const file = join(dirname(blueprintFile), 'generate.ts');
  if (!(await exists(file))) return undefined;
  try {
    const module: { sample?: SampleData } = await import(pathToFileURL(file).href);
    return module.sample;
  } catch (cause) {
    const problem: Problem = {
      code: 'sample/not-loadable',
      path: '',
      message: `cannot be loaded: ${messageOf(cause)}`,
    };
    throw new InvalidInput(`sample rows (${relative(process.cwd(), file)})`, [problem], { cause });
  }
}

/** @returns what changes with the file's content */
async function checkFile(file: string, shown: string): Promise<string> {
  if (!(await exists(file)))
    throw refused(shown, { code: 'blueprint/not-found', path: '', message: 'does not exist' });
  if (!TYPES.includes(extname(file)))
    throw refused(shown, {
      code: 'blueprint/file-type',
      path: '',
      message: 'must be a .ts, .mts or .json file',
      got: `'${extname(file)}'`,
    });
  // The compiler takes what follows for the query of a URL.
  if (file.includes('?') && extname(file) !== '.json')
    throw refused(shown, {
      code: 'blueprint/not-loadable',
      path: '',
      message: "cannot be loaded: its path holds '?'",
      fix: 'rename the folder or the file',
    });
  const { size, mtimeMs, ino } = await stat(file);
  if (size <= MAX_BYTES) return `${ino} ${mtimeMs} ${size}`;
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

/** Evaluated files of this process, by path and state. */
const known = new Map<string, Promise<Evaluated>>();

function evaluated(file: string, state: string, limitMs: number): Promise<Evaluated> {
  const name = `${file}\n${state}`;
  const running = known.get(name) ?? runModule(file, limitMs);
  known.set(name, running);
  return running;
}

/** @throws InvalidInput for a module without a usable export */
function exportOf(module: Evaluated, shown: string, limitMs: number): unknown {
  switch (module.kind) {
    case 'blueprint':
      return module.blueprint;
    case 'refused': // defineBlueprint knows the name of the blueprint but not its file
      throw new InvalidInput(`${module.subject ?? 'blueprint'} (${shown})`, module.problems);
    case 'no-export':
      throw refused(shown, {
        code: 'blueprint/no-export',
        path: '',
        message: "exports no 'blueprint'",
        fix: 'export const blueprint = defineBlueprint({ … })',
      });
    case 'thrown':
      throw refused(shown, {
        code: 'blueprint/not-loadable',
        path: '',
        message: `cannot be loaded: ${module.message}`,
      });
    case 'too-slow':
      throw refused(shown, {
        code: 'blueprint/too-slow',
        path: '',
        message: `has not been evaluated after ${limitMs / 1000} s`,
        fix: 'a blueprint is data: compute and fetch nothing in it',
      });
    case 'ended':
      throw refused(shown, endedProblem(module));
  }
}

function endedProblem({ code, signal }: Extract<Evaluated, { kind: 'ended' }>): Problem {
  const message =
    code === NEVER_SETTLED
      ? 'waits for a promise that is never settled'
      : `ends its process (${code === null ? signal : `exit code ${code}`}) before it exports a blueprint`;
  return {
    code: 'blueprint/ends-process',
    path: '',
    message,
    fix: 'a blueprint is data: leave processes, timers and promises out of it',
  };
}

/** https://nodejs.org/api/process.html#exit-codes */
const NEVER_SETTLED = 13;

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
