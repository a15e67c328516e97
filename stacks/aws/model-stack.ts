import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { aws } from '../../constructs/aws/index.ts';
import { composeModel } from '../../constructs/compose-model.ts';
import type { ResolvedConfig } from '../../constructs/config/resolve.ts';
import type { DataStack } from './data-stack.ts';

export interface ModelStackProps extends StackProps {
  readonly config: ResolvedConfig;
  readonly data: DataStack;
}

/** The running part of a model: functions, pipeline, API, alarms, schedules. It can be made anew without losing anything. */
export class ModelStack extends Stack {
  constructor(scope: Construct, id: string, { config, data, ...props }: ModelStackProps) {
    super(scope, id, props);
    composeModel(aws, this, config, data.data);
  }
}
