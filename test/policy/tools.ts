/** cfn-guard, cfn-lint and checkov over templates in a folder: what each found, and how much it looked at. */

import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { environment, type Program, program } from '../support/tools.ts';
import type { Exception } from './exceptions.ts';

export interface ToolFinding {
  readonly rule: string;
  /** Logical id. */
  readonly resource: string;
}

export interface ToolReport {
  /** Checks that were made, or templates that were read. */
  readonly looked: number;
  readonly findings: readonly ToolFinding[];
}

export type Tool = (folder: string) => ToolReport;

const PACKAGE = join(import.meta.dirname, '../../node_modules/@cdklabs/cdk-validator-cfnguard');
/** It comes with an npm package, for this one platform. */
export const guardProgram: Program = {
  ...program('cfn-guard', join(PACKAGE, 'bin/ubuntu/x86_64')),
  name: 'cfn-guard (Linux on x64)',
  present: process.platform === 'linux' && process.arch === 'x64',
};
export const lintProgram: Program = program('cfn-lint', environment('aws'));
export const checkovProgram: Program = program('checkov', environment('checkov'));

/** These programs fail where they find something, and say it on their standard output. */
function run({ path }: Program, args: readonly string[]): string {
  const { stdout, error } = spawnSync(path, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (error) throw error;
  return stdout;
}

interface GuardReport {
  readonly compliant: readonly string[];
  readonly not_compliant: readonly { readonly Rule: { readonly name: string } }[];
}

/** AWS Control Tower's proactive controls. `looked` counts the rules that had something to say of a template. */
export const guard: Tool = (folder) => {
  const args = [
    'validate',
    '-d',
    folder,
    '-r',
    join(PACKAGE, 'rules'),
    '-S',
    'none',
    '--structured',
    '-o',
    'json',
  ];
  const reports = JSON.parse(run(guardProgram, args)) as GuardReport[];
  return {
    looked: reports.reduce((sum, one) => sum + one.compliant.length + one.not_compliant.length, 0),
    findings: reports.flatMap(({ not_compliant }) =>
      not_compliant.flatMap((failed) => {
        const ids = JSON.stringify(failed).matchAll(/"path":"\/Resources\/(\w+)\//g);
        return [...new Set([...ids].map(([, id = '']) => id))].map((resource) => ({
          rule: failed.Rule.name,
          resource,
        }));
      }),
    ),
  };
};

/** The provider's own schemas, and more. `looked` counts the templates. */
export const lint: Tool = (folder) => {
  const templates = readdirSync(folder).map((name) => join(folder, name));
  const matches = JSON.parse(run(lintProgram, ['--format', 'json', ...templates])) as {
    readonly Rule: { readonly Id: string };
    readonly Location: { readonly Path?: readonly (string | number)[] | null };
  }[];
  return {
    looked: templates.length,
    findings: matches.map(({ Rule, Location }) => ({
      rule: Rule.Id,
      resource: String(Location.Path?.[1] ?? ''),
    })),
  };
};

interface CheckovReport {
  readonly summary: { readonly passed: number; readonly failed: number; readonly parsing_errors: number };
  readonly results: {
    readonly failed_checks: readonly { readonly check_id: string; readonly resource: string }[];
  };
}

/** checkov's own checks of one kind of templates. `looked` counts those that passed or failed. */
const checkovOf =
  (framework: 'cloudformation' | 'terraform_json'): Tool =>
  (folder) => {
    const args = ['-d', folder, '--framework', framework, '--skip-download', '-o', 'json', '--compact'];
    const { summary, results } = JSON.parse(run(checkovProgram, args)) as CheckovReport;
    if (summary.parsing_errors > 0)
      throw new Error(`checkov could not read ${summary.parsing_errors} templates`);
    return {
      looked: summary.passed + summary.failed,
      findings: results.failed_checks.map(({ check_id, resource }) => ({
        rule: check_id,
        resource: resource.split('.').at(-1) ?? '',
      })),
    };
  };

export const checkov: Tool = checkovOf('cloudformation');
/** The same over `cdk.tf.json` files. */
export const checkovTerraform: Tool = checkovOf('terraform_json');

/** Findings that no exception covers, and exceptions that cover none. */
export function weigh(
  findings: readonly ToolFinding[],
  exceptions: readonly Exception[],
): { readonly open: readonly string[]; readonly stale: readonly string[] } {
  const covers = ({ rule, on }: Exception, finding: ToolFinding) =>
    rule === finding.rule && on.test(finding.resource);
  return {
    open: findings
      .filter((finding) => !exceptions.some((one) => covers(one, finding)))
      .map(({ rule, resource }) => `${rule} on ${resource}`),
    stale: exceptions
      .filter((one) => !findings.some((finding) => covers(one, finding)))
      .map(({ rule }) => rule),
  };
}
