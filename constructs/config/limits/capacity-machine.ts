/** The functions that a model's rows must fit, by cloud. */

import type { Blueprint } from '../../../blueprints/index.ts';
import type { TargetCloud } from '../capabilities.ts';
import type { Environment } from '../schema.ts';
import { LARGEST_MEMORY_MB } from './aws-lambda.ts';
import { LARGEST_APP_MB } from './azure-flex.ts';
import { LARGEST_INSTANCE_MB } from './gcp-cloud-run.ts';

/** Codes of rows that a function cannot hold or work through, by cloud: users search for the whole code. */
const CAPACITY_CODES = {
  aws: {
    exportTooLong: 'aws/export-too-long',
    queryTimeout: 'aws/query-timeout',
    tooLarge: 'aws/training-too-large',
    tooLong: 'aws/training-too-long',
    outgrows: 'aws/training-outgrows',
  },
  gcp: {
    exportTooLong: 'gcp/export-too-long',
    queryTimeout: 'gcp/query-timeout',
    tooLarge: 'gcp/training-too-large',
    tooLong: 'gcp/training-too-long',
    outgrows: 'gcp/training-outgrows',
  },
  azure: {
    exportTooLong: 'azure/export-too-long',
    queryTimeout: 'azure/query-timeout',
    tooLarge: 'azure/training-too-large',
    tooLong: 'azure/training-too-long',
    outgrows: 'azure/training-outgrows',
  },
} as const;

/** The functions of one environment: its cloud, their memory, and the most that the cloud gives, both in MB. */
export interface Machine {
  readonly codes: (typeof CAPACITY_CODES)[TargetCloud];
  readonly functionMb: number;
  readonly largestMb: number;
}

/** Returns the functions that a model's rows must fit; undefined where nothing limits them by these numbers. */
export function machineOf({ environments }: Blueprint, { cloud }: Environment): Machine | undefined {
  if (environments.tier === 'large') return undefined;
  switch (cloud.provider) {
    case 'aws':
      return { codes: CAPACITY_CODES.aws, functionMb: cloud.trainingMemoryMb, largestMb: LARGEST_MEMORY_MB };
    case 'gcp':
      return {
        codes: CAPACITY_CODES.gcp,
        functionMb: cloud.trainingMemoryMb,
        largestMb: LARGEST_INSTANCE_MB,
      };
    case 'azure':
      return {
        codes: CAPACITY_CODES.azure,
        functionMb: cloud.trainingMemoryMb,
        largestMb: LARGEST_APP_MB,
      };
    case 'local':
      return undefined;
  }
}
