/** Checks of this machine and of what is written in the project: they need no account. */

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Environment } from '../../constructs/config/schema.ts';
import packageJson from '../../package.json' with { type: 'json' };
import type { AwsModel } from '../cloud-model.ts';
import { type Check, fail, type Outcome, pass, skipped, warn } from './check.ts';

export interface MachineOptions {
  readonly cwd: string;
  readonly environment: Environment;
  /** Throws InvalidInput for a blueprint that is not valid there. */
  readonly load: () => Promise<AwsModel>;
  /** Unix ms. */
  readonly now: number;
  /** @default - this process's */
  readonly nodeVersion?: string;
}

/** The runtime of every function, and the end of its support (docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html). */
export const RUNTIME = { name: 'nodejs24.x', deprecated: '2028-04-30' } as const;
const RUNTIME_NOTICE_DAYS = 180;
const DAY_MS = 86_400_000;

export function machineChecks(options: MachineOptions): Check[] {
  return [
    { id: 'node', run: () => checkNode(options.nodeVersion ?? process.versions.node) },
    { id: 'packages', run: () => checkPackages(options.cwd) },
    { id: 'blueprint', run: () => checkBlueprint(options) },
    { id: 'environment', run: () => checkEnvironment(options.environment) },
    { id: 'runtime', run: () => checkRuntime(options.now) },
    { id: 'budget-tags', run: () => checkBudgetTags(options.environment) },
  ];
}

/** The SDK says so itself, when it is loaded. */
const SDK_NODE = 22;

function checkNode(version: string): Outcome {
  const needed = packageJson.engines.node.replace(/^\D+/, '');
  const tooOld = version.localeCompare(needed, 'en', { numeric: true }) < 0;
  return tooOld
    ? fail(`Node ${version}, needed is ${needed} or newer`, `install Node ${needed} or newer`)
    : pass(
        `Node ${version}${Number.parseInt(version, 10) < SDK_NODE ? `; releases of the AWS SDK from 2027 on need ${SDK_NODE}` : ''}`,
      );
}

/** Packages that deploy. */
const DEPLOYERS = ['aws-cdk-lib', 'constructs', 'aws-cdk'] as const;

/** Checks the packages installed beside this program, and whether the lockfile of the project has the same versions. */
function checkPackages(cwd: string): Outcome {
  const installed = DEPLOYERS.map((name) => [name, installedVersion(name)] as const);
  const missing = installed.filter(([, version]) => version === undefined).map(([name]) => name);
  if (missing.length > 0)
    return fail(`${missing.join(', ')} not installed`, `npm install --save-dev ${missing.join(' ')}`);
  const known = installed.map(([name, version]) => `${name} ${version}`).join(', ');
  if (installed.some(([name, version]) => name === 'aws-cdk' && !version?.startsWith('2.')))
    return fail(known, 'npm install --save-dev aws-cdk@2 (its tag latest may be a later major)');
  const file = join(cwd, 'package-lock.json');
  if (!existsSync(file))
    return warn(`${known}; no package-lock.json in ${cwd}`, 'npm install, and commit the lockfile');
  const { packages = {} } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly packages?: Readonly<Record<string, { readonly version?: string }>>;
  }; // npm's format
  const skewed = installed.filter(([name, version]) => {
    const locked = packages[`node_modules/${name}`]?.version;
    return locked !== undefined && locked !== version;
  });
  return skewed.length > 0
    ? fail(
        `${skewed.map(([name, version]) => `${name} ${version}`).join(', ')} is not what the lockfile says`,
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

async function checkBlueprint({ load }: MachineOptions): Promise<Outcome> {
  const { config, file } = await load();
  return pass(`${config.model.name} can be deployed as ${config.environment.name}; ${file}`);
}

/** Example values in stacks/config that people replace. */
const EXAMPLE = /(^|\.)example\.(com|org|net)$|^db-EXAMPLE$|^(vpc|subnet|sg)-0+1?$/;

/** Every value of the environment that is still an example, with its path. */
export function exampleValues(value: unknown, path = ''): string[] {
  if (typeof value === 'string') return EXAMPLE.test(value) ? [`${path} is '${value}'`] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    exampleValues(inner, Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`),
  );
}

function checkEnvironment(environment: Environment): Outcome {
  const left = exampleValues({ cloud: environment.cloud, database: environment.database });
  const file = `stacks/config/${environment.name}.ts`;
  if (left.length > 0)
    return fail(`${left.join(', ')}: examples`, `write your own values in ${file}, under on.aws`);
  const { cloud } = environment;
  if (cloud.provider === 'aws' && cloud.vpc === undefined)
    return warn(
      'no network is given: the export reaches only a database with a public address',
      `give cloud.vpc in ${file}`,
    );
  return pass(`${file} has no example left`);
}

function checkRuntime(now: number): Outcome {
  const { name, deprecated } = RUNTIME;
  const days = Math.floor((Date.parse(deprecated) - now) / DAY_MS);
  const evidence = `${name} is supported until ${deprecated}`;
  const fix = 'take a newer version of this package, whose functions have a newer runtime';
  if (days < 0) return fail(evidence, fix);
  return days < RUNTIME_NOTICE_DAYS ? warn(`${evidence}, ${days} days from now`, fix) : pass(evidence);
}

/** Whether the tags are active is known to billing's own interface only, which many accounts may not call. */
function checkBudgetTags({ budget, name }: Environment): Outcome {
  if (budget === undefined) return skipped(`${name} has no budget`);
  return warn(
    'the budget counts nothing until its two tags are active for cost allocation; that cannot be seen from here',
    'a day after the first deploy, in the account that pays: aws ce update-cost-allocation-tags-status --cost-allocation-tags-status TagKey=mlops:model,Status=Active TagKey=mlops:environment,Status=Active',
  );
}
