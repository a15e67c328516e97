/** Checks of this machine and of what is written in the project: they need no account. */

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Environment, typedName } from '../../constructs/config/schema.ts';
import { describeProblem } from '../../lambdas/core/errors.ts';
import packageJson from '../../package.json' with { type: 'json' };
import type { CloudModel } from '../cloud-model.ts';
import { type Check, type CheckOutcome, fail, pass, warn } from './check.ts';
import type { MachineNeeds, NeededPackage } from './needs.ts';

export interface MachineOptions {
  readonly cwd: string;
  readonly environment: Environment;
  /** Throws InvalidInput for a blueprint that is not valid there. */
  readonly load: () => Promise<CloudModel>;
  /** Unix ms. */
  readonly now: number;
  /** @default - this process's */
  readonly nodeVersion?: string;
}

const RUNTIME_NOTICE_DAYS = 180;
const DAY_MS = 86_400_000;

export function machineChecks(needs: MachineNeeds, options: MachineOptions): Check[] {
  const { cwd, environment, now, nodeVersion = process.versions.node } = options;
  return [
    { id: 'node', run: () => checkNode(nodeVersion, needs.nodeSoon) },
    { id: 'packages', run: () => checkPackages(cwd, needs.packages) },
    { id: 'blueprint', run: () => checkBlueprint(options) },
    { id: 'environment', run: () => checkEnvironment(environment, needs) },
    { id: 'runtime', run: () => checkRuntime(now, needs.runtime) },
  ];
}

function checkNode(version: string, { major, why }: MachineNeeds['nodeSoon']): CheckOutcome {
  const needed = packageJson.engines.node.replace(/^\D+/, '');
  const tooOld = version.localeCompare(needed, 'en', { numeric: true }) < 0;
  return tooOld
    ? fail(`Node ${version}, needed is ${needed} or newer`, `install Node ${needed} or newer`)
    : pass(`Node ${version}${Number.parseInt(version, 10) < major ? `; ${why} need ${major}` : ''}`);
}

/** Compares what is installed beside this program with the needs and with the lockfile of the project. */
function checkPackages(cwd: string, needed: readonly NeededPackage[]): CheckOutcome {
  const installed = needed.map((one) => ({ ...one, version: installedVersion(one.name) }));
  const missing = installed.filter(({ version }) => version === undefined).map(({ name }) => name);
  if (missing.length > 0)
    return fail(`${missing.join(', ')} not installed`, `npm install --save-dev ${missing.join(' ')}`);
  const known = installed.map(({ name, version }) => `${name} ${version}`).join(', ');
  const other = installed.find(
    ({ major, version }) => major !== undefined && !version?.startsWith(`${major}.`),
  );
  if (other !== undefined)
    return fail(
      known,
      `npm install --save-dev ${other.name}@${other.major} (its tag latest may be a later major)`,
    );
  const file = join(cwd, 'package-lock.json');
  if (!existsSync(file))
    return warn(`${known}; no package-lock.json in ${cwd}`, 'npm install, and commit the lockfile');
  const { packages = {} } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly packages?: Readonly<Record<string, { readonly version?: string }>>;
  }; // npm's format
  const skewed = installed.filter(({ name, version }) => {
    const locked = packages[`node_modules/${name}`]?.version;
    return locked !== undefined && locked !== version;
  });
  return skewed.length > 0
    ? fail(
        `${skewed.map(({ name, version }) => `${name} ${version}`).join(', ')} is not the version in the lockfile`,
        'npm ci',
      )
    : pass(`${known}, as locked`);
}

function installedVersion(name: string): string | undefined {
  try {
    const { version } = createRequire(import.meta.url)(`${name}/package.json`) as {
      readonly version: string;
    }; // npm's
    return version;
  } catch {
    return undefined; // not installed
  }
}

async function checkBlueprint({ load }: MachineOptions): Promise<CheckOutcome> {
  const { config, file } = await load();
  const deployable = `${config.model.name} can be deployed as ${typedName(config.environment)}; ${file}`;
  const [warning] = config.warnings;
  if (warning === undefined) return pass(deployable);
  const { fix = 'change what the message names', ...rest } = warning;
  return warn(`${deployable}; ${describeProblem(rest)}`, fix);
}

/** Hosts that stacks/config gives for people to replace. */
const EXAMPLE_HOST = /(^|\.)example\.(com|org|net)$/;

/**
 * Every value of the environment that is still an example, with its path.
 *
 * @param examples - The cloud's own.
 */
export function exampleValues(value: unknown, examples: RegExp, path = ''): string[] {
  if (typeof value === 'string')
    return EXAMPLE_HOST.test(value) || examples.test(value) ? [`${path} is '${value}'`] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const place = Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
    return exampleValues(inner, examples, place);
  });
}

function checkEnvironment(environment: Environment, { examples, network }: MachineNeeds): CheckOutcome {
  const { cloud, database, name } = environment;
  const left = exampleValues({ cloud, database }, examples);
  const file = `stacks/config/${name}.ts`;
  if (left.length > 0)
    return fail(
      `${left.join(', ')}: examples`,
      `write your own values in ${file}, under on.${cloud.provider}`,
    );
  return network(environment, file) ?? pass(`${file} has no example left`);
}

function checkRuntime(now: number, { name, deprecated }: MachineNeeds['runtime']): CheckOutcome {
  const days = Math.floor((Date.parse(deprecated) - now) / DAY_MS);
  const evidence = `${name} is supported until ${deprecated}`;
  const fix = 'take a newer version of this package, whose functions have a newer runtime';
  if (days < 0) return fail(evidence, fix);
  return days < RUNTIME_NOTICE_DAYS ? warn(`${evidence}, ${days} days from now`, fix) : pass(evidence);
}
