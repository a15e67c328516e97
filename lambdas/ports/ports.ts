import type { Clock } from './clock.ts';
import type { Events } from './events.ts';
import type { Logger } from './logger.ts';
import type { Memory } from './memory.ts';
import type { Metrics } from './metrics.ts';
import type { Notifier } from './notifier.ts';
import type { ObjectStore } from './object-store.ts';
import type { OnlineStore } from './online-store.ts';
import type { PredictionStream } from './prediction-stream.ts';
import type { RegistryMirror } from './registry-mirror.ts';
import type { SourceDatabase } from './source-database.ts';

/** Everything that differs between clouds. A use case takes the ones it needs by `Pick<Ports, ...>`. */
export interface Ports {
  readonly clock: Clock;
  readonly events: Events;
  readonly logger: Logger;
  /** Absent where the system sets no limit of its own, as on one machine. */
  readonly memory?: Memory;
  readonly metrics: Metrics;
  readonly notifier: Notifier;
  readonly objects: ObjectStore;
  readonly online: OnlineStore;
  readonly predictions: PredictionStream;
  readonly registryMirror: RegistryMirror;
  /** Opened only by the export function, which alone may reach the database. */
  readonly source: () => Promise<SourceDatabase>;
}
