/**
 * What some tests need and a machine with Node, npm and git may lack: programs, Python packages, data. A test asks for
 * it in one way, `describeWith(python, 'against SciPy', () => …)` or `itWith`. Where it is absent the test is left out
 * and its title has the reason; where `REQUIRE_TOOLS` is `true`, as `.ci/run` sets it, the test fails instead.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, it } from 'vitest';

export interface Tool {
  /** What a reader would install or set: `python3 with numpy`. */
  readonly name: string;
  readonly present: boolean;
  /** Never an error where it is absent: `.ci/run` cannot install it. */
  readonly optional?: boolean;
}

export interface Program extends Tool {
  /** Path of the program, or its name where it is absent. */
  readonly path: string;
}

type Needs = Tool | readonly Tool[];
type Body = () => void | Promise<void>;

/** A suite that needs tools. Its body does not run where one is absent, so it may use them at once. */
export function describeWith(needs: Needs, title: string, body: () => void): void {
  if (absent(needs).length === 0) describe(title, body);
  else describe(title, () => itWith(needs, 'all of its tests', () => undefined));
}

/** A test that needs tools. */
export function itWith(needs: Needs, title: string, body: Body): void {
  const lacks = absent(needs);
  if (lacks.length === 0) it(title, body);
  else if (process.env.REQUIRE_TOOLS === 'true' && lacks.some(({ optional }) => !optional))
    it(title, () => {
      throw new Error(`${namesOf(lacks)} required by REQUIRE_TOOLS=true and absent; .ci/run installs it`);
    });
  else it.skip(`${title} (left out: no ${namesOf(lacks)})`, body);
}

const absent = (needs: Needs): Tool[] => [needs].flat().filter(({ present }) => !present);
const namesOf = (tools: readonly Tool[]): string => tools.map(({ name }) => name).join(', no ');

/** A program on the path, or in one of these folders. */
export function program(name: string, ...folders: readonly string[]): Program {
  const path = [...(process.env.PATH ?? '').split(delimiter), ...folders]
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));
  return { name, present: path !== undefined, path: path ?? name };
}

/** Programs in a Python environment of their own, which `.ci/run` makes. */
export const environment = (name: string): string => join(homedir(), '.cache/mlops-blueprint', name, 'bin');

/** A Python with packages, which are found and not imported: that would take a second of every test file. */
export function pythonWith(packages: readonly string[], path = 'python3', name = path): Program {
  const script = `import importlib.util as u, sys; sys.exit(not all(map(u.find_spec, ${JSON.stringify(packages)})))`;
  const { status } = spawnSync(path, ['-c', script], { stdio: 'ignore' });
  return { name: [name, packages.join(', ')].filter(Boolean).join(' with '), present: status === 0, path };
}

/** A Python of an environment, which has these packages. */
export const pythonIn = (name: string, packages: readonly string[]): Program =>
  pythonWith(packages, join(environment(name), 'python'), `${name}'s python`);

/** Whom permissions of files hold back. */
export const ordinaryUser: Tool = {
  name: 'user without the rights of root',
  present: process.getuid?.() !== 0,
  optional: true,
};

/** Who may give a file to somebody else. */
export const root: Tool = { name: 'rights of root', present: process.getuid?.() === 0, optional: true };

export const python3: Program = pythonWith([]);
export const python: Program = python3.present
  ? pythonWith(['numpy', 'scipy', 'xgboost'])
  : { ...python3, name: 'python3 with numpy, scipy, xgboost' };

/** Makes certificates. */
export const openssl = program('openssl');
/** PostgreSQL's initdb; pg_ctl lies beside it. */
export const postgres: Program = server('PostgreSQL server', program('initdb', ...debianVersions()));
export const mariadb: Program = server('MariaDB server', program('mariadbd', '/usr/sbin'));

/** AWS's services as processes on this machine. */
export const moto: Program = program('moto_server', environment('aws'));
export const ministack: Program = program('ministack', environment('aws'));
export const emulators: readonly Tool[] = [moto, ministack];

/** A Python package with the schema of Cloud Workflows' syntax. */
export const workflowsSchema: Program = pythonIn('workflows', ['workflows_emulator']);
/** Cloud Storage and Blob Storage as processes on this machine. */
export const fakeGcs: Program = program('fake-gcs-server', environment(''));
/** A module that Node runs; it serves bearer tokens by TLS only. */
export const azurite: Program = server(
  'azurite',
  program('main.js', join(environment('azurite'), '../node_modules/azurite/dist/src/blob')),
);

/** The parser of KQL by its vendor, a script for Node. */
export const kusto: Program = program(
  'Kusto.Language.Bridge.min.js',
  join(environment('kusto'), '../node_modules/@kusto/language-service-next'),
);
/** An engine of KQL: a Python package that runs queries on DuckDB. */
export const kqlEngine: Program = pythonIn('kql', ['duckdb_kql', 'duckdb']);

/** Processes can be told apart by their start and boot, and a process that has ended is seen. */
export const linux: Tool = { name: 'Linux', present: process.platform === 'linux', optional: true };

/** GNU's C library, whose functions XGBoost on Linux computes with. */
export const glibc: Tool = {
  name: 'glibc',
  get present() {
    const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
    return header.glibcVersionRuntime !== undefined;
  },
  optional: true,
};

/** A file that is not committed. */
export interface DataFile extends Tool {
  readonly path: string;
  /** Its text, gunzipped if it ends in .gz. */
  text(): string;
}

/** A real data set, in the folder MLOPS_DATA or beside the checkout. */
export const dataFile = (name: string): DataFile => fileIn('MLOPS_DATA', '../shared/data', name);
/** Reference values, in the folder MLOPS_REFERENCE or beside the checkout. */
export const referenceFile = (name: string): DataFile =>
  fileIn('MLOPS_REFERENCE', '../shared/reference', name);

function fileIn(variable: string, folder: string, name: string): DataFile {
  const path = join(process.env[variable] ?? folder, name);
  return {
    name: `${name} in ${variable}`,
    present: existsSync(path),
    optional: true,
    path,
    text() {
      const bytes = readFileSync(path);
      return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
    },
  };
}

/** Runs a Python script with `input` (JSON) on its standard input; returns what it prints, parsed as JSON. */
export function runPython(script: string, input: unknown): unknown {
  return JSON.parse(run(python, ['-c', script], JSON.stringify(input)));
}

/** Runs a program; returns its standard output. */
export function run({ path }: Program, args: readonly string[], input = ''): string {
  return execFileSync(path, args, { input, encoding: 'utf8', maxBuffer: 1 << 28 });
}

function server(name: string, { path, present }: Program): Program {
  return { name: `${name} and openssl`, path, present: present && openssl.present };
}

function debianVersions(): string[] {
  const root = '/usr/lib/postgresql';
  return existsSync(root) ? readdirSync(root).map((version) => join(root, version, 'bin')) : [];
}
