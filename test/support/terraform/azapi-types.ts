/**
 * Bodies of `azapi` resources against the types that the provider embeds, which are made of the vendor's API descriptions: the
 * same refusals as at its plan (github.com/Azure/terraform-provider-azapi, internal/azure/types). The provider does not look at
 * the bodies of updates and actions; this does.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { isObject, isTemplate } from './schema.ts';

/** The types of some resources, as the provider has them: an array in which `#/7` is the eighth. */
export type ApiTypes = Readonly<Record<string, readonly ApiType[]>>;

interface Reference {
  readonly $ref: string;
}
interface Property {
  readonly type: Reference;
  /** Bits: 1 required, 2 read-only, 4 write-only, 8 constant at deployment. */
  readonly flags: number;
}
type Properties = Readonly<Record<string, Property>>;

/** One type of the array. */
export interface ApiType {
  readonly $type: string;
  readonly name?: string;
  readonly body?: Reference;
  readonly properties?: Properties;
  readonly additionalProperties?: Reference;
  readonly discriminator?: string;
  readonly baseProperties?: Properties;
  /** Types by discriminator, of all in a union, or of the items of an array. */
  readonly elements?: Readonly<Record<string, Reference>> | readonly Reference[];
  readonly itemType?: Reference;
  readonly value?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minValue?: number;
  readonly maxValue?: number;
}

/** Types of azapi 2.12.0 without their descriptions, those of our stacks alone: `{ "Microsoft.Web@2024-11-01": [...] }`. */
const FILE = join(import.meta.dirname, '../../fixtures/azapi-types/types.json.gz');

export const readApiTypes = (): ApiTypes => JSON.parse(gunzipSync(readFileSync(FILE)).toString()) as ApiTypes; // the pruner's own format

const REQUIRED = 1;
const READ_ONLY = 2;

/** What is wrong, with the path in the body. */
type Problem = string;

/**
 * Returns the problems of a body; the name stands beside it, as in the provider.
 *
 * @param type - `Microsoft.Web/sites@2024-11-01`
 */
export function bodyProblems(
  all: ApiTypes,
  type: string,
  body: Readonly<Record<string, unknown>>,
): readonly Problem[] {
  const [name = '', version = ''] = type.split('@');
  const types = all[`${name.split('/')[0]}@${version}`];
  const found = types?.find(
    (one) => one.$type === 'ResourceType' && one.name?.toLowerCase() === type.toLowerCase(),
  );
  if (types === undefined || found?.body === undefined) return [`${type} has no types`];
  return new Checker(types).problems(body, found.body, '');
}

class Checker {
  private readonly types: readonly ApiType[];

  constructor(types: readonly ApiType[]) {
    this.types = types;
  }

  /** Problems of a value of a type. A value that Terraform computes has none. */
  problems(value: unknown, reference: Reference, path: string): readonly Problem[] {
    const type = this.types[Number(reference.$ref.slice(2))];
    if (type === undefined) return [`${path} has the unknown type ${reference.$ref}`];
    if (value === null || value === undefined || isTemplate(value)) return [];
    const expected = (what: string, fits: boolean): readonly Problem[] =>
      fits ? [] : [`${path} is not ${what}: ${JSON.stringify(value).slice(0, 40)}`];
    switch (type.$type) {
      case 'AnyType':
        return [];
      case 'BooleanType':
        return expected('true or false', typeof value === 'boolean');
      case 'IntegerType':
        return expected(
          `a whole number from ${type.minValue ?? 'any'} to ${type.maxValue ?? 'any'}`,
          Number.isInteger(value) &&
            Number(value) >= (type.minValue ?? Number.NEGATIVE_INFINITY) &&
            Number(value) <= (type.maxValue ?? Number.POSITIVE_INFINITY),
        );
      case 'StringLiteralType':
        return expected(`'${type.value}'`, value === type.value);
      case 'StringType':
        return expected(
          `a text of ${type.minLength ?? 0} to ${type.maxLength ?? 'any'} characters${type.pattern ? ` like ${type.pattern}` : ''}`,
          typeof value === 'string' &&
            value.length >= (type.minLength ?? 0) &&
            value.length <= (type.maxLength ?? Number.POSITIVE_INFINITY) &&
            new RegExp(type.pattern ?? '').test(value),
        );
      case 'UnionType':
        return expected(
          'one of its values',
          Object.values(type.elements ?? {}).some((one) => this.problems(value, one, path).length === 0),
        );
      case 'ArrayType':
        if (!Array.isArray(value)) return expected('a list', false);
        return value.flatMap((item, i) =>
          type.itemType === undefined ? [] : this.problems(item, type.itemType, `${path}[${i}]`),
        );
      case 'ObjectType':
        return isObject(value)
          ? this.members(value, type.properties ?? {}, path, type.additionalProperties)
          : expected('an object', false);
      case 'DiscriminatedObjectType':
        return isObject(value) ? this.variants(value, type, path) : expected('an object', false);
      default:
        return [`${path} has a type of the kind ${type.$type}, which is not read`];
    }
  }

  private members(
    value: Readonly<Record<string, unknown>>,
    properties: Properties,
    path: string,
    others: Reference | undefined,
  ): readonly Problem[] {
    const given = Object.entries(value).flatMap(([key, item]): readonly Problem[] => {
      const property = properties[key];
      const at = `${path}.${key}`;
      if (property === undefined)
        return others === undefined ? [`${at} is unknown`] : this.problems(item, others, at);
      const isReadOnly = (property.flags & READ_ONLY) !== 0;
      if (isReadOnly) return (property.flags & REQUIRED) !== 0 ? [] : [`${at} is read-only`];
      return this.problems(item, property.type, at);
    });
    const missing = Object.entries(properties)
      .filter(([key, { flags }]) => (flags & REQUIRED) !== 0 && (flags & READ_ONLY) === 0 && !(key in value))
      .filter(([key]) => !(path === '' && key === 'name'))
      .map(([key]) => `${path}.${key} is missing`);
    return [...given, ...missing];
  }

  private variants(
    value: Readonly<Record<string, unknown>>,
    { discriminator = '', baseProperties = {}, elements = {} }: ApiType,
    path: string,
  ): readonly Problem[] {
    const which = value[discriminator];
    const variant = Object.entries(elements).find(([name]) => name === which)?.[1];
    if (variant === undefined)
      return [`${path}.${discriminator} is not one of ${Object.keys(elements).join(', ')}`];
    const base = Object.fromEntries(Object.entries(value).filter(([key]) => key in baseProperties));
    const rest = Object.fromEntries(Object.entries(value).filter(([key]) => !(key in baseProperties)));
    return [
      ...this.members(base, baseProperties, path, undefined),
      ...this.problems(rest, variant as Reference, path),
    ];
  }
}
