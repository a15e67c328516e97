/** Faults that programs of this kind really had, planted: a simulation that does not find them is no evidence. */

import { RuntimeFailure } from '../../lambdas/core/errors.ts';
import type { ObjectStore, Ports } from '../../lambdas/ports/index.ts';
import { exportFolder } from '../../lambdas/stores/exports.ts';
import { SCENARIOS } from './campaign.ts';
import { CONFIG, FIRST, SECOND, trainScenario } from './pipeline-scenarios.ts';
import type { Plant } from './sim-world.ts';
import type { Scenario } from './simulate.ts';

export interface Bug {
  readonly name: string;
  /** Where it shows. */
  readonly scenario: Scenario;
  readonly plant?: Plant;
}

const named = (name: string): Scenario => {
  const found = SCENARIOS.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no scenario '${name}'`);
  return found;
};

type Document = { ops?: unknown; sha256?: unknown; state: { fence: number; expiresAt: number } };

/** A state object with something of it changed; its checksum would give the change away. */
function edited(bytes: Uint8Array, change: (document: Document) => void): Uint8Array {
  const document = JSON.parse(Buffer.from(bytes).toString('utf8')) as Document; // written by put-if
  change(document);
  delete document.sha256;
  return Buffer.from(JSON.stringify(document));
}

const codeOf = (error: unknown): string => (error instanceof RuntimeFailure ? error.code : '');

/** Other conditional writes. */
const puts =
  (
    put: (
      objects: ObjectStore,
      ...args: Parameters<ObjectStore['tryPut']>
    ) => ReturnType<ObjectStore['tryPut']>,
  ): Plant =>
  (objects) => ({ ...objects, tryPut: (...args) => put(objects, ...args) });

const manifestFirst: Plant = (objects) => {
  const held = new Map<string, Uint8Array>();
  return {
    ...objects,
    async create(key, chunks) {
      const parts: Uint8Array[] = [];
      for await (const chunk of chunks) parts.push(chunk);
      if (!key.startsWith('exports/')) return objects.create(key, parts);
      held.set(key, Buffer.concat(parts));
      return true;
    },
    async tryPut(key, bytes, condition) {
      const result = await objects.tryPut(key, bytes, condition);
      if (key.startsWith('exports/'))
        for (const [part, content] of held) await objects.write(part, [content]);
      return result;
    },
  };
};

/** The second run has the name of the first, and writes over its rows. */
const sharedName: Plant = (objects) => ({
  ...objects,
  async create(key, chunks) {
    const [first, second] = [FIRST, SECOND].map(exportFolder) as [string, string]; // one of each
    if (!key.startsWith(second)) return objects.create(key, chunks);
    await objects.write(key.replace(second, first), chunks);
    return true;
  },
});

const cachedPointer: Plant = (objects) => {
  let cached: Awaited<ReturnType<ObjectStore['get']>>;
  return {
    ...objects,
    async get(key) {
      if (key !== 'release/state.json') return objects.get(key);
      cached ??= await objects.get(key);
      return cached;
    },
  };
};

/** Invalid answers count as good ones. */
const blind: Plant = (objects) => ({
  ...objects,
  async read(key) {
    const chunks = await objects.read(key);
    if (chunks === undefined || !key.startsWith('predictions/')) return chunks;
    return (async function* () {
      for await (const chunk of chunks)
        yield Buffer.from(Buffer.from(chunk).toString('utf8').replaceAll('"invalid"', '"ok"'));
    })();
  },
});

const swallowsDenied: Plant = (objects) => {
  const swallow = <T>(work: Promise<T>, instead: T): Promise<T> =>
    work.catch((error: unknown) => {
      if (codeOf(error) === 'objects/forbidden') return instead;
      throw error;
    });
  return {
    ...objects,
    write: (key, chunks) => swallow(objects.write(key, chunks), undefined),
    tryPut: (...args) => swallow(objects.tryPut(...args), { outcome: 'written', version: 'unknown' }),
  };
};

/** A stream that was cut ends as if it were whole. */
function countsNothing(scenario: Scenario): Scenario {
  const deaf = (ports: Ports): Ports => ({
    ...ports,
    source: async () => {
      const source = await ports.source();
      return {
        ...source,
        snapshot: (work) =>
          source.snapshot((snapshot) =>
            work({
              ...snapshot,
              async *stream(query) {
                try {
                  yield* snapshot.stream(query);
                } catch (error) {
                  if (codeOf(error) !== 'source/disconnected') throw error;
                }
              },
            }),
          ),
      };
    },
  });
  const groups = scenario.groups.map((jobs) =>
    jobs.map((job) => ({
      ...job,
      run: (ports: Ports, world: Parameters<typeof job.run>[1]) => job.run(deaf(ports), world),
    })),
  );
  return { ...scenario, groups };
}

const WITH_LABEL = {
  ...CONFIG,
  features: {
    ...CONFIG.features,
    fields: [
      ...CONFIG.features.fields,
      { kind: 'categorical', name: 'outcome', column: 'y', description: 'd' } as const,
    ],
  },
};

export const BUGS: readonly Bug[] = [
  {
    name: 'no operation id',
    scenario: named('shared-state'),
    plant: puts((objects, key, bytes, condition) =>
      objects.tryPut(
        key,
        edited(bytes, (document) => Object.assign(document, { ops: [] })),
        condition,
      ),
    ),
  },
  { name: 'the manifest first', scenario: named('export'), plant: manifestFirst },
  {
    name: 'a lock without a fence',
    scenario: named('two-runs'),
    plant: puts((objects, key, bytes, condition) =>
      objects.tryPut(
        key,
        key.startsWith('locks/') ? edited(bytes, ({ state }) => Object.assign(state, { fence: 1 })) : bytes,
        condition,
      ),
    ),
  },
  {
    name: 'deletes what it does not know',
    scenario: named('register'),
    plant: puts(async (objects, key, bytes, condition) => {
      const result = await objects.tryPut(key, bytes, condition);
      if (result.outcome === 'unknown') await objects.delete(key);
      return result;
    }),
  },
  {
    name: 'a conflict is a success',
    scenario: named('shared-state'),
    plant: puts(async (objects, ...args) => {
      const result = await objects.tryPut(...args);
      return result.outcome === 'conflict' ? { outcome: 'written', version: 'unknown' } : result;
    }),
  },
  {
    name: '409 means that it is there',
    scenario: named('register'),
    plant: puts((objects, ...args) =>
      objects.tryPut(...args).catch((error: unknown) => {
        if (codeOf(error) === 'objects/busy') return { outcome: 'written', version: 'unknown' };
        throw error;
      }),
    ),
  },
  { name: 'the label is a feature', scenario: trainScenario(WITH_LABEL) },
  { name: 'a pointer that is kept for ever', scenario: named('score'), plant: cachedPointer },
  { name: 'failures count as passes', scenario: named('bad-canary'), plant: blind },
  {
    name: 'versions are counted without a condition',
    scenario: named('two-runs'),
    plant: puts(async (objects, key, bytes, condition) => {
      if (key !== 'models/index.json') return objects.tryPut(key, bytes, condition);
      await objects.write(key, [bytes]);
      return { outcome: 'written', version: 'unknown' };
    }),
  },
  {
    name: "a lease by one's own clock",
    scenario: named('two-runs'),
    plant: (objects) => ({
      ...objects,
      async get(key) {
        const stored = await objects.get(key);
        if (stored === undefined || !key.startsWith('locks/')) return stored;
        const early = ({ state }: Document) =>
          Object.assign(state, { expiresAt: state.expiresAt - 6 * 3_600_000 });
        return { ...stored, bytes: edited(stored.bytes, early) };
      },
    }),
  },
  { name: 'rows that nobody counts', scenario: countsNothing(named('export')) },
  { name: 'two runs of one name', scenario: named('export'), plant: sharedName },
  {
    name: 'a probe leaves a trace',
    scenario: named('probe'),
    plant: (objects) => ({
      ...objects,
      async get(key) {
        if (key.endsWith('/probe.json')) await objects.write('probes/last.json', [Buffer.from(key)]);
        return objects.get(key);
      },
    }),
  },
  { name: '403 is swallowed', scenario: named('register'), plant: swallowsDenied },
];
