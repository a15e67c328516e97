import { expect, it } from 'vitest';
import { CAPABILITIES, CAPABILITY_ROWS } from '../../../constructs/config/capabilities.ts';
import type { CloudConstructs } from '../../../constructs/contract/cloud-constructs.ts';

/** The table has a row for each construct of a cloud: this does not compile where one is missing. */
CAPABILITIES satisfies Readonly<Record<Exclude<keyof CloudConstructs, 'serverlessFunction'>, unknown>>;

/** Clouds with a target in tier small. */
const BUILT: ReadonlySet<string> = new Set(['aws', 'gcp']);

it('the table gives resources, or the reason why a cloud and tier has none', () => {
  for (const { offers } of CAPABILITY_ROWS)
    for (const [cloud, tiers] of Object.entries(offers))
      for (const [tier, offer] of Object.entries(tiers)) {
        if ('reason' in offer) expect(offer.reason).toMatch(/not in this version/);
        else expect(offer.resources.length).toBeGreaterThan(0);
        if (!BUILT.has(cloud) || tier !== 'small') expect(offer).toHaveProperty('reason');
        if (cloud === 'aws' && tier === 'small') expect(offer).toHaveProperty('resources');
      }
});
