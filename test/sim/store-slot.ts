/** A bucket of an emulator that one run after the other has for itself, with a network of its own. */

import { cachedToken, type TokenSource } from '../../lambdas/adapters/shared/token-source.ts';
import type { Clock, ObjectStore } from '../../lambdas/ports/index.ts';
import type { StorageEmulator } from '../support/storage-emulators.ts';
import type { StoreDialect } from '../support/store-dialects.ts';
import { type Network, startStoreNetwork } from '../support/store-network.ts';
import type { Entry, Files } from './sim-world.ts';

/** An emulator of a process that need not be this one. */
export type RunningStore = Pick<StorageEmulator, 'endpoint' | 'port' | 'pid' | 'token' | 'certificate'>;

export interface Slot {
  readonly dialect: StoreDialect;
  readonly network: Network;
  /** The adapter of a process: past the network, and through it. */
  open(clock: Clock): { readonly direct: ObjectStore; readonly disturbed: ObjectStore };
  /** Makes the bucket hold these objects and no others; returns them with the store's versions. */
  hold(files: Files): Promise<Files>;
  /** Notes what a run has left. */
  left(files: Files): void;
  stop(): Promise<void>;
}

/** How long an adapter waits for an answer that does not come, in real time. */
const SILENCE_MS = 2_000;
const TOKEN_MS = 3_600_000;
/** Objects that are written at once before a run. */
const WIDTH = 2;
const TRIES = 5;

/**
 * @param bucket - Is there already.
 * @param endpoint - Of the emulator, where requests need no fault. Its own port, if this process knows the certificate.
 */
export async function openSlot(
  dialect: StoreDialect,
  emulator: RunningStore,
  bucket: string,
  endpoint = emulator.endpoint,
): Promise<Slot> {
  const network = await startStoreNetwork(emulator, dialect);
  const accepted: TokenSource = { get: async () => emulator.token, renew: async () => emulator.token };
  let issued = 0;
  const open: Slot['open'] = (clock) => {
    // The network takes any token and passes on the emulator's.
    const issue = async () => ({ value: `t${++issued}`, expiresAt: clock.now() + TOKEN_MS });
    const token = cachedToken(clock, issue);
    const shared = { bucket, clock, dialect };
    return {
      direct: dialect.open({ ...shared, endpoint, token: accepted }),
      disturbed: dialect.open({ ...shared, endpoint: network.endpoint, token, timeoutMs: SILENCE_MS }),
    };
  };
  const { direct } = open({ now: () => 0, steady: () => 0, sleep: async () => {} });
  let held: Files = new Map();

  /** Asks again where no answer came: a busy machine has such, and nobody else writes here. */
  async function write(key: string, entry: Entry): Promise<Entry> {
    let tag = held.get(key)?.tag;
    for (let tries = 1; ; tries += 1) {
      const condition =
        tag === undefined ? ({ kind: 'absent' } as const) : ({ kind: 'version', version: tag } as const);
      const result = await direct.tryPut(key, entry.bytes, condition);
      if (result.outcome === 'written') return { ...entry, tag: result.version };
      if ((result.outcome === 'conflict' && tries === 1) || tries === TRIES)
        throw new Error(`${key}: ${result.outcome}; the store holds another one`);
      const there = await direct.get(key);
      if (there !== undefined && Buffer.from(there.bytes).equals(entry.bytes))
        return { ...entry, tag: there.version };
      tag = there?.version;
    }
  }

  return {
    dialect,
    network,
    open,
    async hold(files) {
      const holding = new Map<string, Entry>();
      const changed: string[] = [];
      for (const [key, entry] of files) {
        const there = held.get(key);
        if (there?.version === entry.version) holding.set(key, { ...entry, tag: there.tag });
        else changed.push(key);
      }
      await inWidth(changed, async (key) => {
        const entry = files.get(key);
        if (entry !== undefined) holding.set(key, await write(key, entry));
      });
      await inWidth(
        [...held.keys()].filter((key) => !files.has(key)),
        (key) => direct.delete(key),
      );
      // In the order of the files, which is the order of a listing.
      held = new Map([...files.keys()].map((key) => [key, holding.get(key) as Entry])); // each was set above
      return held;
    },
    left(files) {
      held = files;
    },
    stop: () => network.stop(),
  };
}

async function inWidth(keys: readonly string[], work: (key: string) => Promise<void>): Promise<void> {
  for (let from = 0; from < keys.length; from += WIDTH)
    await Promise.all(keys.slice(from, from + WIDTH).map(work));
}
