import { RuntimeFailure } from '../../core/errors.ts';
import type { DatabaseConfig } from '../../core/function-config.ts';
import type { Endpoint } from '../../ports/endpoint.ts';
import type { Events } from '../../ports/events.ts';
import type { PredictionStream } from '../../ports/prediction-stream.ts';
import type { RegistryMirror } from '../../ports/registry-mirror.ts';
import type { SourceDatabase } from '../../ports/source-database.ts';
import type { CloudPorts } from '../../runtime/host.ts';
import { lazy } from './lazy.ts';
import { recordIds } from './record-ids.ts';

/** Makes a cloud's clients, whose modules are loaded when they are needed. */
export interface PortMakers {
  events(): Promise<Events>;
  stream(): Promise<PredictionStream>;
  mirror(): Promise<RegistryMirror>;
  scoring(): Promise<Endpoint>;
  secret(): Promise<string>;
  source(database: DatabaseConfig): Promise<SourceDatabase>;
}

type LazyPorts = Pick<
  CloudPorts,
  'events' | 'predictions' | 'registryMirror' | 'source' | 'secret' | 'endpoint' | 'settled'
>;

/**
 * Ports whose clients are made at their first use, so that a function's start pays for what it needs.
 *
 * @param database - The export's only.
 */
export function lazyPorts(make: PortMakers, database: DatabaseConfig | undefined): LazyPorts {
  const events = lazy(() => make.events());
  const stream = lazy(() => make.stream());
  const mirror = lazy(() => make.mirror());
  const scoring = lazy(() => make.scoring());
  const flush = async () => {
    if (stream.begun()) await (await stream()).flush();
  };
  return {
    events: { publish: async (event) => (await events()).publish(event) },
    predictions: {
      append: async (records) => (await stream()).append(records),
      nextId: recordIds(),
      flush,
    },
    registryMirror: { show: async (version) => (await mirror()).show(version) },
    async source() {
      if (database === undefined)
        throw new RuntimeFailure('config/missing', 'config.json names no database', {
          fix: "give the environment's database",
        });
      return make.source(database);
    },
    secret: lazy(() => make.secret()),
    endpoint: { post: async (request) => (await scoring()).post(request) },
    settled: flush,
  };
}
