/** Ways to plant a fault in CloudFormation templates. */

import type { Stacks } from '../../../support/template.ts';
import type { Fault, World } from '../cloud.ts';

interface Editable {
  Type: string;
  Properties: Record<string, unknown>;
  DeletionPolicy?: string;
}
type EditableStacks = Record<string, { Resources: Record<string, Editable> }>;
/** At least one fault for each of these behaviours. */
export type Faults<Behaviours> = Readonly<
  Record<keyof Behaviours, readonly [Fault<Stacks>, ...Fault<Stacks>[]]>
>;

type Plant = Fault<Stacks>['plant'];

/** A fault, by what is wrong, the way to plant it, and the finding. */
export const fault = (name: string, plant: Plant, found: RegExp): Fault<Stacks> => ({ name, plant, found });

/** The copy of the templates, which may be written. */
const editable = ({ template }: World<Stacks>): EditableStacks => template as unknown as EditableStacks;

/** Every resource of a type whose logical id matches, with its stack. */
function matching(world: World<Stacks>, type: string, name: RegExp) {
  const found = Object.values(editable(world)).flatMap(({ Resources }) =>
    Object.entries(Resources)
      .filter(([id, one]) => one.Type === type && name.test(id))
      .map(([id, resource]) => ({ id, resource, Resources })),
  );
  if (found.length === 0) throw new Error(`no ${type} is named ${name}`);
  return found;
}

/** Changes the properties of the resources that match. */
export const change =
  (
    type: string,
    name: RegExp,
    edit: (properties: Record<string, unknown>, resource: Editable) => void,
  ): Plant =>
  (world) => {
    for (const { resource } of matching(world, type, name)) edit(resource.Properties, resource);
  };

/** Gives the resources that match other values of some properties; undefined removes one. */
export const set = (type: string, name: RegExp, values: Readonly<Record<string, unknown>>): Plant =>
  change(type, name, (properties) => Object.assign(properties, values));

/** Removes the resources that match. */
export const remove =
  (type: string, name: RegExp): Plant =>
  (world) => {
    for (const { id, Resources } of matching(world, type, name)) delete Resources[id];
  };

/** Adds a copy of the first resource that matches, under another id. */
export const twice =
  (type: string, name: RegExp): Plant =>
  (world) => {
    const [first] = matching(world, type, name);
    if (first) first.Resources[`${first.id}Twice`] = first.resource;
  };

/** Replaces a text in the properties of the resources that match. */
export const rewrite = (type: string, name: RegExp, from: string, to: string): Plant =>
  change(type, name, (properties, resource) => {
    const text = JSON.stringify(properties);
    if (!text.includes(from)) throw new Error(`${type} ${name} has no ${from}`);
    resource.Properties = JSON.parse(text.replaceAll(from, to)) as Record<string, unknown>;
  });

/** Adds a statement to the policies that match. */
export const allow = (name: RegExp, Action: string | undefined, Resource: unknown): Plant =>
  change('AWS::IAM::Policy', name, ({ PolicyDocument }) => {
    const { Statement } = PolicyDocument as { Statement: object[] };
    Statement.push({ Effect: 'Allow', Action, Resource });
  });

/** Gives the configuration another environment, so that the templates state too much or too little. */
export const asIf =
  (environment: Partial<World<Stacks>['config']['environment']>): Plant =>
  (world) => {
    world.config = { ...world.config, environment: { ...world.config.environment, ...environment } };
  };
