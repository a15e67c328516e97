/** A small model and its exports, for tests of the steps between export and register. */

import { createVirtualClock } from '../../lambdas/adapters/local/clock.ts';
import { createPorts, type LocalPorts } from '../../lambdas/adapters/local/create-ports.ts';
import type { ModelConfig, TrainingConfig, ValidationConfig } from '../../lambdas/core/config.ts';
import { EMPTY_RELEASE, type ReleaseState } from '../../lambdas/core/release/state.ts';
import type { Logger, ObjectStore, OnlineRow, Ports } from '../../lambdas/ports/index.ts';
import { bundlePrefix, writeBundle } from '../../lambdas/stores/bundle.ts';
import { writeParts } from '../../lambdas/stores/export-parts.ts';
import { partKey, writeManifest } from '../../lambdas/stores/exports.ts';
import { encodeJson } from '../../lambdas/stores/json.ts';
import { updateRelease } from '../../lambdas/stores/release.ts';
import type { Candidate } from '../../lambdas/stores/runs.ts';
import { CONFIG } from '../score/fixture.ts';
import { memoryObjects, virtualClock } from '../stores/crash.ts';
import { tempDir } from '../support/temp-dir.ts';

export const DAY = 86_400_000;
export const START = Date.UTC(2026, 0, 1);
/** After every row that the tests make. */
export const END = new Date(START + 400 * DAY).toISOString();

export interface ConfigChanges {
  readonly training?: Partial<TrainingConfig>;
  readonly parameters?: Partial<TrainingConfig['parameters']>;
  readonly validation?: Partial<ValidationConfig>;
  readonly features?: Partial<ModelConfig['features']>;
  readonly maxShare?: number;
  readonly problem?: ModelConfig['problem'];
}

export const FIELDS: ModelConfig['features']['fields'] = [
  {
    kind: 'numeric',
    name: 'age',
    description: 'in years',
    impute: 'median',
    scale: 'standard',
    expect: { min: 0, max: 120 },
  },
  {
    kind: 'categorical',
    name: 'job',
    description: 'trade',
    expect: { allowed: ['clerk', 'nurse', 'cook', 'smith'] },
  },
  { kind: 'boolean', name: 'housing', description: 'has a housing loan' },
  { kind: 'numeric', name: 'balance', column: 'account', description: 'on the account', impute: 'mean' },
  { kind: 'numeric', name: 'nothing', description: 'never there' },
  { kind: 'numeric', name: 'same', description: 'always the same', scale: 'standard' },
];

export function configOf(changes: ConfigChanges = {}): ModelConfig {
  const { earlyStoppingRounds: _, ...parameters } = CONFIG.training.parameters;
  return {
    ...CONFIG,
    problem: changes.problem ?? CONFIG.problem,
    source: { ...CONFIG.source, quarantine: { maxShare: changes.maxShare ?? 0.5 } },
    features: { version: 1, fields: FIELDS, ...changes.features },
    training: {
      ...CONFIG.training,
      ...changes.training,
      parameters: { ...parameters, rounds: 6, ...changes.parameters },
      validation: { thresholds: [], fairness: [], ...changes.validation },
    },
  };
}

/** A row of the source table, as text; `undefined` is missing. */
export interface SourceRow {
  readonly client: string | undefined;
  readonly at: string | undefined;
  readonly y?: string | undefined;
  readonly age?: string | undefined;
  readonly job?: string | undefined;
  readonly housing?: string | undefined;
  readonly account?: string | undefined;
  readonly amount?: string | undefined;
}

export const HEADER = 'client,at,y,age,job,housing,account,nothing,same,amount,secret';

export const lineOf = (row: SourceRow): string =>
  [
    row.client,
    row.at,
    row.y,
    row.age,
    row.job,
    row.housing,
    row.account,
    undefined,
    '1.1',
    row.amount,
    'left-out',
  ]
    .map((field) => field ?? '')
    .join(',');

/** Rows with a pattern to learn: old nurses say yes, mostly. One an hour; the key counts up. */
export function makeRows(count: number, { first = 0, hours = 1 } = {}): SourceRow[] {
  return Array.from({ length: count }, (_, i) => {
    const n = first + i;
    const noise = Math.imul(n + 1, 2_654_435_761) >>> 0;
    const age = 18 + (noise % 70);
    const job = ['clerk', 'nurse', 'cook', 'smith'][(noise >>> 8) % 4];
    const likely = (age > 50 ? 1 : 0) + (job === 'nurse' ? 1 : 0);
    return {
      client: `client-${n}`,
      at: new Date(START + n * hours * 3_600_000).toISOString(),
      y: likely * 40 + 10 > (noise >>> 16) % 100 ? 'yes' : 'no',
      age: noise % 13 === 0 ? undefined : String(age),
      job: noise % 17 === 0 ? undefined : job,
      housing: noise % 3 === 0 ? 'true' : 'false',
      account: String((noise % 10_000) / 100),
      amount: String(age * 2 + ((noise >>> 4) % 10)),
    };
  });
}

