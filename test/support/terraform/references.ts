/** References of Terraform expressions: the object is declared, and the attribute exists. */

import { COMMENT } from './blocks.ts';
import {
  type Block,
  type Body,
  isObject,
  isTemplate,
  listed,
  type Report,
  type TerraformConfig,
  withoutEscapes,
} from './schema.ts';

/** Sections whose blocks can be referred to, by the start of a reference. */
export type Referable = 'resource' | 'data' | 'ephemeral';
const SECTION_OF: Readonly<Record<string, Referable>> = { 'data.': 'data', 'ephemeral.': 'ephemeral' };

/** Looks up the schema of a declared block; undefined where none is loaded. */
export type SchemaOf = (section: Referable, type: string, body: Body) => Block | undefined;

/** A place inside a schema: a block, the attributes of one, or a type. */
type Place = unknown;

/** Returns what is wrong with `.name` and `[index]` steps through a block or type; undefined where nothing is. */
export function traversalProblem(steps: string, from: Place): string | undefined {
  let at = from;
  for (const [text, name, index] of steps.matchAll(/\.(\*|[\w-]+)|\[([^\]]*)\]/g)) {
    if (at === 'dynamic' || at === undefined) return undefined;
    const isIndex = name === undefined || name === '*' || /^\d+$/.test(name);
    const next = isBlock(at)
      ? inBlock(at, isIndex ? undefined : name)
      : inType(at, name, index, isIndex, text);
    if ('problem' in next) return next.problem;
    at = next.at;
  }
  return undefined;
}

type Next = { readonly problem: string } | { readonly at: Place };

const isBlock = (at: Place): at is Block => isObject(at) && ('attributes' in at || 'block_types' in at);

function inBlock({ attributes = {}, block_types: types = {} }: Block, name: string | undefined): Next {
  const type = name === undefined ? undefined : types[name];
  const attribute = name === undefined ? undefined : attributes[name];
  if (type !== undefined)
    return {
      at: ['list', 'set', 'map'].includes(type.nesting_mode) ? [type.nesting_mode, type.block] : type.block,
    };
  if (attribute === undefined) return { problem: `no attribute ${JSON.stringify(name ?? 'by index')}` };
  const nested = attribute.nested_type;
  if (nested === undefined) return { at: attribute.type };
  return { at: nested.nesting_mode === 'single' ? nested : ['list', nested] };
}

function inType(
  at: Place,
  name: string | undefined,
  index: string | undefined,
  isIndex: boolean,
  text: string,
): Next {
  const [kind, element] = listed(at);
  if (element === undefined) return { problem: `a ${String(kind)} has no ${text}` };
  if (kind === 'set' && isIndex && name !== '*' && index !== '*')
    return { problem: `the elements of a set have no index (${text})` };
  if (kind === 'object') {
    const members = element as Readonly<Record<string, unknown>>; // the second part of an object's type
    return isIndex || name === undefined || !(name in members)
      ? { problem: `no attribute ${JSON.stringify(text)}` }
      : { at: members[name] };
  }
  if (kind !== 'map' && !isIndex)
    return { problem: `a ${String(kind)} has no attribute ${text}: index it first` };
  return { at: element };
}

/** Returns what is wrong with a reference such as `google_storage_bucket.Store.name`; undefined where nothing is. */
export function referenceProblem(
  text: string,
  config: TerraformConfig,
  schemaOf: SchemaOf,
): string | undefined {
  const [, start = '', type = '', name = '', steps = ''] =
    /^(data\.|ephemeral\.)?(\w+)\.([\w-]+)(.*)$/s.exec(text) ?? [];
  const section = SECTION_OF[start] ?? 'resource';
  if (name === '') return `not a reference: ${text}`;
  const body = config[section]?.[type]?.[name];
  if (body === undefined) return `${text}: ${section} ${type}.${name} is not declared`;
  const repeated = 'count' in body || 'for_each' in body;
  const instance = repeated ? steps.replace(/^\[[^\]]*\]|^\.\*/, '') : steps;
  const problem =
    repeated && steps !== '' && instance === steps
      ? 'the object has count or for_each: index it first'
      : traversalProblem(instance, schemaOf(section, type, body));
  return problem && `${text}: ${problem}`;
}

/**
 * Reports each reference inside a value that has a problem.
 *
 * @param prefixes - Local names of providers: `google`.
 */
export function checkReferences(
  value: unknown,
  path: string,
  prefixes: readonly string[],
  problemOf: (reference: string) => string | undefined,
  report: Report,
): void {
  if (isObject(value) || Array.isArray(value)) {
    for (const [key, item] of Object.entries(value))
      if (key !== COMMENT) checkReferences(item, `${path}.${key}`, prefixes, problemOf, report);
    return;
  }
  if (!isTemplate(value) || prefixes.length === 0) return;
  const pattern = new RegExp(
    `(?<![\\w.-])(?:data\\.|ephemeral\\.)?(?:${prefixes.join('|')})_\\w+\\.[\\w-]+(?:\\.(?:\\*|[\\w-]+)|\\[[^\\]]*\\])*`,
    'g',
  );
  for (const [, expression = ''] of withoutEscapes(value).matchAll(/[$%]\{([\s\S]*?)\}(?![^{]*\})/g)) {
    const code = expression.replaceAll(/"(?:[^"\\$]|\\.)*"/g, '""');
    for (const [reference] of code.matchAll(pattern)) {
      const problem = problemOf(reference);
      if (problem !== undefined) report('reference', path, problem);
    }
  }
}
