/** Runs the behaviours of single constructs for every cloud; a cloud whose constructs differ is found. */

import { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import type { CloudConstructs } from '../../../constructs/contract/cloud-constructs.ts';
import { ALONE_BEHAVIOURS, type ConstructsUnderTest } from './alone.ts';
import { awsConstructs } from './aws/constructs.ts';
import { azureConstructs } from './azure/constructs.ts';
import { configOf } from './cloud.ts';
import { gcpConstructs } from './gcp/constructs.ts';

type Sentence = keyof typeof ALONE_BEHAVIOURS;
const SENTENCES = Object.keys(ALONE_BEHAVIOURS) as Sentence[]; // of a constant object

const refuse = (): never => {
  throw new Error('needs notifications');
};

/** Constructs that make nothing, ask for nothing, or ask for too much. */
const FAULTS: Readonly<Record<Sentence, readonly [Partial<CloudConstructs>, RegExp]>> = {
  'every construct is made of what its capability names': [
    { dashboard: (scope, id) => Object.assign(new Construct(scope, id), { modelId: '' }) },
    /dashboard: has no /,
  ],
  'a function names every binding that it misses, and no other': [
    { serverlessFunction: () => ({ functionName: '', modelId: '' }) },
    /score: does not ask for predictions/,
  ],
  'a function works with the bindings of its table': [
    { serverlessFunction: refuse },
    /train: fails: needs notifications/,
  ],
  'the export and the monitor work with the store alone': [
    { driftMonitor: refuse },
    /driftMonitor: fails: needs notifications/,
  ],
  'batch scoring and the budget name what the configuration lacks': [
    { budget: () => ({ limit: 0, modelId: '' }) },
    /budget: is missing/,
  ],
};

describe.each([awsConstructs, gcpConstructs, azureConstructs])('on $name', (cloud: ConstructsUnderTest) => {
  const config = configOf(cloud, 'prod with a customer key');

  it.each(SENTENCES)('%s', (sentence) => {
    const { looked, findings } = ALONE_BEHAVIOURS[sentence](cloud, config);
    expect(findings).toEqual([]);
    expect(looked).toBeGreaterThan(0);
  });

  it.each(SENTENCES)('a fault is found in: %s', (sentence) => {
    const [constructs, found] = FAULTS[sentence];
    const faulty = { ...cloud, constructs: { ...cloud.constructs, ...constructs } };
    expect(ALONE_BEHAVIOURS[sentence](faulty, config).findings.join('\n')).toMatch(found);
  });
});

it('a function that asks for more than it uses is found', () => {
  const constructs = { ...awsConstructs.constructs, serverlessFunction: refuse };
  const config = configOf(awsConstructs, 'prod with a customer key');
  const { findings } = ALONE_BEHAVIOURS['a function names every binding that it misses, and no other'](
    { ...awsConstructs, constructs },
    config,
  );
  expect(findings).toContain('train: asks for notifications');
});
