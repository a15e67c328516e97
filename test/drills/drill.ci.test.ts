import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Campaign,
  type Drill,
  drillOnce,
  inParallel,
  momentsOf,
  openCampaign,
  scratchFolder,
} from './campaign.ts';
import { CASE_NAMES, type CaseName } from './cases.ts';
import { RACES, twoRegister } from './races.ts';

const KILLS = 5;
const AT_ONCE = 2;

describe('kill -9', () => {
  let campaign: Campaign;
  beforeAll(async () => {
    campaign = await openCampaign(scratchFolder());
  });
  afterAll(() => {
    campaign?.close();
    rmSync(campaign?.folder, { recursive: true, force: true });
  });
  const drillOf = (name: CaseName) => campaign.drills.get(name) as Drill; // every case is there

  it.each(CASE_NAMES)('%s that is killed and started again leaves what it would have left', async (name) => {
    const moments = momentsOf(drillOf(name), KILLS, 1);
    const outcomes = await inParallel(
      moments.map((moment) => () => drillOnce(campaign, drillOf(name), moment)),
      AT_ONCE,
    );
    expect(outcomes.flatMap(({ violations }) => violations)).toEqual([]);
    const named = moments.filter((moment) => typeof moment === 'string').length;
    expect(outcomes.filter(({ result }) => result === 'killed').length).toBeGreaterThanOrEqual(named);
  });

  it.each(Object.entries(RACES))('%s: nothing is lost and nothing is mixed', async (_, race) => {
    expect(await race(campaign)).toEqual([]);
  });

  it('finds a store that shows the manifest of an export before its parts', async () => {
    const { violations } = await drillOnce(
      campaign,
      drillOf('export'),
      'plant.part#1:before',
      'manifest-first',
    );
    expect(violations.join('\n')).toMatch(/after the kill: exports: .*there is no .*-00000/);
  });

  it('finds a store that writes a file where readers look for it', async () => {
    const { violations } = await drillOnce(
      campaign,
      drillOf('monitor'),
      'plant.rest#1:before',
      'torn-writes',
    );
    expect(violations.join('\n')).toMatch(/after the kill: objects\/reports\/drift\/.* is torn/);
  });

  it('finds a run that has the name of another, and writes over what a version refers to', async () => {
    const { violations } = await drillOnce(
      campaign,
      drillOf('export'),
      'objects.create#1:after',
      'shared-name',
    );
    expect(violations.join('\n')).toMatch(
      /after the kill: exports\/.*\/run-1\/part-.*, which a version refers to, was changed/,
    );
  });

  it('finds a store that does not look at the condition of a write', async () => {
    expect((await twoRegister(campaign, 'no-condition')).join('\n')).toMatch(/the registry holds|fence/);
  });
});
