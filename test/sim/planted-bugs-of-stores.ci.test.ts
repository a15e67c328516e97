import { afterAll, beforeAll, describe, expect, vi } from 'vitest';
import type { StorageEmulator } from '../support/storage-emulators.ts';
import { DIALECTS, type StoreName } from '../support/store-dialects.ts';
import { azurite, fakeGcs, itWith, type Program } from '../support/tools.ts';
import { BUGS } from './bugs.ts';
import { seeded } from './campaign.ts';
import { storeFaultsOf } from './faults.ts';
import { simulate } from './simulate.ts';
import { STORE_SCENARIOS, storeCampaign } from './store-campaign.ts';
import { openSlot, type Slot } from './store-slot.ts';

const SEEDS = 200;
const SLOTS = 4;
/** With `LONG=true` every bug is planted and more seeds are run: each takes a minute or more on an emulator. */
const LONG = process.env.LONG === 'true';
/** The others are faults of a table or of a database. */
const OF_OBJECTS = BUGS.filter(({ plant }) => plant !== undefined).slice(0, LONG ? undefined : 1);
const HEALTHY_SEEDS = LONG ? 20 : 3;

const STORES: readonly (readonly [string, StoreName, Program])[] = [
  ['Cloud Storage', 'gcs', fakeGcs],
  ['Blob Storage', 'blob', azurite],
];

describe.each(STORES)('planted bugs in the simulation on %s', (_, store, program) => {
  let emulator: StorageEmulator | undefined;
  let slots: readonly Slot[] = [];
  beforeAll(async () => {
    if (!program.present) return;
    vi.spyOn(Math, 'random').mockReturnValue(0.5); // the delays between the attempts of a request
    const started = await DIALECTS[store].start();
    emulator = started;
    slots = await Promise.all(
      Array.from({ length: SLOTS }, async (__, i) => {
        await started.createBucket(`slot-${i}`);
        return openSlot(DIALECTS[store], started, `slot-${i}`);
      }),
    );
  });
  afterAll(async () => {
    for (const slot of slots) await slot.stop();
    await emulator?.stop();
    vi.restoreAllMocks();
  });

  for (const { name, scenario, plant } of OF_OBJECTS)
    itWith(program, `finds the bug: ${name}`, async () => {
      const { found } = await storeCampaign(scenario, slots, {
        seeds: SEEDS,
        most: 1,
        ...(plant !== undefined && { plant }),
      });
      expect(found.length).toBeGreaterThan(0);
    });

  itWith(program, 'repeats the same run for one seed', async () => {
    const [slot] = slots;
    for (const scenario of STORE_SCENARIOS) {
      const run = () => simulate(scenario, seeded(7, storeFaultsOf).plan, undefined, slot);
      expect(await run()).toEqual(await run());
    }
  });

  for (const scenario of STORE_SCENARIOS)
    itWith(program, `runs ${scenario.name} to its end under some seeds`, async () => {
      const { found } = await storeCampaign(scenario, slots, { seeds: HEALTHY_SEEDS, singles: false });
      expect(found).toEqual([]);
    });
});
