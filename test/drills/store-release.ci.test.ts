import { describe, expect } from 'vitest';
import { azurite, fakeGcs, itWith } from '../support/tools.ts';
import { drillReleases } from './store-release.ts';

/** Two events at once change the pointer in each. */
const MEETING = [10, 41, 48, 51, 54, 62];
const STORES = [
  ['Cloud Storage', 'gcs', fakeGcs],
  ['Blob Storage', 'blob', azurite],
] as const;
/** The order of real requests decides where a fault falls, so that one of them may be left out by a run. */
const LEFT_OUT = 1;
const HAPPENED = [
  'request-lost',
  'answer-lost',
  'half-answered',
  'failed',
  'failed-after',
  'busy',
  'token-ended',
];

describe.each(STORES)('the release drill on %s', (_, store, emulator) => {
  itWith(emulator, "keeps the pointer's invariants, whatever the network does", async () => {
    const { violations, happened } = await drillReleases(
      store,
      Array.from({ length: 10 }, (__, seed) => seed),
    );
    expect(violations).toEqual([]);
    const times = new Map(Object.entries(happened));
    const missing = HAPPENED.filter((fault) => (times.get(fault) ?? 0) === 0);
    expect(missing.length, missing.join()).toBeLessThanOrEqual(LEFT_OUT);
  });

  itWith(emulator, 'finds lost updates where the store ignores conditions', async () => {
    const { violations } = await drillReleases(store, MEETING, 'ignored');
    expect(violations.join('\n')).toMatch(/seed \d+, event \d+: a change was lost/);
  });
});
