import { synthesizeConfig } from '../../../support/synth.ts';
import type { Stacks } from '../../../support/template.ts';
import type { CloudUnderTest } from '../cloud.ts';
import { DATA_FAULTS, FUNCTION_FAULTS, RESOURCE_FAULTS } from './faults.ts';
import { RUN_FAULTS } from './faults-of-runs.ts';
import { SERVING_FAULTS } from './faults-of-serving.ts';
import { awsReader } from './reader.ts';

/** AWS by CloudFormation. */
export const awsUnderTest: CloudUnderTest<Stacks> = {
  name: 'aws',
  callers: ['arn:aws:iam::111111111111:role/call-centre'],
  keyed: { customer: {}, provider: {} }, // a key is made
  empty: { data: { Resources: {} }, model: { Resources: {} } },
  refused: {},
  synthesize: (config) => synthesizeConfig(config).stacks,
  read: awsReader,
  faults: { ...FUNCTION_FAULTS, ...DATA_FAULTS, ...RUN_FAULTS, ...SERVING_FAULTS, ...RESOURCE_FAULTS },
};
