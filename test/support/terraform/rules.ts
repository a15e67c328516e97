/**
 * Rules of providers and of their APIs that no schema carries: values, patterns, ranges, and fields that exclude or need each
 * other. The rules are data; this reads them over resources.
 */

import { blocksOf, bodiesAt, type LocatedBlock, type TerraformStacks, valuesAt } from './located.ts';
import { type Body, isObject, isTemplate, listed } from './schema.ts';

interface Where {
  /** Type of the resource, or a pattern of types. */
  readonly on: string | RegExp;
  /** File of the provider's source, at the version that the stacks name, or the API's description of the field. */
  readonly source: string;
}

/** One value, or each value of a list, at a dotted path of blocks. */
interface ValueRule extends Where {
  readonly field: string;
  readonly must:
    | { readonly values: readonly string[] }
    | { readonly match: RegExp }
    | Range
    | { readonly be: Form };
  /** A value that breaks it, for a pattern. */
  readonly bad?: unknown;
}
interface Range {
  readonly least: number;
  readonly most: number;
  /** Text after the number: `s` of `900s`. */
  readonly unit?: string;
}
type Form = 'json' | 'base64';

/** Fields of the block at `inside` that go together. */
interface FieldsRule extends Where {
  /** Path of the block; every one of them is read. @default the resource */
  readonly inside?: string;
  readonly has: 'exactly one of' | 'at least one of' | 'at most one of';
  readonly fields: readonly string[];
}

/** Anything else. */
interface CustomRule extends Where {
  readonly name: string;
  readonly refuse: (body: Body) => boolean;
  /** A body that breaks it. */
  readonly bad: Body;
}

export type ProviderRule = ValueRule | FieldsRule | CustomRule;

/** Name of a rule, in findings. */
export function ruleName(rule: ProviderRule): string {
  if ('name' in rule) return rule.name;
  if ('fields' in rule)
    return `${rule.inside === undefined ? '' : `${rule.inside}: `}${rule.has} ${rule.fields.join(', ')}`;
  return `${rule.field}: ${expectation(rule.must)}`;
}

function expectation(must: ValueRule['must']): string {
  if ('values' in must) return `one of ${must.values.join(', ')}`;
  if ('match' in must) return `like ${must.match.source}`;
  if ('be' in must) return must.be;
  return `${must.least} to ${must.most}${must.unit ?? ''}`;
}

/** Returns whether a rule is about a type of resources. */
export const isAbout = ({ on }: ProviderRule, type: string): boolean =>
  typeof on === 'string' ? on === type : on.test(type);

/** What a check of rules found, and how much it read. */
export interface RulesReport {
  readonly rules: number;
  readonly resources: number;
  /** Types that no rule is about. */
  readonly untouched: readonly string[];
  readonly findings: readonly string[];
}

/** Reads every rule over every resource that it is about. */
export function checkRules(stacks: TerraformStacks, rules: readonly ProviderRule[]): RulesReport {
  const blocks = blocksOf(stacks);
  const used = new Set<ProviderRule>();
  const findings: string[] = [];
  for (const block of blocks)
    for (const rule of rules.filter((one) => isAbout(one, block.type))) {
      used.add(rule);
      if (isBroken(rule, block)) findings.push(`${block.id}: ${ruleName(rule)} (${rule.source})`);
    }
  const types = [...new Set(blocks.map(({ type }) => type))];
  return {
    rules: used.size,
    resources: blocks.length,
    untouched: types.filter((type) => !rules.some((rule) => isAbout(rule, type))).sort(),
    findings,
  };
}

function isBroken(rule: ProviderRule, { body }: LocatedBlock): boolean {
  if ('refuse' in rule) return rule.refuse(body);
  if ('fields' in rule)
    return bodiesAt(body, rule.inside ?? '').some((one) => {
      const count = rule.fields.filter((field) => isSet(one, field)).length;
      return rule.has === 'exactly one of'
        ? count !== 1
        : rule.has === 'at least one of'
          ? count < 1
          : count > 1;
    });
  return valuesAt(body, rule.field)
    .flatMap(listed)
    .some((value) => !isTemplate(value) && !obeys(value, rule.must));
}

/** Whether the field at a dotted path below a block is set. */
const isSet = (body: Body, field: string): boolean => valuesAt(body, field).length > 0;

function obeys(value: unknown, must: ValueRule['must']): boolean {
  if ('values' in must) return must.values.includes(String(value));
  if ('match' in must) return must.match.test(String(value));
  if ('be' in must) return must.be === 'json' ? isJson(value) : /^[A-Za-z0-9+/]*={0,2}$/.test(String(value));
  const text = String(value);
  const number = Number(must.unit === undefined ? text : text.replace(new RegExp(`${must.unit}$`), ''));
  return number >= must.least && number <= must.most && (must.unit === undefined || text.endsWith(must.unit));
}

function isJson(value: unknown): boolean {
  try {
    JSON.parse(String(value).replaceAll(/([$%])\1\{/g, '$1{'));
    return true;
  } catch {
    return false;
  }
}

/** Returns a body that breaks a rule and nothing else of it. */
export function plantedFault(rule: ProviderRule): Body {
  if ('refuse' in rule) return rule.bad;
  if ('fields' in rule) {
    const chosen = rule.has === 'at most one of' ? rule.fields.slice(0, 2) : [];
    return nested(
      rule.inside?.split('.') ?? [],
      merged(chosen.map((field) => nested(field.split('.'), 'planted'))),
    );
  }
  return nested(rule.field.split('.'), 'bad' in rule ? rule.bad : 'planted!');
}

function nested(steps: readonly string[], value: unknown): Body {
  return steps.reduceRight<unknown>((inner, step) => ({ [step]: inner }), value) as Body; // an object after one step
}

/** Returns objects as one, deeply. */
function merged(bodies: readonly Body[]): Body {
  const all: Record<string, unknown> = {};
  for (const body of bodies)
    for (const [key, value] of Object.entries(body)) {
      const before = all[key];
      all[key] = isObject(before) && isObject(value) ? merged([before, value]) : value;
    }
  return all;
}
