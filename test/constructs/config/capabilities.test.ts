import { expect, it } from 'vitest';
import { CAPABILITIES, CAPABILITY_ROWS } from '../../../constructs/config/capabilities.ts';
import type { CloudConstructs } from '../../../constructs/contract/cloud-constructs.ts';

/** The table has a row for each construct of a cloud: this does not compile where one is missing. */
CAPABILITIES satisfies Readonly<Record<Exclude<keyof CloudConstructs, 'serverlessFunction'>, unknown>>;

/** Clouds whose small tier is there. */
const BUILT: readonly string[] = ['aws', 'gcp', 'azure'];
/** Parts that a built cloud does not offer, each with its reason in the table. */
const LEFT_OUT: readonly string[] = [
  'azure featureStore.offline',
  'gcp featureStore.online',
  'azure featureStore.online',
  'azure predictionLog',
];

it('the table has the resources of each capability on a built cloud, and a reason for every other offer', () => {
  const reasoned: string[] = [];
  for (const { construct, part, offers } of CAPABILITY_ROWS)
    for (const [cloud, tiers] of Object.entries(offers))
      for (const [tier, offer] of Object.entries(tiers))
        if ('resources' in offer) {
          expect(BUILT).toContain(cloud);
          expect(tier).toBe('small');
          expect(offer.resources.length).toBeGreaterThan(0);
        } else {
          expect(offer.reason).toMatch(/not in this version/);
          if (BUILT.includes(cloud) && tier === 'small')
            reasoned.push([cloud, [construct, part].filter(Boolean).join('.')].join(' '));
        }
  expect(reasoned).toEqual(LEFT_OUT);
});
