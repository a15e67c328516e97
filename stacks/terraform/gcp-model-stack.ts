import type { Construct } from 'constructs';
import { composeModel } from '../../constructs/compose-model.ts';
import type { ResolvedConfig } from '../../constructs/config/resolve.ts';
import { gcp } from '../../constructs/gcp/index.ts';

import type { GcpDataStack } from './gcp-data-stack.ts';
import { GcpStack } from './gcp-stack.ts';
import { stackName } from './stack-name.ts';

/**
 * The running part of a model: functions, workflows, API, alarms, schedules. It names the resources of the data stack by texts, so
 * that it reads no other state.
 */
export class GcpModelStack extends GcpStack {
  constructor(scope: Construct, config: ResolvedConfig, data: GcpDataStack) {
    super(scope, stackName(config, 'model'), config);
    this.addDependency(data);
    composeModel(gcp, this, config, data.data);
  }
}
