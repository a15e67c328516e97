/** Bodies of blocks against a provider's schema: unknown and missing parts, shapes and counts. */

import { type Block, type Body, isObject, listed, type Report } from './schema.ts';
import { checkAttribute } from './values.ts';

/** Arguments of Terraform itself, by the kind of the outermost block. */
const META = {
  resource: ['count', 'for_each', 'provider', 'depends_on', 'lifecycle', 'provisioner', 'connection'],
  data: ['count', 'for_each', 'provider', 'depends_on', 'lifecycle'],
  ephemeral: ['count', 'for_each', 'provider', 'depends_on', 'lifecycle'],
  provider: ['alias', 'version'],
  block: [],
} as const;
export type BlockKind = keyof typeof META;

/** `//` is a comment in a body; inside an attribute that is a map it is an ordinary key. */
export const COMMENT = '//';

/** Elements of a literal `for_each`; undefined where it is an expression. */
const literalCount = (forEach: unknown): number | undefined =>
  forEach !== null && typeof forEach === 'object' ? Object.keys(forEach).length : undefined;

/** The bodies of a nested block: an object is one, an array several, null none; null in an array is an empty block. */
export function bodiesOf(value: unknown, path: string, report: Report): [path: string, body: Body][] {
  if (value === null || value === undefined) return [];
  return listed(value).flatMap((body, i): [string, Body][] => {
    const at = Array.isArray(value) ? `${path}[${i}]` : path;
    if (isObject(body) || body === null) return [[at, body ?? {}]];
    report('block-shape', at, `expected an object or a list of objects, got ${JSON.stringify(body)}`);
    return [];
  });
}

/** Reports everything in the body of a block that the provider's schema does not allow. */
export function checkBody(
  body: Body,
  block: Block,
  path: string,
  report: Report,
  kind: BlockKind = 'block',
): void {
  const { attributes = {}, block_types: blockTypes = {} } = block;
  const isDynamic = isObject(body.dynamic) && !('dynamic' in attributes) && !('dynamic' in blockTypes);
  const dynamics = Object.entries(isDynamic ? (body.dynamic as Body) : {});
  for (const [name, attribute] of Object.entries(attributes))
    checkAttribute(body[name], attribute, `${path}.${name}`, report);
  for (const name of Object.keys(blockTypes)) checkNestedBlock(body, block, name, dynamics, path, report);
  checkDynamics(dynamics, block, path, report);
  const known: readonly string[] = [COMMENT, ...META[kind], ...(isDynamic ? ['dynamic'] : [])];
  for (const name of Object.keys(body))
    if (!known.includes(name) && !(name in attributes) && !(name in blockTypes))
      report('unknown', `${path}.${name}`, 'no such attribute or block');
}

type Dynamics = readonly (readonly [name: string, value: unknown])[];

function checkNestedBlock(
  body: Body,
  { block_types: types = {} }: Block,
  name: string,
  dynamics: Dynamics,
  path: string,
  report: Report,
): void {
  const type = types[name];
  if (type === undefined) return;
  const { nesting_mode: mode, min_items: min = 0, max_items: max, block } = type;
  const value = body[name];
  const bodies = bodiesOf(
    mode === 'map' && isObject(value) ? Object.values(value) : value,
    `${path}.${name}`,
    report,
  );
  const limit = max ?? (mode === 'single' || mode === 'group' ? 1 : Number.POSITIVE_INFINITY);
  const generated = dynamics
    .filter(([dynamic]) => dynamic === name)
    .flatMap(([, given]) =>
      listed(given).map((one) => literalCount(isObject(one) ? one.for_each : undefined)),
    );
  const count = generated.reduce<number>((sum, n) => sum + (n ?? 0), bodies.length);
  if (count > limit) report('too-many', `${path}.${name}`, `${count} blocks, at most ${limit} allowed`);
  if (count < min && !generated.includes(undefined))
    report('too-few', `${path}.${name}`, `${count} blocks, at least ${min} required`);
  if (bodies.length > 0 && block.deprecated)
    report('deprecated', `${path}.${name}`, 'block is deprecated', 'warning');
  for (const [at, nested] of bodies) checkBody(nested, block, at, report);
}

function checkDynamics(
  dynamics: Dynamics,
  { block_types: types = {} }: Block,
  path: string,
  report: Report,
): void {
  for (const [name, value] of dynamics)
    for (const [at, dynamic] of bodiesOf(value, `${path}.dynamic.${name}`, report)) {
      const type = types[name];
      if (type === undefined) report('unknown', at, 'no such block');
      else if (!isObject(dynamic.content) || !('for_each' in dynamic))
        report('block-shape', at, 'a dynamic block needs for_each and content');
      else checkBody(dynamic.content, type.block, `${at}.content`, report);
    }
}
