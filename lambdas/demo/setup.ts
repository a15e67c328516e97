import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { createVirtualClock, type VirtualClock } from '../adapters/local/clock.ts';
import { createPorts, type LocalPorts } from '../adapters/local/create-ports.ts';
import { openPglite } from '../adapters/local/pglite.ts';
import type { ModelConfig } from '../core/config.ts';
import { type RunningServer, startServer } from '../local/http-server.ts';
import type { Progress } from '../local/progress.ts';
import { demonstrationSecret } from '../local/pseudonym-secret.ts';
import { createScorer, type Scorer } from '../score/scorer.ts';
import type { TrainIdentity } from '../train/train.ts';
import { createClient, type ScoreClient } from './http-client.ts';
import { type AskedRows, type Feed, type RequestOf, requestsOf } from './replay-data.ts';
import { createTable, insertRows } from './source-table.ts';
import { lowerBound } from './timeline.ts';

/** Everything that is there while the loop runs: a database, a clock, the ports, the scoring service. */
export interface World {
  readonly config: ModelConfig;
  readonly feed: Feed;
  readonly progress: Progress;
  readonly identity: TrainIdentity;
  readonly clock: VirtualClock;
  readonly ports: LocalPorts;
  /** Secret of the pseudonyms that stand for keys in the records. */
  readonly secret: string;
  readonly scorer: Scorer;
  readonly server: RunningServer;
  readonly client: ScoreClient;
  /** Rows that requests are made of, by position. */
  readonly asked: AskedRows;
  readonly requestOf: RequestOf;
  /** Brings rows with an event time before `to` into the source database, where the last call ended. */
  readonly rowsArrive: (to: number) => Promise<number>;
  /** Notes how far the run has come; throws when it was asked to stop. */
  readonly checkpoint: (reached?: string) => void;
  readonly close: () => Promise<void>;
}

export interface WorldOptions {
  /** This run's own folder; the store is made in it. */
  readonly root: string;
  readonly config: ModelConfig;
  readonly feed: Feed;
  readonly progress: Progress;
  readonly identity: TrainIdentity;
  readonly checkpoint: World['checkpoint'];
}

/** Connections that the replay keeps open. */
const CONNECTIONS = 8;

/** Opens a new world at the end of the feed's history. */
export async function openWorld(options: WorldOptions): Promise<World> {
  const { root, config, feed, progress, identity, checkpoint } = options;
  const clock = createVirtualClock(feed.historyEnd);
  const database = await PGlite.create();
  await createTable(database, feed.table);
  const ports = createPorts({
    root: join(root, 'store'),
    clock,
    instance: 'local',
    // The database outlives each export: the world closes it.
    source: async () => ({ ...openPglite({ database }), close: async () => {} }),
  });
  const secret = demonstrationSecret(root, config.name, config.training.seed);
  const scorer = createScorer({ ports, config, secret });
  const server = await startServer({ scorer, config });
  const client = createClient(server.url, CONNECTIONS);
  const asked = feed.asked ?? feed;
  let arrived = 0;
  return {
    config,
    feed,
    progress,
    identity,
    clock,
    ports,
    secret,
    scorer,
    server,
    client,
    asked,
    requestOf: requestsOf(asked, config),
    checkpoint,
    async rowsArrive(to) {
      const end = lowerBound(feed.times, to);
      await insertRows(database, feed.table, feed.rows.slice(arrived, end));
      const rows = end - arrived;
      arrived = end;
      return rows;
    },
    async close() {
      client.close();
      await server.close();
      await ports.settled();
      await database.close();
    },
  };
}
