/** The tables of stacks/aws/README.md, from the data that the stacks are made of. */

import { ABSENCE_RIGHT } from '../../constructs/aws/permissions/objects.ts';
import { FIND_PACKAGE_RIGHT, FUNCTION_RIGHTS, PORT_RIGHTS } from '../../constructs/aws/permissions/ports.ts';
import type { AwsRight } from '../../constructs/aws/permissions/right.ts';
import { SERVICE_RIGHTS } from '../../constructs/aws/permissions/services.ts';
import { WILDCARDS } from '../../constructs/aws/permissions/wildcards.ts';
import { lambdaMemoryMb } from '../../constructs/config/limits/aws-lambda.ts';
import { MISSING_TYPES, REGION_SCHEMAS } from '../../constructs/config/limits/aws-regions.ts';
import { FUNCTIONS, type FunctionUses, type ObjectCall, type Port } from '../../lambdas/functions.ts';
import { alarmTable, capabilityTable } from './cloud-tables.ts';
import { code, markdownTable, withTables } from './markdown.ts';

/** Returns the rights of a function, each with its resources in words. */
function rightsOf(uses: FunctionUses): [AwsRight, string][] {
  const objects = Object.entries(uses.objects ?? {}) as [ObjectCall, readonly string[]][]; // of a typed record
  const others = Object.entries(PORT_RIGHTS).filter(([name]) => {
    const [port = '', call = ''] = name.split('.');
    if (port === 'objects') return false;
    const calls: readonly string[] | undefined = uses[port as Exclude<Port, 'objects'>]; // a key of PORT_RIGHTS
    return calls?.includes(call);
  });
  const named: [AwsRight, string][] = objects
    .filter(([call]) => call !== 'list')
    .map(([call, prefixes]) => [PORT_RIGHTS[`objects.${call}`], code(prefixes)]);
  const rights: AwsRight[] = [
    ...(objects.length > 0 ? [ABSENCE_RIGHT] : []),
    ...new Set(others.map(([, right]) => right)), // two calls may need the same one
    ...(uses.registryMirror?.includes('show') ? [FIND_PACKAGE_RIGHT] : []),
  ];
  return [...named, ...rights.map((right): [AwsRight, string] => [right, right.on])];
}

/** Regions by what CloudFormation lacks there, the ones with everything first. */
function regions(): string {
  const rows = new Map<string, string[]>();
  for (const [region, missing] of Object.entries(MISSING_TYPES)) {
    const key = missing.length === 0 ? 'nothing' : code(missing);
    rows.set(key, [...(rows.get(key) ?? []), region]);
  }
  return markdownTable(
    [`lacks (${REGION_SCHEMAS.source} of ${REGION_SCHEMAS.released})`, 'regions'],
    [...rows]
      .sort(([a], [b]) => Number(b === 'nothing') - Number(a === 'nothing'))
      .map(([lacks, names]) => [lacks, code(names)]),
  );
}

function permissions(): string {
  const functions = Object.entries(FUNCTIONS).flatMap(([name, { uses }]) =>
    rightsOf(uses).map(([right, on], index) => [index === 0 ? name : '', code(right.actions), on]),
  );
  const all = Object.values(FUNCTION_RIGHTS).map((right: AwsRight, index) => [
    index === 0 ? 'every function' : '',
    code(right.actions),
    `${right.on}; ${right.impliedBy ?? ''}`,
  ]);
  return markdownTable(['function', 'may', 'on'], [...all, ...functions]);
}

function services(): string {
  return markdownTable(
    ['may', 'on', 'vendor page'],
    Object.values(SERVICE_RIGHTS).map((right: AwsRight) => [
      code(right.actions),
      right.impliedBy === undefined ? right.on : `${right.on}; ${right.impliedBy}`,
      right.source,
    ]),
  );
}

function wildcards(): string {
  const reasons = [...new Set(WILDCARDS.map(({ reason }) => reason))];
  return markdownTable(
    ['on `*`', 'why'],
    reasons.map((reason) => [
      code(WILDCARDS.filter((one) => one.reason === reason).map(({ action }) => action)),
      reason,
    ]),
  );
}

function functions(): string {
  return markdownTable(
    ['function', 'does', 'MB', 'seconds'],
    Object.entries(FUNCTIONS).map(([name, { does, needs }]) => [
      name,
      does,
      String(lambdaMemoryMb(needs)),
      String(needs.timeoutSec),
    ]),
  );
}

const TABLES = {
  alarms: alarmTable,
  capabilities: capabilityTable,
  functions,
  permissions,
  regions,
  services,
  wildcards,
} as const;

/** The text with these tables as they are now. */
export const withAwsTables = (text: string): string => withTables(text, TABLES);
