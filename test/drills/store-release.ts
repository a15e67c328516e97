/**
 * The release controller on a cloud's store: events as the cloud delivers them, its adapter by HTTP, the emulator behind
 * a network that loses requests and answers and holds the limits of the store.
 *
 * - `npm run drill -- --store gcs` or `blob`: 50 seeds
 * - `npm run drill -- --store gcs --seeds 500`: more
 * - `npm run drill -- --store gcs --seed 7`: one run again
 */

import { cachedToken } from '../../lambdas/adapters/shared/token-source.ts';
import type { Clock } from '../../lambdas/ports/clock.ts';
import { HOUR, uniform } from '../release/release-fixture.ts';
import { DIALECTS, type StoreName } from '../support/store-dialects.ts';
import { type Network, type NetworkFault, startStoreNetwork } from '../support/store-network.ts';
import { AZURE_EVENTS, type CloudEvents, GCP_EVENTS } from './cloud-events.ts';
import { prepareRelease, releaseRun } from './release-runs.ts';

const EVENTS: Readonly<Record<StoreName, CloudEvents>> = { gcs: GCP_EVENTS, blob: AZURE_EVENTS };
/** Share of the requests that the network does something to; of writes, and of reads. */
const FAULT_RATES = { write: 0.4, read: 0.02 } as const;
const OF_WRITES: readonly NetworkFault[] = [
  'request-lost',
  'answer-lost',
  'half-sent',
  'half-answered',
  'twice',
  'failed',
  'failed-after',
  'busy',
  'token-ended',
];
const OF_READS: readonly NetworkFault[] = ['request-lost', 'half-answered', 'failed', 'token-ended'];
/** Requests of a token before it may end. */
const TOKEN_USES = 20;
/** A queue's; more than the store's own attempts and rounds can use up. */
const DELIVERIES = 8;
const BUCKET = 'artifacts';

export interface DrillResult {
  readonly violations: readonly string[];
  readonly happened: Network['happened'];
}

/**
 * Runs these seeds.
 *
 * @param conditions - `ignored` plants lost updates. The network does nothing else then.
 */
export async function drillReleases(
  store: StoreName,
  seeds: readonly number[],
  conditions: 'held' | 'ignored' = 'held',
): Promise<DrillResult> {
  const dialect = DIALECTS[store];
  const emulator = await dialect.start();
  const network = await startStoreNetwork(emulator, dialect, conditions);
  try {
    await emulator.createBucket(BUCKET);
    let issued = 0;
    const open = (clock: Clock, endpoint: string, accepted?: string) => {
      const issue = async () => ({ value: accepted ?? `t${++issued}`, expiresAt: clock.now() + HOUR });
      return dialect.open({ endpoint, bucket: BUCKET, clock, token: cachedToken(clock, issue) });
    };
    const still: Clock = { now: () => 0, steady: () => 0, sleep: async () => {} };
    await prepareRelease(open(still, emulator.endpoint, emulator.token));
    const violations: string[] = [];
    for (const seed of seeds) {
      const next = uniform(seed + 1_000);
      const run = (clock: Clock) => {
        network.begin({
          now: clock.now,
          tokenUses: TOKEN_USES,
          fault: ({ written }) => (conditions === 'held' ? drawn(next, written !== undefined) : undefined),
        });
        return open(clock, network.endpoint);
      };
      violations.push(...(await releaseRun(seed, run, { events: EVENTS[store], deliveries: DELIVERIES })));
    }
    return { violations, happened: network.happened };
  } finally {
    await network.stop();
    await emulator.stop();
  }
}

function drawn(next: () => number, isWrite: boolean): NetworkFault | undefined {
  if (next() >= FAULT_RATES[isWrite ? 'write' : 'read']) return undefined;
  const faults = isWrite ? OF_WRITES : OF_READS;
  return faults[Math.floor(next() * faults.length)];
}

/** Runs these seeds and reports what was found; returns how much. */
export async function drillStore(store: StoreName, seeds: readonly number[]): Promise<number> {
  const began = performance.now();
  const { violations, happened } = await drillReleases(store, seeds);
  for (const violation of violations) console.log(`  ${violation}`);
  const faults = Object.entries(happened).flatMap(([kind, times]) => (times === 0 ? [] : `${times} ${kind}`));
  const seconds = Math.round((performance.now() - began) / 1_000);
  console.log(`faults of the network: ${faults.join(', ')}`);
  console.log(`${store}: ${seeds.length} seeds, ${violations.length} violations (${seconds} s)`);
  return violations.length;
}
