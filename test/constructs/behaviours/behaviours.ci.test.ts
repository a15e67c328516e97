/** Runs the table of behaviours on the templates of every cloud, and proves by planted faults that each check finds one. */

import { beforeAll, describe, expect, it } from 'vitest';
import { awsUnderTest } from './aws/cloud.ts';
import { azureUnderTest } from './azure/cloud.ts';
import { BEHAVIOURS, type Behaviour } from './behaviours.ts';
import { CASES, type CaseName, type CloudUnderTest, configOf, type World } from './cloud.ts';
import { gcpUnderTest } from './gcp/cloud.ts';

const CASE_NAMES = Object.keys(CASES) as CaseName[]; // of a constant object
const SENTENCES = Object.keys(BEHAVIOURS) as Behaviour[]; // of a constant object
const FULLEST: CaseName = 'prod with a customer key';

function holds<Template, Refused extends Behaviour>(cloud: CloudUnderTest<Template, Refused>): void {
  const isRefused = (sentence: Behaviour): sentence is Refused => sentence in cloud.refused;
  const kept = SENTENCES.filter((one): one is Exclude<Behaviour, Refused> => !isRefused(one));
  const worlds = new Map<CaseName, World<Template>>();
  const worldOf = (name: CaseName): World<Template> => {
    const world = worlds.get(name);
    if (world === undefined) throw new Error(`${name} was not synthesized`);
    return world;
  };
  const check = (sentence: Behaviour, { template, config }: World<Template>) =>
    BEHAVIOURS[sentence](cloud.read(template), config);

  beforeAll(() => {
    for (const name of CASE_NAMES) {
      const config = configOf(cloud, name);
      worlds.set(name, { config, template: cloud.synthesize(config) });
    }
  });

  describe.each(CASE_NAMES)('in %s', (name) => {
    it.each(kept)('%s', (sentence) => {
      const { looked, findings } = check(sentence, worldOf(name));
      expect(findings).toEqual([]);
      expect(looked).toBeGreaterThan(0);
    });
  });

  it.each(SENTENCES)('counts nothing without resources: %s', (sentence) => {
    expect(check(sentence, { ...worldOf(FULLEST), template: cloud.empty }).looked).toBe(0);
  });

  it('gives no name to two environments', () => {
    const namesOf = (name: CaseName) =>
      cloud
        .read(worldOf(name).template)
        .names()
        .map((one) => one.name);
    const dev = namesOf('dev with a customer key');
    const prod = namesOf('prod with keys of the cloud');
    expect(dev.length).toBeGreaterThan(10);
    expect(dev.filter((one) => prod.includes(one))).toEqual([]);
  });

  it.each(SENTENCES.filter(isRefused))('says why its templates do not keep: %s', (sentence) => {
    expect(check(sentence, worldOf(FULLEST)).findings).not.toEqual([]);
    expect(cloud.refused[sentence]).toMatch(/^.{40,}$/);
  });

  describe.each(kept)('a fault is found in: %s', (sentence) => {
    it.each(cloud.faults[sentence].map((fault) => [fault.name, fault] as const))('%s', (_, fault) => {
      const world = structuredClone(worldOf(FULLEST));
      fault.plant(world);
      expect(check(sentence, world).findings.join('\n')).toMatch(fault.found);
    });
  });
}

describe('AWS', () => holds(awsUnderTest));

describe('Google Cloud', () => holds(gcpUnderTest));

describe('Azure', () => holds(azureUnderTest));
