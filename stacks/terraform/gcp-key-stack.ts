import { createHash } from 'node:crypto';
import type { Construct } from 'constructs';
import type { ResolvedConfig } from '../../constructs/config/resolve.ts';
import { KeyGrants, ProjectServices } from '../../constructs/gcp/index.ts';
import { cloudOf, keyOf } from '../../constructs/gcp/place.ts';
import { GcpStack } from './gcp-stack.ts';

const DIGITS = 6;

/** Name of the stack of a project's rights on a key; undefined with keys of the provider. */
export function keyStackName(config: ResolvedConfig): string | undefined {
  const key = keyOf(config);
  return (
    key && `${cloudOf(config).project}-key-${createHash('sha256').update(key).digest('hex').slice(0, DIGITS)}`
  );
}

/** Rights on a customer key, which all models with this key in the project share. It outlasts their stacks. */
export class GcpKeyStack extends GcpStack {
  constructor(scope: Construct, id: string, config: ResolvedConfig) {
    super(scope, id, config);
    new KeyGrants(this, 'KeyGrants', { config });
    if (cloudOf(config).enableApis) new ProjectServices(this, 'Services', { config });
  }
}
