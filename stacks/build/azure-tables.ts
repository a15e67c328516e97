/** The tables of stacks/terraform/azure.md, from the data that the stacks are made of. */

import { EVALUATED_EACH_SEC, LONGEST_LOOK_BACK_SEC } from '../../constructs/azure/log-alarms.ts';
import { mergedUses, type ObjectUses } from '../../constructs/azure/permissions/objects.ts';
import { MIRROR_ACTIONS, PORT_RIGHTS } from '../../constructs/azure/permissions/ports.ts';
import type { AzureRight } from '../../constructs/azure/permissions/right.ts';
import { SERVICE_RIGHTS } from '../../constructs/azure/permissions/services.ts';
import { RESOURCE_PROVIDERS } from '../../constructs/azure/resource-providers.ts';
import { flexSize } from '../../constructs/config/limits/azure-flex.ts';
import { APPS, type AppName, type AppSpec } from '../../lambdas/apps.ts';
import { FUNCTIONS, type FunctionUses, type Port } from '../../lambdas/functions.ts';
import { azureRequestsTable } from './azure-requests.ts';
import { alarmTable } from './cloud-tables.ts';
import { code, markdownTable, withTables } from './markdown.ts';

/** Apps of a model; the app of one function alone is of nobody's model. */
const NAMES = (Object.keys(APPS) as AppName[]).filter((name) => name !== 'function'); // the keys of a constant
const RIGHTS: Readonly<Record<string, readonly AzureRight[]>> = PORT_RIGHTS;

const apps = (): string =>
  markdownTable(
    ['app', 'does', 'functions', 'MB'],
    NAMES.map((name) => {
      const { does, functions }: AppSpec = APPS[name];
      const memoryMb = Math.max(...functions.map((one) => FUNCTIONS[one].needs.memoryMb));
      return [name, does, functions.join(', '), String(flexSize({ memoryMb }).memoryMb)];
    }),
  );

/** Prefixes of an app, by what it may do with them. */
function objectsOf(all: readonly FunctionUses[]): string[][] {
  const {
    read = [],
    list = [],
    write = [],
    create = [],
  } = mergedUses(
    all.map(
      ({ objects, predictions }): ObjectUses => ({
        ...objects,
        ...(predictions && { create: [...(objects?.create ?? []), 'predictions/'] }),
      }),
    ),
  );
  return [
    ['read', code(read)],
    ['list', code(list)],
    ['write', code([...new Set([...write, ...create])].sort())],
  ].filter(([, keys]) => keys !== '');
}

function rolesOf(all: readonly FunctionUses[]): string[][] {
  const calls = all.flatMap((uses) =>
    (Object.keys(uses) as Port[]).flatMap((port) =>
      port === 'objects' ? [] : (uses[port] ?? []).map((call) => `${port}.${call}`),
    ),
  );
  const rights = [...new Set(calls)].flatMap((call) => RIGHTS[call] ?? []);
  const mirror = calls.some((call) => call.startsWith('registryMirror.'))
    ? [['own role: its permissions are below', "the registry's workspace"]]
    : [];
  return [...new Set(rights)].map(({ role, on }) => [role, on]).concat(mirror);
}

const permissions = (): string =>
  markdownTable(
    ['app', 'right', 'on'],
    NAMES.flatMap((name) => {
      const all = APPS[name].functions.map((one): FunctionUses => FUNCTIONS[one].uses);
      return [...objectsOf(all), ...rolesOf(all)].map(([right = '', on = ''], index) => [
        index === 0 ? name : '',
        right,
        on,
      ]);
    }),
  );

const services = (): string =>
  markdownTable(
    ['role', 'on', 'vendor page'],
    [
      ...Object.values(SERVICE_RIGHTS).map(({ role, on, source }: AzureRight) => [role, on, source]),
      [
        code(MIRROR_ACTIONS),
        "the registry's workspace",
        'learn.microsoft.com/azure/machine-learning/how-to-assign-roles',
      ],
    ],
  );

const providers = (): string =>
  markdownTable(
    ['resource provider'],
    RESOURCE_PROVIDERS.map((name) => [code([name])]),
  );

const TABLES = {
  alarms: () => alarmTable(LONGEST_LOOK_BACK_SEC, EVALUATED_EACH_SEC),
  apps,
  permissions,
  providers,
  requests: azureRequestsTable,
  services,
} as const;

/** The text with these tables as they are now. */
export const withAzureTables = (text: string): string => withTables(text, TABLES);
