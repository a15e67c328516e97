import { synthesizeTerraform } from '../../../support/synth-terraform.ts';
import type { TerraformStacks } from '../../../support/terraform/located.ts';
import type { CloudUnderTest } from '../cloud.ts';
import { GCP_DATA_FAULTS, GCP_FUNCTION_FAULTS, GCP_RESOURCE_FAULTS } from './faults.ts';
import { GCP_RUN_FAULTS } from './faults-of-runs.ts';
import { GCP_SERVING_FAULTS } from './faults-of-serving.ts';
import type { GcpRefused } from './plant.ts';
import { gcpReader } from './reader.ts';

const PLACE = { provider: 'gcp', region: 'europe-west3', billingAccount: '000000-000000-000000' } as const;

/** Google Cloud by Terraform. */
export const gcpUnderTest: CloudUnderTest<TerraformStacks, GcpRefused> = {
  name: 'gcp',
  callers: ['serviceAccount:call-centre@example-ml.iam.gserviceaccount.com'],
  keyed: {
    customer: {
      cloud: {
        ...PLACE,
        project: 'example-ml-dev',
        key: 'projects/example-ml-keys/locations/europe-west3/keyRings/mlops/cryptoKeys/dev',
      },
    },
    provider: { cloud: { ...PLACE, project: 'example-ml-prod' } },
  },
  empty: { data: { resource: {} }, model: { resource: {} } },
  refused: {
    'logs go with their stack, which can then be made anew':
      'the name of a deleted bucket of the log is free after seven days; until then a stack of the name is not made again',
    'the artifact store refuses plain HTTP':
      'a bucket has no such setting; only a policy of the organisation refuses it (cloud.google.com/storage/docs/org-policy-constraints)',
  },
  synthesize: (config) => synthesizeTerraform(config).stacks,
  read: gcpReader,
  faults: {
    ...GCP_FUNCTION_FAULTS,
    ...GCP_DATA_FAULTS,
    ...GCP_RUN_FAULTS,
    ...GCP_SERVING_FAULTS,
    ...GCP_RESOURCE_FAULTS,
  },
};