export const csvOf = (rows: readonly SourceRow[]): string => `${[HEADER, ...rows.map(lineOf)].join('\n')}\n`;

/** Puts a CSV into the store as the export of a run, in one part per file. */
export async function writeExport(
  ports: Pick<Ports, 'objects' | 'clock'>,
  run: { readonly runId: string; readonly to?: string },
  ...files: readonly (string | Uint8Array)[]
): Promise<void> {
  const to = run.to ?? END;
  const parts = [];
  for (const [index, file] of files.entries()) {
    const chunks = (async function* () {
      yield Buffer.from(file);
    })();
    const keyOf = () => partKey({ runId: run.runId, to, snapshot: 's' }, index);
    parts.push(...(await writeParts(ports.objects, chunks, { keyOf, partBytes: 1 << 30 })));
  }
  await writeManifest(ports, {
    schemaVersion: 1,
    runId: run.runId,
    snapshot: 's',
    queryHash: 'q',
    window: { from: new Date(0).toISOString(), to },
    columns: HEADER.split(',').map((name) => ({ name, type: 'text' })),
    parts,
    rows: parts.reduce((sum, { rows }) => sum + rows, 0),
  });
}

/** The local adapter in a temporary folder. */
export function localPorts(): LocalPorts {
  return createPorts({
    root: tempDir(),
    clock: createVirtualClock(START + 500 * DAY),
    source: () => Promise.reject(new Error('no source')),
    instance: 'test',
  });
}

const silent: Logger = { info() {}, warn() {}, error() {}, with: () => silent };

/** In memory, where a test makes many worlds. */
export function memoryPorts(
  objects: ObjectStore = memoryObjects(),
): Pick<Ports, 'objects' | 'clock' | 'logger' | 'online'> {
  const online = new Map<string, OnlineRow>();
  return {
    objects,
    clock: virtualClock(START + 500 * DAY),
    logger: silent,
    online: {
      async put(rows) {
        for (const row of rows) online.set(row.key, row);
      },
      get: async (key) => online.get(key),
      async delete(key) {
        online.delete(key);
      },
    },
  };
}

/** Every object and its bytes. */
export async function contentOf(objects: ObjectStore): Promise<Record<string, string>> {
  const content: Record<string, string> = {};
  for await (const key of objects.list('')) {
    const stored = await objects.get(key);
    content[key] = Buffer.from(stored?.bytes ?? []).toString('base64');
  }
  return content;
}

/** An object store that notes the keys it writes. */
export function recordingStore(objects: ObjectStore): ObjectStore & { readonly written: string[] } {
  const written: string[] = [];
  return {
    written,
    get: (key) => objects.get(key),
    read: (key) => objects.read(key),
    list: (prefix) => objects.list(prefix),
    async write(key, chunks) {
      written.push(key);
      await objects.write(key, chunks);
    },
    async create(key, chunks) {
      written.push(key);
      return objects.create(key, chunks);
    },
    async tryPut(key, bytes, condition) {
      written.push(key);
      return objects.tryPut(key, bytes, condition);
    },
    async delete(key) {
      written.push(key);
      await objects.delete(key);
    },
  };
}

/** Makes a candidate the version that serves. */
export async function makeChampion(
  { objects, clock }: Pick<Ports, 'objects' | 'clock'>,
  candidate: Candidate,
  version = 1,
): Promise<void> {
  const documents = { 'features.json': candidate.features, 'profile.json': candidate.profile };
  const rest = { 'metrics.json': { schemaVersion: 1 }, 'lineage.json': { schemaVersion: 1 } };
  const files = new Map<string, Uint8Array>([['model.ubj', candidate.model]]);
  for (const [name, document] of Object.entries({ ...documents, ...rest }))
    files.set(name, encodeJson(document));
  const digest = await writeBundle({ objects, clock }, version, files);
  const state: ReleaseState = { ...EMPTY_RELEASE, champion: { version, digest } };
  await updateRelease(objects, clock, `release:${bundlePrefix(version)}`, () => state);
}
