/** Stacks of CDK for Terraform on Google Cloud as located resources. */

import { FUNCTIONS, type FunctionName } from '../../../lambdas/functions.ts';
import type { Located } from '../../cost/located.ts';
import {
  blockOf,
  kindOf,
  referenced,
  type TerraformBlock,
  type TerraformConfiguration,
  type TerraformStacks,
  terraformBlocks,
} from '../terraform.ts';
import { at } from '../value-at.ts';

const FUNCTION = 'google_cloudfunctions2_function';
const FUNCTION_NAMES = Object.keys(FUNCTIONS) as FunctionName[]; // keys of a constant

/** Every resource of all stacks, in their order; its id is its address, `google_pubsub_topic.Events`. */
export const terraformResources = (stacks: TerraformStacks): Located[] =>
  terraformBlocks(stacks).map(({ stack, configuration, address, type, properties, place }) => ({
    stack,
    logicalId: address,
    type,
    properties,
    ...namesOf(type, place),
    ...(type === FUNCTION && functionOf(properties, configuration)),
  }));

/** Types whose paths say what they are: an alarm, a metric. */
const WITHOUT_KIND = ['google_monitoring_alert_policy', 'google_logging_metric'];

const namesOf = (
  type: string,
  place: TerraformBlock['place'],
): Pick<Located, 'component' | 'kind' | 'path'> => ({
  ...place,
  kind: place.path !== '' && WITHOUT_KIND.includes(type) ? '' : kindOf(type),
});

/** The function of an archive, `code/<function>-<digest>.zip`, that the function is made of. */
function functionOf(properties: unknown, configuration: TerraformConfiguration): Pick<Located, 'function'> {
  const source = blockOf(properties, 'build_config', 'source', 'storage_source');
  const archive = referenced(at(source, 'object'), configuration);
  const file = String(at(archive, 'name')).split('/').at(-1) ?? '';
  const found = FUNCTION_NAMES.find((name) => new RegExp(`^${name}[-.]`).test(file));
  return found === undefined ? {} : { function: found };
}
