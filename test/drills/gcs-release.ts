/**
 * The release controller on Cloud Storage: events as Pub/Sub delivers them, the adapter by HTTP, the emulator behind a
 * network that loses requests and answers and holds the limit of one write a second.
 *
 * - `node --import tsx test/drills/gcs-release.ts`: 50 seeds, or 500 with LONG=true
 * - `node --import tsx test/drills/gcs-release.ts --seed 7`: one run again
 */

import { parseArgs } from 'node:util';
import { createObjectStore } from '../../lambdas/adapters/gcp/object-store.ts';
import { cachedToken } from '../../lambdas/adapters/shared/token-source.ts';
import type { Clock } from '../../lambdas/ports/clock.ts';
import { HOUR, uniform } from '../release/release-fixture.ts';
import { startFakeGcs } from '../support/storage-emulators.ts';
import { GCP_EVENTS } from './cloud-events.ts';
import { type Network, type NetworkFault, startNetwork } from './gcs-network.ts';
import { prepareRelease, releaseRun } from './release-runs.ts';

const SEEDS = 50;
const LONG_SEEDS = 500;
/** Share of the requests that the network does something to; of writes, and of reads. */
const FAULT_RATES = { write: 0.4, read: 0.02 } as const;
const OF_WRITES: readonly NetworkFault[] = ['request-lost', 'answer-lost', '503-before', '503-after', '401'];
const OF_READS: readonly NetworkFault[] = ['request-lost', '503-before', '401'];
/** A queue's; more than the store's own attempts and rounds can use up. */
const DELIVERIES = 8;

export interface DrillResult {
  readonly violations: readonly string[];
  readonly happened: Network['happened'];
}

/**
 * Runs these seeds.
 *
 * @param ignoring - A parameter that the store does not know: `ifGenerationMatch` plants lost updates. The network does
 *   nothing else then.
 */
export async function drillReleases(seeds: readonly number[], ignoring?: string): Promise<DrillResult> {
  const emulator = await startFakeGcs();
  const network = await startNetwork(emulator.port, ignoring);
  try {
    await emulator.createBucket('artifacts');
    let issued = 0;
    const open = (clock: Clock, endpoint: string) =>
      createObjectStore({
        bucket: 'artifacts',
        clock,
        token: cachedToken(clock, async () => ({ value: `t${++issued}`, expiresAt: clock.now() + HOUR })),
        endpoint,
      });
    const still: Clock = { now: () => 0, steady: () => 0, sleep: async () => {} };
    await prepareRelease(open(still, emulator.endpoint));
    const violations: string[] = [];
    for (const seed of seeds) {
      const next = uniform(seed + 1_000);
      const options = { events: GCP_EVENTS, deliveries: DELIVERIES };
      const run = (clock: Clock) => {
        network.begin(clock.now, (isWrite) => (ignoring === undefined ? drawn(next, isWrite) : undefined));
        return open(clock, network.endpoint);
      };
      violations.push(...(await releaseRun(seed, run, options)));
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

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { seed: { type: 'string' } } });
  const count = process.env.LONG === 'true' ? LONG_SEEDS : SEEDS;
  const seeds =
    values.seed === undefined ? Array.from({ length: count }, (_, seed) => seed) : [Number(values.seed)];
  const began = performance.now();
  const { violations, happened } = await drillReleases(seeds);
  for (const violation of violations) console.log(`  ${violation}`);
  const faults = Object.entries(happened).map(([kind, times]) => `${times} ${kind}`);
  const seconds = Math.round((performance.now() - began) / 1_000);
  console.log(`faults of the network: ${faults.join(', ')}`);
  console.log(`${seeds.length} seeds, ${violations.length} violations (${seconds} s)`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}

if (process.argv[1] === import.meta.filename) await main();
