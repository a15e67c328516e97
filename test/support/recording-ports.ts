import { FUNCTIONS, type FunctionName, type FunctionUses, type Port } from '../../lambdas/functions.ts';
import type { RegistryPorts } from '../../lambdas/runtime/host.ts';

/** One call of a port: `objects.read exports/2026-…`, `events.publish`. */
export interface NotedCall {
  readonly function: FunctionName;
  readonly port: Port;
  readonly call: string;
  /** Of the object store: the key, or the prefix of a list. */
  readonly key?: string;
}

/** Every call that functions made, by the function that runs now. */
export class Recorder {
  readonly calls: NotedCall[] = [];
  #running: FunctionName | undefined;

  /** Calls made while `work` runs are those of this function. */
  async during<T>(name: FunctionName, work: () => Promise<T>): Promise<T> {
    this.#running = name;
    try {
      return await work();
    } finally {
      this.#running = undefined;
    }
  }

  note(port: Port, call: string, key?: string): void {
    const name = this.#running;
    if (name === undefined) return;
    this.calls.push({ function: name, port, call, ...(key !== undefined && { key }) });
  }
}

/** The same ports, each call of them noted. Clock, logger and metrics need no right. */
export function recordingPorts(ports: RegistryPorts, recorder: Recorder): RegistryPorts {
  const { objects, events, notifier, predictions, online, registryMirror, endpoint } = ports;
  return {
    ...ports,
    objects: {
      ...(objects.minRewriteMs !== undefined && { minRewriteMs: objects.minRewriteMs }),
      get(key) {
        recorder.note('objects', 'read', key);
        return objects.get(key);
      },
      read(key) {
        recorder.note('objects', 'read', key);
        return objects.read(key);
      },
      write(key, chunks) {
        recorder.note('objects', 'write', key);
        return objects.write(key, chunks);
      },
      create(key, chunks) {
        recorder.note('objects', 'write', key);
        return objects.create(key, chunks);
      },
      tryPut(key, bytes, condition) {
        recorder.note('objects', 'create', key);
        return objects.tryPut(key, bytes, condition);
      },
      list(prefix) {
        recorder.note('objects', 'list', prefix);
        return objects.list(prefix);
      },
      delete(key) {
        recorder.note('objects', 'delete', key);
        return objects.delete(key);
      },
    },
    events: {
      publish(event) {
        recorder.note('events', event.type === 'retraining.requested' ? 'request' : 'publish');
        return events.publish(event);
      },
    },
    notifier: {
      notify(notification) {
        recorder.note('notifier', 'notify');
        return notifier.notify(notification);
      },
    },
    predictions: {
      ...predictions,
      append(records) {
        recorder.note('predictions', 'append');
        return predictions.append(records);
      },
    },
    online: {
      put(rows) {
        recorder.note('online', 'put');
        return online.put(rows);
      },
      get(key) {
        recorder.note('online', 'get');
        return online.get(key);
      },
      delete(key) {
        recorder.note('online', 'delete');
        return online.delete(key);
      },
    },
    registryMirror: {
      show(version) {
        recorder.note('registryMirror', 'show');
        return registryMirror.show(version);
      },
    },
    describeVersion(id) {
      recorder.note('registryMirror', 'describe');
      return ports.describeVersion(id);
    },
    endpoint: {
      post(request) {
        recorder.note('endpoint', 'post');
        return endpoint.post(request);
      },
    },
    source() {
      recorder.note('source', 'snapshot');
      return ports.source();
    },
    secret() {
      recorder.note('secret', 'read');
      return ports.secret();
    },
  };
}

/** What a function's table grants, one text each: `objects.read exports/`, `events.publish`. */
export function grantsOf(uses: FunctionUses): string[] {
  return Object.entries(uses).flatMap(([port, calls]) =>
    Array.isArray(calls)
      ? calls.map((call) => `${port}.${call}`)
      : Object.entries(calls as Record<string, readonly string[]>).flatMap(([call, prefixes]) =>
          prefixes.map((prefix) => `${port}.${call} ${prefix}`),
        ),
  );
}

/**
 * What is granted and never used, and what is used and not granted.
 *
 * @param table - What each function may do. @default lambdas/functions.ts
 */
export function compareUses(
  calls: readonly NotedCall[],
  table: Readonly<Record<string, { readonly uses: FunctionUses }>> = FUNCTIONS,
): { readonly unused: readonly string[]; readonly missing: readonly string[] } {
  const used = new Set<string>();
  const missing = new Set<string>();
  for (const { function: name, port, call, key } of calls) {
    const granted = grantsOf(table[name]?.uses ?? {});
    const wanted = `${port}.${call}`;
    const covering = granted.filter((grant) =>
      key === undefined ? grant === wanted : covers(grant, wanted, key),
    );
    if (covering.length === 0) missing.add(`${name}: ${wanted}${key === undefined ? '' : ` ${topOf(key)}`}`);
    for (const grant of covering) used.add(`${name}: ${grant}`);
  }
  const unused = Object.entries(table).flatMap(([name, { uses }]) =>
    grantsOf(uses)
      .map((grant) => `${name}: ${grant}`)
      .filter((grant) => !used.has(grant)),
  );
  return { unused, missing: [...missing] };
}

/** First parts of the keys that a function wrote and no other function read. */
export function unreadByOthers(calls: readonly NotedCall[]): readonly string[] {
  const writers = new Map<string, Set<FunctionName>>();
  const readers = new Map<string, Set<FunctionName>>();
  for (const { function: name, call, key } of calls) {
    if (key === undefined) continue;
    const by = call === 'write' || call === 'create' ? writers : readers;
    const top = topOf(key);
    by.set(top, (by.get(top) ?? new Set()).add(name));
  }
  const isRead = ([top, names]: [string, Set<FunctionName>]) =>
    [...(readers.get(top) ?? [])].some((reader) => names.size > 1 || !names.has(reader));
  return [...writers].filter((one) => !isRead(one)).map(([top]) => top);
}

function covers(grant: string, wanted: string, key: string): boolean {
  const [call, prefix = ''] = grant.split(' ');
  return call === wanted && (prefix.endsWith('/') ? key.startsWith(prefix) : key === prefix);
}

const topOf = (key: string): string => (key.includes('/') ? `${key.split('/')[0]}/` : key);
