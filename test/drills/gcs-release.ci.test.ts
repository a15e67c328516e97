import { describe, expect } from 'vitest';
import { fakeGcs, itWith } from '../support/tools.ts';
import { drillReleases } from './gcs-release.ts';

/** Two events at once change the pointer in each. */
const MEETING = [10, 41, 48, 51, 54, 62];

describe('the release drill on Cloud Storage', () => {
  itWith(fakeGcs, "keeps the pointer's invariants, whatever the network does", async () => {
    const { violations, happened } = await drillReleases(Array.from({ length: 10 }, (_, seed) => seed));
    expect(violations).toEqual([]);
    for (const [fault, times] of Object.entries(happened)) expect([fault, times > 0]).toEqual([fault, true]);
  });

  itWith(fakeGcs, 'finds lost updates where the store ignores the generation', async () => {
    const { violations } = await drillReleases(MEETING, 'ifGenerationMatch');
    expect(violations.join('\n')).toMatch(/seed \d+, event \d+: a change was lost/);
  });
});
