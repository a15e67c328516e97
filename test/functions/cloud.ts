import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { sample } from '../../blueprints/bank-marketing/generate.ts';
import { COLUMNS } from '../../blueprints/bank-marketing/table.ts';
import { createVirtualClock, type VirtualClock } from '../../lambdas/adapters/local/clock.ts';
import { createPorts } from '../../lambdas/adapters/local/create-ports.ts';
import { createEndpoint } from '../../lambdas/adapters/local/endpoint.ts';
import { openPglite } from '../../lambdas/adapters/local/pglite.ts';
import { processMemory } from '../../lambdas/adapters/shared/process-memory.ts';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import type { RowValue } from '../../lambdas/core/table/table.ts';
import { createTable, insertRows } from '../../lambdas/demo/source-table.ts';
import type { ModelEvent } from '../../lambdas/ports/index.ts';
import type { Notification } from '../../lambdas/ports/notifier.ts';
import type { CloudPorts, CreatePorts, DescribedVersion, RegistryPorts } from '../../lambdas/runtime/host.ts';
import { createService } from '../../lambdas/score/service.ts';
import { readIndex } from '../../lambdas/stores/models.ts';
import { Recorder, recordingPorts } from '../support/recording-ports.ts';
import { deliveriesOf, type LoadEntry, type TestedCloud } from './deliveries.ts';
import type { Deliveries } from './delivery.ts';

/** The functions of one model as a cloud would run them, with the ports of one machine behind them. */
export interface LocalCloud {
  readonly config: ModelConfig;
  readonly clock: VirtualClock;
  readonly recorder: Recorder;
  readonly ports: RegistryPorts;
  readonly database: PGlite;
  readonly events: readonly ModelEvent[];
  readonly notifications: readonly Notification[];
  readonly metrics: readonly Readonly<Record<string, unknown>>[];
  /** Features of the sample's rows, with their event times, in time order. */
  readonly rows: readonly { readonly at: number; readonly row: readonly RowValue[] }[];
  /** Every `createPorts` of an entry answers with these ports. */
  readonly createPorts: CreatePorts<RegistryPorts>;
  /** Whether the scoring API answers 500. */
  readonly outage: { on: boolean };
  /** Calls functions as the cloud does. */
  readonly deliver: Deliveries;
  close(): Promise<void>;
}

export interface CloudOptions {
  readonly config: ModelConfig;
  readonly months: number;
  readonly target: TestedCloud;
}

/** More than a process of tests uses. */
const LARGE_MB = 100_000;

/** Opens a world whose database has the sample's rows and whose clock stands after them. */
export async function openCloud({ config, months, target }: CloudOptions): Promise<LocalCloud> {
  const root = mkdtempSync(join(tmpdir(), 'mlops-cloud-'));
  writeFileSync(
    join(root, 'config.json'),
    JSON.stringify({ schemaVersion: 1, codeVersion: 'test', model: config }),
  );
  const rows = [...sample.rows({ seed: 1, scenario: 'drift', months })]
    .map((row) => ({ at: Date.parse(String(row[sample.columns.indexOf(config.source.eventTime)])), row }))
    .sort((a, b) => a.at - b.at);
  const clock = createVirtualClock((rows.at(-1)?.at ?? 0) + 1);
  const database = await PGlite.create();
  await createTable(database, { ...sample.table, columns: sample.columns });
  await insertRows(
    database,
    { ...sample.table, columns: sample.columns },
    rows.map(({ row }) => row),
  );
  const local = createPorts({
    root: join(root, 'store'),
    clock,
    source: async () => ({ ...openPglite({ database }), close: async () => {} }),
  });
  const events: ModelEvent[] = [];
  const notifications: Notification[] = [];
  const metrics: Readonly<Record<string, unknown>>[] = [];
  const recorder = new Recorder();
  const outage = { on: false };
  let service: ReturnType<typeof createService> | undefined;
  const plain: RegistryPorts = {
    ...local,
    memory: processMemory(LARGE_MB),
    events: {
      async publish(event) {
        events.push(event);
        await local.events.publish(event);
      },
    },
    notifier: {
      async notify(notification) {
        notifications.push(notification);
        await local.notifier.notify(notification);
      },
    },
    metrics: { emit: (dimensions, values) => void metrics.push({ ...dimensions, ...values }) },
    secret: async () => 'secret',
    // The scoring function of another sandbox, whose calls are not the caller's.
    endpoint: createEndpoint(async (request) => {
      if (outage.on) return { status: 500, headers: {}, body: '{}' };
      service ??= createService(plain, config, plain.secret);
      return (await service)(request);
    }),
    describeVersion: (id) => describe(local, id),
  };
  const ports = recordingPorts(plain, recorder);
  const restore = setFolder(root);
  const load: LoadEntry = (name) => import(`../../lambdas/${name}/${target}.ts`);
  const deliver = deliveriesOf(target, load, (name, work) => recorder.during(name, work), {
    createPorts: () => ports,
    root,
  });
  return {
    config,
    clock,
    recorder,
    ports,
    database,
    events,
    notifications,
    metrics,
    rows,
    createPorts: () => ports,
    outage,
    deliver,
    async close() {
      restore();
      await deliver.close();
      await local.settled();
      await database.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** The variables by which each cloud's runtime finds the function's folder. */
const FOLDERS = ['LAMBDA_TASK_ROOT', 'FUNCTION_SOURCE'] as const;

/** Sets the folder of the functions; returns what takes it back. */
export function setFolder(root: string): () => void {
  const before = FOLDERS.map((name) => [name, process.env[name]] as const);
  for (const name of FOLDERS) process.env[name] = root;
  return () => {
    for (const [name, value] of before)
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  };
}

/** What the cloud's registry would say of `group/<version>`. */
async function describe({ objects }: Pick<CloudPorts, 'objects'>, id: string): Promise<DescribedVersion> {
  const version = Number(id.split('/').at(-1));
  const entry = (await readIndex({ objects })).versions.find((one) => one.version === version);
  const by = 'arn:aws:iam::111111111111:role/approver';
  return { version, digest: entry?.digest ?? undefined, approved: true, by, provenBy: by };
}

/** Features of a source row, as a request has them. */
export function featuresOf(
  { features }: ModelConfig,
  row: readonly unknown[],
  changed: Readonly<Record<string, string | number>>,
): Record<string, unknown> {
  return Object.fromEntries(
    features.fields.map((field) => {
      const { name } = field;
      const column = 'column' in field && field.column !== undefined ? field.column : name;
      return [name, changed[name] ?? row[(COLUMNS as readonly string[]).indexOf(column)] ?? null];
    }),
  );
}
