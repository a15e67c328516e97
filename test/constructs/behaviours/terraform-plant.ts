/** Ways to plant a fault in Terraform's configurations. */

import type { TerraformStacks } from '../../support/terraform/located.ts';
import type { Fault, World } from './cloud.ts';

type Editable = Record<string, unknown>;
type EditableStacks = Record<string, { resource: Record<string, Record<string, Editable>> }>;
/** At least one fault for each of these behaviours, but those that the cloud's templates cannot keep. */
export type TerraformFaults<Behaviours, Refused = never> = Readonly<
  Record<Exclude<keyof Behaviours, Refused>, readonly [Fault<TerraformStacks>, ...Fault<TerraformStacks>[]]>
>;

type Plant = Fault<TerraformStacks>['plant'];

/** A fault, by what is wrong, the way to plant it, and the finding. */
export const fault = (name: string, plant: Plant, found: RegExp): Fault<TerraformStacks> => ({
  name,
  plant,
  found,
});

/** The copy of the configurations, which may be written. */
const editable = ({ template }: World<TerraformStacks>): EditableStacks =>
  template as unknown as EditableStacks;

/** Every resource of a type whose name matches, with its siblings. */
function matching(world: World<TerraformStacks>, type: string, name: RegExp) {
  const found = Object.values(editable(world)).flatMap(({ resource }) =>
    Object.entries(resource[type] ?? {})
      .filter(([id]) => name.test(id))
      .map(([id, body]) => ({ id, body, siblings: resource[type] ?? {} })),
  );
  if (found.length === 0) throw new Error(`no ${type} is named ${name}`);
  return found;
}

const edit =
  (type: string, name: RegExp, change: (body: Editable) => void): Plant =>
  (world) => {
    for (const { body } of matching(world, type, name)) change(body);
  };

/** Gives the resources that match other values of some fields, at dotted paths; undefined removes one. */
export const set = (type: string, name: RegExp, values: Readonly<Record<string, unknown>>): Plant =>
  edit(type, name, (body) => {
    for (const [path, value] of Object.entries(values)) {
      const steps = path.split('.');
      const last = steps.pop() ?? '';
      const place = steps.reduce((inner, step) => inner[step] as Editable, body); // of the synthesized configuration
      if (value === undefined) delete place[last];
      else place[last] = value;
    }
  });

/** Removes the resources that match. */
export const remove =
  (type: string, name: RegExp): Plant =>
  (world) => {
    for (const { id, siblings } of matching(world, type, name)) delete siblings[id];
  };

/** Adds a copy of the first resource that matches, under another name. */
export const twice =
  (type: string, name: RegExp): Plant =>
  (world) => {
    const [first] = matching(world, type, name);
    if (first) first.siblings[`${first.id}_Twice`] = structuredClone(first.body);
  };

/** Replaces a text in the resources that match. */
export const rewrite =
  (type: string, name: RegExp, from: string, to: string): Plant =>
  (world) => {
    for (const { id, body, siblings } of matching(world, type, name)) {
      const text = JSON.stringify(body);
      if (!text.includes(from)) throw new Error(`${type} ${name} has no ${from}`);
      siblings[id] = JSON.parse(text.replaceAll(from, to)) as Editable;
    }
  };

/** Adds a grant in the stack of the model, to the holder of the first grant of a type that matches. */
export const grantTo =
  (holder: 'member' | 'principal_id') =>
  (like: readonly [type: string, name: RegExp], type: string, values: Editable): Plant =>
  (world) => {
    const [given] = matching(world, ...like);
    const { model } = editable(world);
    if (model === undefined || given === undefined) throw new Error('no stack of the model');
    model.resource[type] = {
      ...model.resource[type],
      Planted: { ...values, [holder]: given.body[holder] },
    };
  };

/** Gives the configuration another environment, so that the templates state too much or too little. */
export const asIf =
  (environment: Partial<World<TerraformStacks>['config']['environment']>): Plant =>
  (world) => {
    world.config = { ...world.config, environment: { ...world.config.environment, ...environment } };
  };
