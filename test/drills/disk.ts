/** Looks at a folder of local ports as it lies there, without the adapter that wrote it and without changing it. */

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isAlive } from '../../lambdas/adapters/local/process-identity.ts';
import type { ObjectStore } from '../../lambdas/ports/index.ts';
import type { LeaseState } from '../../lambdas/stores/lease.ts';
import { readPredictions } from '../../lambdas/stores/predictions.ts';
import { readTruth } from '../../lambdas/stores/truth.ts';

const HOUR_MS = 3_600_000;
/** Restarts begin less than this after the hour. */
const RESTARTS_MS = HOUR_MS / 2;
const HIDDEN = '.mlops';

/** The objects of a folder, for reading only. */
export function diskObjects(root: string): ObjectStore {
  const folder = join(root, 'objects');
  const refuse = () => Promise.reject(new Error('the checks change nothing'));
  const load = (key: string) => (existsSync(join(folder, key)) ? readFileSync(join(folder, key)) : undefined);
  return {
    async get(key) {
      const bytes = load(key);
      return bytes && { bytes, version: 'seen' };
    },
    async read(key) {
      const bytes = load(key);
      return (
        bytes &&
        (async function* () {
          yield bytes;
        })()
      );
    },
    async *list(prefix) {
      yield* filesIn(folder).filter((key) => key.startsWith(prefix));
    },
    write: refuse,
    create: refuse,
    tryPut: refuse,
    delete: refuse,
  };
}

/** Paths below a folder, in ascending order, without the store's own hidden files. */
export function filesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => !path.startsWith(HIDDEN))
    .sort();
}

/** Lines of a file that is appended to; none when it is not there. The last one may be torn. */
export function linesOf(path: string): readonly string[] {
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : [];
}

/** Unfinished files, and locks whose holder lives, that no process should have left. */
export function leftovers(root: string): readonly string[] {
  const found: string[] = [];
  for (const store of ['objects', 'online', 'mirror']) {
    const staged = join(root, store, HIDDEN, 'tmp');
    const locks = join(root, store, HIDDEN, 'locks');
    if (existsSync(staged)) found.push(...readdirSync(staged).map((name) => `${store}: staged file ${name}`));
    if (!existsSync(locks)) continue;
    const held = readdirSync(locks).filter((name) => isAlive(readlinkSync(join(locks, name))));
    found.push(...held.map((name) => `${store}: lock ${name} is held by a live process`));
  }
  return found;
}

/**
 * What a folder holds that a run without kills must hold too, by name, as digests. Times within half an hour after an
 * hour count as that hour, because a restart comes later; predictions and outcomes count once by id, events by id,
 * and notifications by subject, because all of them are delivered at least once.
 */
export async function contentOf(root: string): Promise<ReadonlyMap<string, string>> {
  const content = new Map<string, string>();
  for (const store of ['objects', 'online', 'mirror']) {
    for (const path of filesIn(join(root, store))) {
      if (path.startsWith('predictions/') || path.startsWith('truth/')) continue;
      const bytes = readFileSync(join(root, store, path));
      const shown = path.endsWith('.json') ? onTheHour(stateOf(path, bytes.toString('utf8'))) : bytes;
      content.set(`${store}/${path}`, createHash('sha256').update(shown).digest('hex'));
    }
  }
  for await (const { id, version, status, score, features } of readPredictions(diskObjects(root), EVER)) {
    // Without the record's name and the pointer's number: who asks again after a restart may be answered under a later one.
    content.set(`prediction ${id}`, JSON.stringify({ version, status, score, features }));
  }
  for (const outcome of await readTruth({ objects: diskObjects(root) }, EVER)) {
    content.set(`outcome ${outcome.id} ${outcome.at}`, JSON.stringify(outcome));
  }
  const noted = [
    ['event', 'events.jsonl', 'id'],
    ['notification', 'notifications.jsonl', 'subject'],
  ] as const;
  for (const [kind, file, name] of noted) {
    for (const line of linesOf(join(root, file))) {
      const entry = parse(line)?.[name];
      if (typeof entry === 'string') content.set(`${kind} ${onTheHour(entry)}`, 'there');
    }
  }
  return content;
}

/** Names of what one has and the other lacks, or has otherwise. */
export function differences(
  expected: ReadonlyMap<string, string>,
  found: ReadonlyMap<string, string>,
): readonly string[] {
  const lost = [...expected.keys()].filter((name) => !found.has(name)).map((name) => `${name} is missing`);
  const other = [...found].flatMap(([name, content]) => {
    if (!expected.has(name)) return [`${name} is too much`];
    return expected.get(name) === content ? [] : [`${name} differs from a run without kills`];
  });
  return [...lost, ...other];
}

/** The document of a line; undefined when it is torn. */
export function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>; // all lines are objects
  } catch {
    return undefined;
  }
}

/** Longer than the drills' clocks go. */
const EVER = { from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 2, 1) } as const;

/**
 * Of a lease who holds it: a run that is started again holds it for longer and, when it had given it back already,
 * under a new fence. That fences only rise is an invariant of its own.
 */
function stateOf(path: string, text: string): string {
  if (!path.startsWith('locks/')) return text;
  const lease = parse(text)?.state as Partial<LeaseState> | undefined; // only leases are there
  return JSON.stringify([lease?.owner]);
}

/** Milliseconds since 1970 of this decade. */
const TIME = /\b1[78]\d{11}\b/g;

/** Evidence of a release: who asks again after a kill is counted again. */
const EVIDENCE =
  /\b[\d,]+ (requests without harm[^;"]*)(?:; [\d,]+ a day came, serving\.online\.requestsPerDay declares [\d,]+)?/g;

/** A document's digest of itself, its last member: of its times too. */
const SEAL = /,\s*"(sha256|checksum)": "[0-9a-f]{64}"\s*\}\s*$/;

function onTheHour(text: string): string {
  return text
    .replace(SEAL, '}')
    .replaceAll(EVIDENCE, '$1')
    .replaceAll(TIME, (digits) => {
      const past = Number(digits) % HOUR_MS;
      return past < RESTARTS_MS ? String(Number(digits) - past) : digits;
    });
}
