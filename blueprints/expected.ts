/** Inputs that the schema allows at a path: read from the JSON Schema, so that messages and documentation agree. */

interface Node {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
  readonly additionalProperties?: Node | boolean;
  readonly propertyNames?: Node;
}

/** Fields, constant values and types that are possible at a path. */
export interface Expected {
  readonly keys: readonly string[];
  readonly values: readonly string[];
  readonly types: readonly string[];
}

/**
 * Returns the inputs that a schema allows at a path; empty lists where it has nothing there.
 *
 * @param schema - A JSON Schema as zod's toJSONSchema builds it.
 * @param value - The value there: among several kinds of object, only those that it can be count.
 */
export function expectedAt(schema: unknown, path: readonly PropertyKey[], value?: unknown): Expected {
  const root = schema as Node; // toJSONSchema builds these keywords
  let nodes = branches(root);
  for (const part of path) nodes = nodes.flatMap((node) => child(node, part)).flatMap(branches);
  const possible = nodes.filter((node) => fits(node, value));
  if (possible.length > 0) nodes = possible;
  const unique = (texts: readonly string[]) => [...new Set(texts)];
  return {
    keys: unique(
      nodes.flatMap((node) =>
        Object.keys(node.properties ?? {}).concat((node.propertyNames?.enum ?? []).map(String)),
      ),
    ),
    values: unique(
      nodes.flatMap((node) => (node.const === undefined ? (node.enum ?? []) : [node.const])).map(String),
    ),
    types: unique(nodes.map(describe)),
  };
}

function branches(node: Node): readonly Node[] {
  const inner = node.anyOf ?? node.oneOf;
  return inner === undefined ? [node] : inner.flatMap(branches);
}

/** Whether no constant of the node, such as a `kind`, contradicts the value. */
function fits({ properties = {} }: Node, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, given]) => {
    const constant = properties[key]?.const;
    return constant === undefined || constant === given;
  });
}

function child(node: Node, part: PropertyKey): readonly Node[] {
  if (typeof part === 'number') return node.items === undefined ? [] : [node.items];
  const property = node.properties?.[String(part)];
  if (property !== undefined) return [property];
  return typeof node.additionalProperties === 'object' ? [node.additionalProperties] : [];
}

function describe(node: Node): string {
  if (node.enum !== undefined) return node.enum.map((value) => `'${String(value)}'`).join(' or ');
  if (node.properties !== undefined) return `an object with ${Object.keys(node.properties).join(', ')}`;
  if (node.type === 'array') return 'a list';
  return node.type === 'integer' ? 'a whole number' : `a ${node.type ?? 'value'}`;
}
