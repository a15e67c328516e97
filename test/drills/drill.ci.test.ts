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

describe('a process after kill -9', () => {
  let campaign: Campaign;
  beforeAll(async () => {
    campaign = await openCampaign(scratchFolder());
  });
  afterAll(() => {
    campaign?.close();
    rmSync(campaign?.folder, { recursive: true, force: true });
  });
  const drillOf = (name: CaseName) => campaign.drills.get(name) as Drill; // every case is there

  it.each(CASE_NAMES)('leaves the same result for %s after a kill and a restart', async (name) => {
    const moments = momentsOf(drillOf(name), KILLS, 1);
    const outcomes = await inParallel(
      moments.map((moment) => () => drillOnce(campaign, drillOf(name), moment)),
      AT_ONCE,
    );
    expect(outcomes.flatMap(({ violations }) => violations)).toEqual([]);
    const named = moments.filter((moment) => typeof moment === 'string').length;
    expect(outcomes.filter(({ result }) => result === 'killed').length).toBeGreaterThanOrEqual(named);
  });

  it.each(Object.entries(RACES))('loses and mixes nothing: %s', async (_, race) => {
    expect(await race(campaign)).toEqual([]);
  });

  it('detects a store that shows the manifest of an export before its parts', async () => {
    const { violations } = await drillOnce(
      campaign,
      drillOf('export'),
      'plant.part#1:before',
      'manifest-first',
    );
    expect(violations.join('\n')).toMatch(/after the kill: exports: .*-00000\S* does not exist/);
  });

  it('detects a store that writes a file where readers look for it', async () => {
    const { violations } = await drillOnce(
      campaign,
      drillOf('monitor'),
      'plant.rest#1:before',
      'torn-writes',
    );
    expect(violations.join('\n')).toMatch(/after the kill: objects\/reports\/drift\/.* is torn/);
  });

  it('detects a run under the name of another that overwrites the data of a version', async () => {
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

  it('detects a store that ignores the condition of a write', async () => {
    expect((await twoRegister(campaign, 'no-condition')).join('\n')).toMatch(/the registry holds|fence/);
  });
});
