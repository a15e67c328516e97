/** What must hold after every effect. What was found in order once is not looked at again: versions are digests. */

import type { ModelConfig } from '../../lambdas/core/config.ts';
import type { Release } from '../../lambdas/stores/release.ts';
import { CHECKS, violationsOf } from '../drills/invariants.ts';
import { referenceTo } from '../drills/references.ts';
import { brokenInvariants } from '../drills/release-runs.ts';
import { createWorld } from './sim-fixture.ts';
import type { Files, World } from './sim-world.ts';

type Name = keyof typeof CHECKS;

/** States that were found in order, over all runs of this process, by check. */
const sound = new Map<string, readonly string[]>();

/** Written once, and never in other words. */
const IMMUTABLE = /^(models\/\d+\/|approvals\/)/;
/** What changes by its nature: it is read anew each time, and no version refers to it. */
const STATE = /^(release\/state|models\/index|locks\/.*|features\/.*\/_manifest)\.json$/;
const POINTER = 'release/state.json';
const INDEX = 'models/index.json';
const LEASE = 'locks/train.json';
/** Clocks differ by some minutes: a lease may be taken that much too early. */
const CLOCKS_DIFFER_MS = 600_000;

/** Something that was there and is another, or gone. */
interface Change {
  readonly key: string;
  readonly files: Files;
  readonly how: 'changed' | 'deleted';
}

interface State {
  readonly name: Name;
  readonly signature: string;
  readonly files: Files;
}

/** Watches a world; `problems` is to be asked when a run is over. */
export function watch(world: World, config: ModelConfig): { problems(): Promise<readonly string[]> } {
  const found = new Set<string>();
  const seen: State[] = [];
  const changes: Change[] = [];
  world.effect = (key) => {
    const entry = world.files.get(key);
    if (IMMUTABLE.test(key) && entry?.before !== undefined && entry.before.version !== entry.version)
      found.add(`${key} was changed after it was written`);
    if (IMMUTABLE.test(key) && entry === undefined) found.add(`${key} was deleted`);
    if (!STATE.test(key) && (entry === undefined || (entry.before && entry.before.version !== entry.version)))
      changes.push({ key, files: new Map(world.files), how: entry === undefined ? 'deleted' : 'changed' });
    if (key === LEASE) for (const problem of leaseProblems(world)) found.add(problem);
    if (key === POINTER) for (const problem of pointerProblems(world)) found.add(problem);
    if (key === INDEX) for (const problem of indexProblems(world)) found.add(problem);
    for (const name of Object.keys(CHECKS) as Name[]) {
      if (!CHECKS[name].prefixes.some((prefix) => key.startsWith(prefix))) continue;
      const signature = signatureOf(name, world.files, config);
      const known = sound.get(signature);
      if (known === undefined) seen.push({ name, signature, files: new Map(world.files) });
      for (const problem of known ?? []) found.add(problem);
    }
  };
  return {
    async problems() {
      for (const { key, files, how } of changes) {
        const version = await referenceTo(createWorld(files).objects, key);
        if (version !== undefined) found.add(`${key}, which version ${version} refers to, was ${how}`);
      }
      for (const { name, signature, files } of seen) {
        const known = sound.get(signature) ?? (await violationsOf(name, createWorld(files).objects, config));
        sound.set(signature, known);
        for (const problem of known) found.add(problem);
      }
      return [...found];
    },
  };
}

function signatureOf(name: Name, files: Files, config: ModelConfig): string {
  let signature = `${config.name} ${name}`;
  for (const [key, { version }] of files)
    if (CHECKS[name].prefixes.some((prefix) => key.startsWith(prefix))) signature += `\n${key} ${version}`;
  return signature;
}

const parse = <T>(bytes: Uint8Array | undefined): T | undefined =>
  bytes === undefined ? undefined : (JSON.parse(Buffer.from(bytes).toString('utf8')) as T); // our own documents

interface Index {
  readonly seq: number;
  readonly state: {
    readonly lastVersion: number;
    readonly newestFence: number;
    readonly versions: readonly {
      readonly version: number;
      readonly status: string;
      readonly digest: string | null;
    }[];
  };
}

const NOTHING: Release = {
  seq: 0,
  state: {
    schemaVersion: 2,
    champion: null,
    previous: null,
    challenger: null,
    watch: null,
    rejected: [],
    outcomes: [],
  },
} as unknown as Release; // before the first release

function pointerProblems({ files }: World): readonly string[] {
  const entry = files.get(POINTER);
  const after = parse<Release>(entry?.bytes);
  const before = parse<Release>(entry?.before?.bytes) ?? NOTHING;
  const versions = parse<Index>(files.get(INDEX)?.bytes)?.state.versions ?? [];
  return after === undefined ? ['the release pointer is gone'] : brokenInvariants(before, after, versions);
}

interface Lease {
  readonly state: { readonly owner: string | null; readonly fence: number; readonly expiresAt: number };
}

/** I9: nobody takes it from a holder whose time has not run out; the fence rises with each taking. */
function leaseProblems({ files, now, skew }: World): readonly string[] {
  const entry = files.get(LEASE);
  const [before, after] = [parse<Lease>(entry?.before?.bytes)?.state, parse<Lease>(entry?.bytes)?.state];
  if (before === undefined || after === undefined) return [];
  const taken = before.owner !== null && after.owner !== null && after.owner !== before.owner;
  return [
    ...(taken && before.expiresAt > now - skew + CLOCKS_DIFFER_MS
      ? ['the lease was taken while it was held']
      : []),
    ...(after.fence < before.fence ? ['the fence went back'] : []),
  ];
}

function indexProblems({ files }: World): readonly string[] {
  const entry = files.get(INDEX);
  const after = parse<Index>(entry?.bytes);
  const before = parse<Index>(entry?.before?.bytes);
  if (after === undefined) return ['the registry is gone'];
  if (before === undefined) return [];
  const lost = before.state.versions.filter(
    ({ version }) => !after.state.versions.some((one) => one.version === version),
  );
  return [
    ...(after.seq > before.seq ? [] : ['the registry went back']),
    ...(after.state.lastVersion >= before.state.lastVersion ? [] : ['version numbers went back']),
    ...(after.state.newestFence >= before.state.newestFence ? [] : ['fences went back']),
    ...lost.map(({ version }) => `version ${version} is gone from the registry`),
  ];
}
