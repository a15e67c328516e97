/** CloudFormation templates as data, for tests that look at every resource. */

export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly DependsOn?: string | readonly string[];
}

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<
    Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: unknown } }>
  >;
}

/** A resource with the name that a finding is told by: `<stack>/<logical id>`. */
export interface Located {
  readonly id: string;
  readonly stack: string;
  readonly name: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly resource: Resource;
}

/** The stacks of one stage, by name. */
export type Stacks = Readonly<Record<string, Template>>;

/** Every resource of these types, in all stacks; of every type without types. */
export function resourcesOf(stacks: Stacks, ...types: readonly string[]): Located[] {
  return Object.entries(stacks).flatMap(([stack, { Resources }]) =>
    Object.entries(Resources)
      .filter(([, { Type }]) => types.length === 0 || types.includes(Type))
      .map(([name, resource]) => ({
        id: `${stack}/${name}`,
        stack,
        name,
        type: resource.Type,
        properties: resource.Properties ?? {},
        resource,
      })),
  );
}

/** The value at a path of keys, or undefined. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let found = value;
  for (const key of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = (found as Record<string | number, unknown>)[key];
  }
  return found;
}

/** A list as it is, one thing as a list of one, nothing as an empty one. */
export function listOf(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/**
 * Where a value points: the logical ids that it names by Ref, GetAtt or Sub in its own stack, and, through the
 * exports of the other stacks, in theirs; each as `<stack>/<logical id>`.
 */
export function targetsOf(stacks: Stacks, stack: string, value: unknown): string[] {
  const found: string[] = [];
  const visit = (inner: unknown, from: string): void => {
    if (Array.isArray(inner)) {
      for (const one of inner) visit(one, from);
      return;
    }
    if (typeof inner !== 'object' || inner === null) return;
    const node = inner as Record<string, unknown>;
    if (typeof node.Ref === 'string' && stacks[from]?.Resources[node.Ref]) found.push(`${from}/${node.Ref}`);
    const attribute = node['Fn::GetAtt'];
    if (attribute !== undefined) {
      const [name] = typeof attribute === 'string' ? attribute.split('.') : (attribute as string[]);
      if (name !== undefined) found.push(`${from}/${name}`);
    }
    const imported = node['Fn::ImportValue'];
    if (imported !== undefined) {
      const exported = exportOf(stacks, imported);
      if (exported !== undefined) visit(exported.value, exported.stack);
    }
    const output = node['Fn::GetStackOutput'];
    if (output !== undefined) {
      const [producer, { Outputs = {} }] = Object.entries(stacks).find(([name]) =>
        String(at(output, 'StackName')).endsWith(`-${name}`),
      ) ?? ['', { Resources: {} } as Template];
      const shared = Outputs[String(at(output, 'OutputName'))];
      if (shared !== undefined) visit(shared.Value, producer);
    }
    for (const [key, child] of Object.entries(node))
      if (key !== 'Ref' && key !== 'Fn::GetAtt' && key !== 'Fn::ImportValue') visit(child, from);
  };
  visit(value, stack);
  return found;
}

function exportOf(
  stacks: Stacks,
  name: unknown,
): { readonly stack: string; readonly value: unknown } | undefined {
  for (const [stack, { Outputs }] of Object.entries(stacks))
    for (const { Export, Value } of Object.values(Outputs ?? {}))
      if (Export !== undefined && JSON.stringify(Export.Name) === JSON.stringify(name))
        return { stack, value: Value };
  return undefined;
}

/** One statement of a policy document. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly Resource?: unknown;
  readonly Principal?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The statements of a policy document. */
export function statementsOf(document: unknown): Statement[] {
  return listOf(at(document, 'Statement')) as Statement[]; // of a synthesized template
}
