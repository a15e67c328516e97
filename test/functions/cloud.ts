import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { sample } from '../../blueprints/bank-marketing/generate.ts';
import { createVirtualClock, type VirtualClock } from '../../lambdas/adapters/local/clock.ts';
import { createPorts } from '../../lambdas/adapters/local/create-ports.ts';
import { createEndpoint } from '../../lambdas/adapters/local/endpoint.ts';
import { openPglite } from '../../lambdas/adapters/local/pglite.ts';
import { processMemory } from '../../lambdas/adapters/shared/process-memory.ts';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import type { RowValue } from '../../lambdas/core/table/table.ts';
import { createTable, insertRows } from '../../lambdas/demo/source-table.ts';
import type { FunctionName } from '../../lambdas/functions.ts';
import type { ModelEvent } from '../../lambdas/ports/index.ts';
import type { Notification } from '../../lambdas/ports/notifier.ts';
import type { LambdaHandler } from '../../lambdas/runtime/aws.ts';
import type { CloudPorts, CreatePorts, DescribedVersion } from '../../lambdas/runtime/host.ts';
import { createService } from '../../lambdas/score/service.ts';
import { readIndex } from '../../lambdas/stores/models.ts';
import { Recorder, recordingPorts } from '../support/recording-ports.ts';

/** The functions of one model as Lambda would run them, with the ports of one machine behind them. */
export interface LocalCloud {
  readonly config: ModelConfig;
  readonly clock: VirtualClock;
  readonly recorder: Recorder;
  readonly ports: CloudPorts;
  readonly database: PGlite;
  readonly events: readonly ModelEvent[];
  readonly notifications: readonly Notification[];
  readonly metrics: readonly Readonly<Record<string, unknown>>[];
  /** Features of the sample's rows, with their event times, in time order. */
  readonly rows: readonly { readonly at: number; readonly row: readonly RowValue[] }[];
  /** Every `createPorts` of an entry answers with these ports. */
  readonly createPorts: CreatePorts;
  /** Whether the scoring API answers 500. */
  readonly outage: { on: boolean };
  /** Calls a function as Lambda does. */
  invoke(name: FunctionName, event: unknown): Promise<unknown>;
  close(): Promise<void>;
}

export interface CloudOptions {
  readonly config: ModelConfig;
  readonly months: number;
  /** How an entry is loaded; a test of bundles gives its own. @default the source */
  readonly load?: (name: FunctionName) => Promise<{ readonly handler: LambdaHandler<unknown> }>;
}

/** More than a process of tests uses. */
const LARGE_MB = 100_000;

/** Opens a world whose database has the sample's rows and whose clock stands after them. */
export async function openCloud({ config, months, load = loadSource }: CloudOptions): Promise<LocalCloud> {
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
  const plain: CloudPorts = {
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
  const env = process.env;
  const before = env.LAMBDA_TASK_ROOT;
  env.LAMBDA_TASK_ROOT = root;
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
    async invoke(name, event) {
      const { handler } = await load(name);
      return recorder.during(name, () => handler(event, { awsRequestId: 'request-1' }));
    },
    async close() {
      if (before === undefined) delete env.LAMBDA_TASK_ROOT;
      else env.LAMBDA_TASK_ROOT = before;
      await local.settled();
      await database.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

const loadSource = (name: FunctionName): Promise<{ readonly handler: LambdaHandler<unknown> }> =>
  import(`../../lambdas/${name}/aws.ts`);

/** What the cloud's registry would say of `group/<version>`. */
async function describe({ objects }: Pick<CloudPorts, 'objects'>, id: string): Promise<DescribedVersion> {
  const version = Number(id.split('/').at(-1));
  const entry = (await readIndex({ objects })).versions.find((one) => one.version === version);
  const by = 'arn:aws:iam::111111111111:role/approver';
  return { version, digest: entry?.digest ?? undefined, approved: true, by, provenBy: by };
}
