/** Kills the process at the n-th call of a port or of the file system: `port.method#n:before` or `:after`. */

import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import type { LocalPorts } from '../../lambdas/adapters/local/create-ports.ts';

export interface Faults {
  /** Every moment so far, `objects.tryPut#2:before`, in order; a call that failed has no moment after it. */
  readonly trace: readonly string[];
  /** Makes a call, and dies before it or after its effect when this is the moment. */
  around<T>(name: string, call: () => T): T;
}

/** @param killAt - The moment to die at; never without it. */
export function createFaults(killAt: string | undefined): Faults {
  const counts = new Map<string, number>();
  const trace: string[] = [];
  const reach = (moment: string) => {
    trace.push(moment);
    if (moment === killAt) process.kill(process.pid, 'SIGKILL');
  };
  return {
    trace,
    around<T>(name: string, call: () => T): T {
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      const point = `${name}#${count}`;
      reach(`${point}:before`);
      const result = call();
      if (!(result instanceof Promise)) {
        reach(`${point}:after`);
        return result;
      }
      const ended: unknown = result.then((value: unknown) => {
        reach(`${point}:after`);
        return value;
      });
      return ended as T; // a promise of the same value
    },
  };
}

/** The ports whose calls have effects or read what others wrote; the clock and the log have neither. */
const PORTS = [
  'objects',
  'online',
  'predictions',
  'events',
  'notifier',
  'registryMirror',
  'metrics',
] as const;

/** Calls that neither change nor read anything. */
const PURE: ReadonlySet<string | symbol> = new Set(['nextId']);

/** The same ports, each call of which is a moment to die at. */
export function faultyPorts(ports: LocalPorts, faults: Faults): LocalPorts {
  const wrapped = Object.fromEntries(PORTS.map((name) => [name, wrap(ports[name], name, faults)]));
  return {
    ...ports,
    ...(wrapped as Pick<LocalPorts, (typeof PORTS)[number]>), // each wrapped as what it is
    source: async () => {
      const source = await faults.around('source.open', ports.source);
      return {
        ...source,
        snapshot: (work) => source.snapshot((snapshot) => work(wrap(snapshot, 'source', faults))),
      };
    },
  };
}

export function wrap<T extends object>(target: T, port: string, faults: Faults): T {
  return new Proxy(target, {
    get(object, name, receiver) {
      const member: unknown = Reflect.get(object, name, receiver);
      if (typeof member !== 'function' || PURE.has(name)) return member;
      return (...parameters: unknown[]) =>
        faults.around(`${port}.${String(name)}`, () => Reflect.apply(member, object, parameters) as unknown);
    },
  });
}

/** The calls by which the local adapters change the disk: a kill between two of them leaves what a store must survive. */
const CHANGES = ['open', 'link', 'rename', 'unlink', 'symlink', 'utimes', 'mkdir'] as const;

/** Makes every change of the file system a moment to die at, `fs.rename#3:after`. */
export function faultyFileSystem(faults: Faults): void {
  for (const name of CHANGES) {
    const real: (...parameters: never[]) => unknown = fs[name];
    Object.assign(fs, {
      [name]: (...parameters: never[]) => faults.around(`fs.${name}`, () => real(...parameters)),
    });
  }
  syncBuiltinESMExports();
}
