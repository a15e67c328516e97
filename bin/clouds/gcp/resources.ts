/** Stacks of CDK for Terraform as data. */

import { FUNCTIONS, type FunctionName } from '../../../lambdas/functions.ts';
import type { Located } from '../../cost/located.ts';
import { at } from '../value-at.ts';

/** `cdk.tf.json` of one stack, the part of it that is read. */
export interface TerraformConfiguration {
  /** By type, then by name. */
  readonly resource?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The stacks of one model, by their half: `data`, `model`. */
export type TerraformStacks = Readonly<Record<string, TerraformConfiguration>>;

const FUNCTION = 'google_cloudfunctions2_function';
const FUNCTION_NAMES = Object.keys(FUNCTIONS) as FunctionName[]; // keys of a constant

/** Every resource of all stacks, in their order; its id is its address, `google_pubsub_topic.Events`. */
export function terraformResources(stacks: TerraformStacks): Located[] {
  return Object.entries(stacks).flatMap(([stack, configuration]) =>
    Object.entries(configuration.resource ?? {}).flatMap(([type, byName]) =>
      Object.entries(byName).map(([name, properties]) => ({
        stack,
        logicalId: `${type}.${name}`,
        type,
        properties: properties as Located['properties'], // an object, as Terraform reads it
        ...namesOf(type, at(properties, '//', 'metadata', 'path'), name),
        ...(type === FUNCTION && functionOf(properties, configuration)),
      })),
    ),
  );
}

/** Types whose paths say what they are: an alarm, a metric. */
const WITHOUT_KIND = ['google_monitoring_alert_policy', 'google_logging_metric'];

function namesOf(type: string, path: unknown, name: string): Pick<Located, 'component' | 'kind' | 'path'> {
  const place = placeOf(path, name);
  const isPlain = place.path !== '' && WITHOUT_KIND.includes(type);
  return { ...place, kind: isPlain ? '' : kindOf(type) };
}

/** `Job` of `google_cloud_scheduler_job`. */
function kindOf(type: string): string {
  const last = type.split('_').at(-1) ?? type;
  return last.charAt(0).toUpperCase() + last.slice(1);
}

/** `stack/Component/path/Resource` taken apart, and `stack/Component-path/Resource` as well. */
function placeOf(path: unknown, name: string): Pick<Located, 'component' | 'path'> {
  const [, first = name, ...rest] = typeof path === 'string' ? path.split('/') : [];
  const [component = first, ...named] = first.split('-');
  return {
    component,
    path: [...(named.length > 0 ? [named.join('-')] : []), ...rest]
      .filter((part) => part !== 'Resource')
      .join('/'),
  };
}

/** The function of an archive, `code/<function>-<digest>.zip`, that the function is made of. */
function functionOf(properties: unknown, configuration: TerraformConfiguration): Pick<Located, 'function'> {
  const source = blockOf(properties, 'build_config', 'source', 'storage_source');
  const archive = referenced(at(source, 'object'), configuration);
  const file = String(at(archive, 'name')).split('/').at(-1) ?? '';
  const found = FUNCTION_NAMES.find((name) => new RegExp(`^${name}[-.]`).test(file));
  return found === undefined ? {} : { function: found };
}

/** The resource of a reference, `${google_storage_bucket_object.Code.name}`. */
export function referenced(text: unknown, { resource = {} }: TerraformConfiguration): unknown {
  const [, type = '', name = ''] = /^\$\{(\w+)\.([\w-]+)\./.exec(String(text)) ?? [];
  return resource[type]?.[name];
}

/** The value in nested blocks: Terraform reads a block as an object or as a list of one. */
export function blockOf(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const key of path) found = [at(found, key)].flat()[0];
  return found;
}

/** All blocks of a name. */
export const blocksOf = (value: unknown, name: string): readonly unknown[] => {
  const found = at(value, name);
  return found === undefined ? [] : [found].flat();
};
