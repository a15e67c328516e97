/** CloudFormation templates as data. */

import type { Located } from '../../cost/located.ts';
import { at } from '../value-at.ts';

export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
}

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
}

/** The templates of one stage, by the name of their stack inside the stage: `data`, `model`. */
export type Templates = Readonly<Record<string, Template>>;

/** Every resource of all stacks, in the order of the templates. */
export function resourcesOf(templates: Templates): Located[] {
  return Object.entries(templates).flatMap(([stack, { Resources }]) =>
    Object.entries(Resources).map(([logicalId, { Type, Properties = {}, Metadata }]) => ({
      stack,
      logicalId,
      type: Type,
      kind: Type.split('::').at(-1) ?? Type,
      properties: Properties,
      ...placeOf(Metadata?.['aws:cdk:path'], logicalId),
      ...(Type === 'AWS::Lambda::Function' && { function: nameByHandler(Properties) }),
    })),
  );
}

/** A function is named by the file that its handler is in. */
const nameByHandler = ({ Handler }: Located['properties']): string => String(Handler).split('.')[0] ?? '';

/** `stage/stack/Component/path/Resource` taken apart. */
function placeOf(path: unknown, logicalId: string): Pick<Located, 'component' | 'path'> {
  if (typeof path !== 'string') return { component: logicalId, path: '' };
  const [, , component = logicalId, ...rest] = path.split('/');
  return { component, path: rest.filter((part) => part !== 'Resource').join('/') };
}

/** The logical id that a value points to by `Ref` or `Fn::GetAtt`; undefined when it is something else. */
export function referenceOf(value: unknown): string | undefined {
  const ref = at(value, 'Ref');
  if (typeof ref === 'string') return ref;
  const attribute = at(value, 'Fn::GetAtt');
  const name = typeof attribute === 'string' ? attribute.split('.')[0] : at(attribute, 0);
  return typeof name === 'string' ? name : undefined;
}

/** The text of a value, with what CloudFormation fills in left out. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const joined = at(value, 'Fn::Join', 1);
  return Array.isArray(joined) ? joined.map((part) => (typeof part === 'string' ? part : '-')).join('') : '';
}
