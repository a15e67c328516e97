/** The behaviours of functions: which there are, who they are, and what they may do. */

import { canProbe } from '../../../constructs/shared/can-probe.ts';
import { FUNCTIONS, type FunctionName, type FunctionUses } from '../../../lambdas/functions.ts';
import { CONDITIONAL_PREFIXES } from '../../../lambdas/stores/conditional-prefixes.ts';
import { checkEach } from '../../policy/check.ts';
import { type Check, differs, sameMembers } from './check.ts';
import type { Coarseness, PortCall, Rights, Unit } from './reader.ts';

const NAMES = Object.keys(FUNCTIONS) as FunctionName[]; // of a constant object

const deployedOnce: Check = (reader, config) => {
  const { serving } = config.model;
  const wanted = NAMES.filter(
    (name) =>
      (name !== 'score' || serving.online) &&
      (name !== 'probe' || canProbe(config)) &&
      (name !== 'batch-score' || serving.batch),
  );
  const got = reader.units().flatMap(({ functions }) => functions);
  return sameMembers('functions', got, wanted);
};

const ownIdentity: Check = (reader) => {
  const others = [...reader.runs(), ...reader.schedules(), ...reader.listeners()];
  const all = [...reader.units(), ...others].map(({ identity }) => identity);
  return checkEach(reader.units(), ({ identity }) => [
    identity === undefined && 'has no identity',
    all.filter((one) => one !== undefined && one === identity).length > 1 && `shares ${identity}`,
  ]);
};

/** A prefix that lies below another one adds nothing. */
const outermost = (prefixes: readonly string[]): string =>
  [...new Set(prefixes)]
    .filter((one) => !prefixes.some((other) => other !== one && one.startsWith(other)))
    .map((one) => one || 'everything')
    .sort()
    .join(', ');

const usesOf = ({ functions }: Unit): readonly FunctionUses[] =>
  functions.map((name) => FUNCTIONS[name].uses);
const prefixesOf = (unit: Unit, ...calls: (keyof NonNullable<FunctionUses['objects']>)[]): string[] =>
  usesOf(unit).flatMap(({ objects = {} }) => calls.flatMap((call) => objects[call] ?? []));

const folderOf = (key: string): string => key.slice(0, key.lastIndexOf('/') + 1);

/** Prefixes that the table names, as exact as the cloud's rights are. An object that changes by conditional writes is replaced. */
function objectsOf(unit: Unit, { folders, replacing }: Coarseness) {
  const prefixes = (...calls: Parameters<typeof prefixesOf>[1][]) =>
    prefixesOf(unit, ...calls).map((one) => (folders ? folderOf(one) : one));
  const conditional = prefixesOf(unit, 'create').filter((one) =>
    CONDITIONAL_PREFIXES.some((key) => key === one),
  );
  const replaced = replacing ? [...prefixes('write'), ...conditional.map(folderOf)] : [];
  return {
    reads: outermost([...prefixes('read', 'create'), ...replaced]),
    writes: outermost(prefixes('write', 'create')),
    deletes: outermost([...prefixes('delete'), ...replaced]),
  };
}

/** Calls that the table names, and those that come with them. A record of the online store is replaced by the one that was read. */
function callsOf(unit: Unit, byKey: boolean, { together, free }: Coarseness): PortCall[] {
  const named = usesOf(unit).flatMap(
    ({ objects: _, ...ports }) =>
      Object.entries(ports).flatMap(([port, calls]) => calls.map((call) => `${port}.${call}` as PortCall)), // of a typed record
  );
  return named
    .flatMap((call): PortCall[] => (call === 'online.put' ? [call, 'online.get'] : [call]))
    .flatMap((call): PortCall[] => [call, ...(together[call] ?? [])])
    .filter((call) => (byKey || !call.startsWith('online.')) && !free.includes(call));
}

/** A function that reads may list more than its table names: only then does a cloud answer that a key is not there. */
function listFinding(unit: Unit, { lists }: Rights): string | undefined {
  const uncovered = prefixesOf(unit, 'list').filter((prefix) => !lists.some((one) => prefix.startsWith(one)));
  if (uncovered.length > 0) return `may not list ${uncovered.join(', ')}`;
  const looks = prefixesOf(unit, 'read', 'write', 'create', 'list').length > 0;
  return lists.length > 0 && !looks ? `may list ${lists.join(', ') || 'everything'}` : undefined;
}

const unique = (texts: readonly string[]): string => [...new Set(texts)].sort().join(', ');

const rightsOfItsTable: Check = (reader, { model }) => {
  const byKey = model.serving.online?.byKey === true;
  return checkEach(reader.units(), (unit) => {
    const { rights } = unit;
    const wanted = objectsOf(unit, reader.coarse);
    return [
      differs('may read', outermost(rights.reads), wanted.reads),
      differs('may write', outermost(rights.writes), wanted.writes),
      differs('may delete', outermost(rights.deletes), wanted.deletes),
      listFinding(unit, rights),
      differs('may call', unique(rights.calls), unique(callsOf(unit, byKey, reader.coarse))),
      differs('may start', rights.starts.join(', '), ''),
      ...rights.others.map((right) => `may ${right}`),
    ];
  });
};

const size: Check = (reader) =>
  checkEach(reader.units(), ({ functions, memoryMb, timeoutSec, inTurn, answersMany }) => {
    const specs = functions.map((name) => FUNCTIONS[name]);
    const most = Math.max(...specs.map((spec) => spec.needs.memoryMb));
    const all = specs.map((spec) => spec.needs.timeoutSec);
    const longest = inTurn ? all.reduce((sum, one) => sum + one, 0) : Math.max(...all);
    return [
      !(memoryMb >= most) && `has ${memoryMb} MB, needs ${most}`,
      !(answersMany ? timeoutSec >= longest : timeoutSec === longest) &&
        `ends after ${timeoutSec} s, must end after ${longest}`,
    ];
  });

const keepsWhatFails: Check = (reader) =>
  checkEach(reader.units(), ({ takesEvents, deadLetters }) => [
    takesEvents && deadLetters === undefined && 'loses what it cannot handle',
  ]);

const ownLogs: Check = (reader) => {
  const known = reader.logs().map(({ id }) => id);
  const all = reader.units().map(({ logs }) => logs);
  return checkEach(reader.units(), ({ logs }) => [
    (logs === undefined || !known.includes(logs)) && 'has no log in the template',
    all.filter((one) => one === logs).length > 1 && 'shares its log',
  ]);
};

export const FUNCTION_BEHAVIOURS = {
  'every function that the model needs is deployed once': deployedOnce,
  'every function has an identity of its own': ownIdentity,
  'a function may make the port calls of its table, and nothing else': rightsOfItsTable,
  'a function has the memory and the time-out of its table': size,
  'a function keeps an event that it could not handle': keepsWhatFails,
  'every function has a log of its own': ownLogs,
} as const satisfies Readonly<Record<string, Check>>;
