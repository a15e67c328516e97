import { expect, it } from 'vitest';
import { CAPABILITIES, CAPABILITY_ROWS } from '../../../constructs/config/capabilities.ts';
import type { CloudConstructs } from '../../../constructs/contract/cloud-constructs.ts';

/** The table has a row for each construct of a cloud: this does not compile where one is missing. */
CAPABILITIES satisfies Readonly<Record<Exclude<keyof CloudConstructs, 'serverlessFunction'>, unknown>>;

it('the table says of every other cloud and tier why it is not there', () => {
  for (const { offers } of CAPABILITY_ROWS)
    for (const [cloud, tiers] of Object.entries(offers))
      for (const [tier, offer] of Object.entries(tiers))
        if (cloud !== 'aws' || tier !== 'small')
          expect('reason' in offer && offer.reason).toMatch(/not in this version/);
        else expect('resources' in offer && offer.resources.length).toBeGreaterThan(0);
});
