import { warn } from '../../doctor/check.ts';
import type { MachineNeeds } from '../../doctor/needs.ts';

/** The runtime of every function, and the end of its support (docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html). */
export const RUNTIME = { name: 'nodejs24.x', deprecated: '2028-04-30' } as const;

export const MACHINE: MachineNeeds = {
  // The SDK says so itself, when it is loaded.
  nodeSoon: { major: 22, why: 'releases of the AWS SDK from 2027 on' },
  packages: [{ name: 'aws-cdk-lib' }, { name: 'constructs' }, { name: 'aws-cdk', major: 2 }],
  runtime: RUNTIME,
  examples: /^db-EXAMPLE$|^(vpc|subnet|sg)-0+1?$/,
  network: ({ cloud }, file) =>
    cloud.provider === 'aws' && cloud.vpc === undefined
      ? warn(
          'no network is given: the export reaches only a database with a public address',
          `give cloud.vpc in ${file}`,
        )
      : undefined,
};
