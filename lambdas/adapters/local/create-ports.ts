import { join } from 'node:path';
import { type DestinationStream, pino } from 'pino';
import type { Clock } from '../../ports/clock.ts';
import type { Ports } from '../../ports/ports.ts';
import type { SourceDatabase } from '../../ports/source-database.ts';
import { createLogger } from '../shared/logger.ts';
import { createEvents, type LocalEvents } from './events.ts';
import { createLineWriter } from './line-writer.ts';
import { createMetrics } from './metrics.ts';
import { createNotifier } from './notifier.ts';
import { createObjectStore } from './object-store.ts';
import { createOnlineStore } from './online-store.ts';
import { createPredictionStream } from './prediction-stream.ts';
import { PRIVATE, privateFolder } from './private.ts';
import { SELF } from './process-identity.ts';
import { createRegistryMirror } from './registry-mirror.ts';

export interface LocalOptions {
  /** Everything lies in this folder; it is made when it does not exist. */
  readonly root: string;
  readonly clock: Clock;
  readonly source: () => Promise<SourceDatabase>;
  /** Names this process's prediction files. @default this process's identity */
  readonly instance?: string;
  /** Destination of log lines. @default `<root>/log.jsonl` */
  readonly log?: DestinationStream;
}

export interface LocalPorts extends Ports {
  readonly events: LocalEvents;
  /** Waits until events are handled, and everything appended can be read. Call it before the process ends. */
  settled(): Promise<void>;
}

/**
 * The ports on one machine:
 *
 * ```
 * objects/              the object store, as on every cloud (predictions/ is in it)
 * online/00.json …      the online store
 * mirror/registry.json  the registry mirror
 * events.jsonl metrics.jsonl notifications.jsonl log.jsonl
 * ```
 */
export function createPorts({ root, clock, source, instance = SELF, log }: LocalOptions): LocalPorts {
  privateFolder(root);
  const lines = createLineWriter();
  const logger = createLogger(
    log ?? pino.destination({ dest: join(root, 'log.jsonl'), sync: true, mode: PRIVATE.file }),
    clock,
  );
  const events = createEvents({ path: join(root, 'events.jsonl'), lines, logger });
  return {
    clock,
    events,
    logger,
    metrics: createMetrics({ path: join(root, 'metrics.jsonl'), lines, clock }),
    notifier: createNotifier({ path: join(root, 'notifications.jsonl'), lines, clock }),
    objects: createObjectStore(join(root, 'objects')),
    online: createOnlineStore({ objects: createObjectStore(join(root, 'online')), clock }),
    predictions: createPredictionStream({ root: join(root, 'objects'), instance, lines }),
    registryMirror: createRegistryMirror(createObjectStore(join(root, 'mirror'))),
    source,
    async settled() {
      await events.settled();
      await lines.flush();
    },
  };
}
