/** Blocks of several synthesized stacks, for checks that look at them one by one. */

import { type Body, isObject, listed, type TerraformConfig } from './schema.ts';

/** Configurations by the name of their stack. */
export type TerraformStacks = Readonly<Record<string, TerraformConfig>>;

/** One resource and its place. */
export interface LocatedBlock {
  /** `<stack>/<type>.<name>`. */
  readonly id: string;
  readonly stack: string;
  readonly type: string;
  readonly name: string;
  readonly body: Body;
}

/** Returns every resource of these types; of all types where none is given. */
export function blocksOf(stacks: TerraformStacks, ...types: readonly string[]): LocatedBlock[] {
  return Object.entries(stacks).flatMap(([stack, { resource = {} }]) =>
    Object.entries(resource)
      .filter(([type]) => types.length === 0 || types.includes(type))
      .flatMap(([type, instances]) =>
        Object.entries(instances).map(([name, body]) => ({
          id: `${stack}/${type}.${name}`,
          stack,
          type,
          name,
          body,
        })),
      ),
  );
}

/** Returns the bodies of nested blocks at a dotted path; the body itself at an empty one. */
export function bodiesAt(body: Body, path: string): readonly Body[] {
  return path
    .split('.')
    .filter((step) => step !== '')
    .reduce<readonly Body[]>(
      (bodies, step) =>
        bodies.flatMap((one) => (one[step] === undefined ? [] : listed(one[step])).filter(isObject)),
      [body],
    );
}

/** Returns the values of an attribute at a dotted path, without those that are not set. */
export function valuesAt(body: Body, path: string): readonly unknown[] {
  const steps = path.split('.');
  const name = steps.pop() ?? '';
  return bodiesAt(body, steps.join('.'))
    .map((one) => one[name])
    .filter((value) => value !== undefined && value !== null);
}

/** Returns the only value at a path; undefined where it is not set. */
export const valueAt = (body: Body, path: string): unknown => valuesAt(body, path)[0];

/** Returns the references in a value: `google_storage_bucket.Store`. */
export function referencesIn(value: unknown): readonly string[] {
  const text = JSON.stringify(value) ?? '';
  return [...text.matchAll(/\$\{[^}]*?\b([a-z]+_[a-z0-9_]+\.[A-Za-z_][\w-]*)/g)].map(([, name = '']) => name);
}

/** Returns the resources that a resource waits for: those that it names, in references or `depends_on`. */
export const directDependencies = ({ body }: LocatedBlock): readonly string[] => [
  ...referencesIn(body),
  ...listed(body.depends_on ?? []).map(String),
];

/** Returns every resource that is made before this one, `<type>.<name>`, of the same stack. */
export function dependenciesOf(block: LocatedBlock, stacks: TerraformStacks): ReadonlySet<string> {
  const resources = stacks[block.stack]?.resource ?? {};
  const found = new Set<string>();
  const visit = (one: LocatedBlock): void => {
    for (const reference of directDependencies(one)) {
      if (found.has(reference)) continue;
      found.add(reference);
      const [type = '', name = ''] = reference.split('.');
      const body = resources[type]?.[name];
      if (body !== undefined) visit({ ...one, type, name, body });
    }
  };
  visit(block);
  return found;
}
