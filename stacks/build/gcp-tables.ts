/** The tables of stacks/terraform/README.md, from the data that the stacks are made of. */

import { instanceSize } from '../../constructs/config/limits/gcp-cloud-run.ts';
import { DEPLOYER_RIGHTS } from '../../constructs/gcp/permissions/deployer.ts';
import { folderRights } from '../../constructs/gcp/permissions/objects.ts';
import { MIRROR_PERMISSIONS, PORT_RIGHTS } from '../../constructs/gcp/permissions/ports.ts';
import type { GcpRight } from '../../constructs/gcp/permissions/right.ts';
import { SERVICE_RIGHTS } from '../../constructs/gcp/permissions/services.ts';
import { MOST_LOOK_BACK_SEC } from '../../constructs/gcp/service-alarms.ts';
import { SERVICES } from '../../constructs/gcp/services.ts';
import { FUNCTIONS, type FunctionName, type FunctionUses, type Port } from '../../lambdas/functions.ts';
import { alarmTable, capabilityTable } from './cloud-tables.ts';
import { googleRequestsTable } from './google-requests.ts';
import { code, markdownTable, withTables } from './markdown.ts';

/** Returns the roles of a function, each with its resources in words. */
function rolesOf(uses: FunctionUses): [role: string, on: string][] {
  const byRole = new Map<string, string[]>();
  for (const { folder, right } of folderRights(uses.objects ?? {}))
    byRole.set(right.role, [...(byRole.get(right.role) ?? []), folder]);
  const ports = Object.keys(uses) as Port[]; // of a typed record
  const others = ports.flatMap((port): readonly GcpRight[] => {
    if (port === 'objects' || port === 'online') return [];
    if (port === 'registryMirror') return [{ role: MIRROR, on: 'the project', source: '' }];
    return (uses[port] ?? []).flatMap((call) => RIGHTS[`${port}.${call}`] ?? []);
  });
  return [
    ...[...byRole].map(([role, folders]): [string, string] => [role, code(folders)]),
    ...others.map(({ role, on }): [string, string] => [role, on]),
  ];
}

const MIRROR = 'own role: its permissions are below';
const RIGHTS: Readonly<Record<string, readonly GcpRight[]>> = PORT_RIGHTS;
const asCode = (role: string): string => (role.startsWith('roles/') ? code([role]) : role);

function permissions(): string {
  return markdownTable(
    ['function', 'role', 'on'],
    Object.entries(FUNCTIONS).flatMap(([name, { uses }]) =>
      rolesOf(uses).map(([role, on], index) => [index === 0 ? name : '', asCode(role), on]),
    ),
  );
}

const services = (): string =>
  markdownTable(
    ['role', 'on', 'vendor page'],
    [
      ...Object.values(SERVICE_RIGHTS).map((right: GcpRight) => [
        asCode(right.role),
        right.impliedBy === undefined ? right.on : `${right.on}; ${right.impliedBy}`,
        right.source,
      ]),
      [code(MIRROR_PERMISSIONS), 'the project', 'cloud.google.com/vertex-ai/docs/general/iam-permissions'],
    ],
  );

const functions = (): string =>
  markdownTable(
    ['function', 'does', 'cores', 'MiB', 'seconds'],
    (Object.keys(FUNCTIONS) as FunctionName[]).map((name) => {
      const { does, needs } = FUNCTIONS[name];
      const { availableCpu, memoryMb } = instanceSize(needs, name === 'score');
      return [name, does, availableCpu, String(memoryMb), String(needs.timeoutSec)];
    }),
  );

const deployer = (): string =>
  markdownTable(
    ['role', 'on', 'for'],
    Object.entries(DEPLOYER_RIGHTS).flatMap(([types, rights]) =>
      rights.map(({ role, on }: GcpRight) => [
        code([role]),
        on,
        code([types.endsWith('_') ? `${types}*` : types]),
      ]),
    ),
  );

const apis = (): string =>
  markdownTable(
    ['API'],
    SERVICES.map((service) => [code([service])]),
  );

const TABLES = {
  alarms: () => alarmTable(MOST_LOOK_BACK_SEC),
  apis,
  capabilities: capabilityTable,
  deployer,
  functions,
  permissions,
  requests: googleRequestsTable,
  services,
} as const;

/** The text with these tables as they are now. */
export const withGcpTables = (text: string): string => withTables(text, TABLES);
