/** Values of attributes against the types of a provider's schema, as Terraform converts them. */

import {
  type Attribute,
  type CtyType,
  isExpression,
  isObject,
  isTemplate,
  listed,
  type Report,
} from './schema.ts';

/** Reports a value that Terraform would not convert to a type. */
export function checkType(value: unknown, type: CtyType, path: string, report: Report): void {
  if (value === null || type === 'dynamic' || isExpression(value)) return;
  const [kind, element, optional = []] = listed(type) as [string, unknown, (readonly string[])?]; // the form of a type
  const expected = (what: string) =>
    report('type', path, `expected ${what}, got ${String(JSON.stringify(value)).slice(0, 60)}`);
  switch (kind) {
    case 'string':
      if (typeof value === 'object') expected('a string');
      return;
    case 'number':
      if (!isNumeric(value)) expected('a number');
      return;
    case 'bool':
      if (
        typeof value !== 'boolean' &&
        !isTemplate(value) &&
        !['true', 'false', '1', '0'].includes(String(value))
      )
        expected('a bool');
      return;
    case 'list':
    case 'set':
      if (!Array.isArray(value)) expected(`a ${kind}`);
      else
        for (const [i, item] of value.entries()) checkType(item, element as CtyType, `${path}[${i}]`, report);
      return;
    case 'map':
      if (!isObject(value)) expected('a map');
      else
        for (const [key, item] of Object.entries(value))
          checkType(item, element as CtyType, `${path}.${key}`, report);
      return;
    default:
      if (!isObject(value)) expected('an object');
      else checkMembers(value, element as Readonly<Record<string, CtyType>>, optional, path, report);
  }
}

function isNumeric(value: unknown): boolean {
  if (typeof value === 'number' || isTemplate(value)) return true;
  return typeof value === 'string' && value !== '' && value.trim() === value && !Number.isNaN(Number(value));
}

/** Attributes written as blocks: JSON must have every one of an object, if only as null. */
function checkMembers(
  value: Readonly<Record<string, unknown>>,
  types: Readonly<Record<string, CtyType>>,
  optional: readonly string[],
  path: string,
  report: Report,
): void {
  for (const [name, type] of Object.entries(types))
    if (name in value) checkType(value[name], type, `${path}.${name}`, report);
    else if (!optional.includes(name))
      report(
        'missing-in-object',
        `${path}.${name}`,
        'every attribute of this object must be written, if only as null',
      );
  for (const name of Object.keys(value))
    if (!(name in types))
      report('unknown', `${path}.${name}`, 'is not an attribute of the object; Terraform drops it');
}

/** Reports an attribute that is missing, read-only, deprecated or of another type. */
export function checkAttribute(value: unknown, attribute: Attribute, path: string, report: Report): void {
  if (value === null || value === undefined) {
    if (attribute.required) report('missing', path, 'required attribute is not set');
    return;
  }
  if (attribute.computed && !attribute.optional && !attribute.required) {
    report('read-only', path, 'the provider decides this value');
    return;
  }
  if (attribute.deprecated) report('deprecated', path, 'attribute is deprecated', 'warning');
  if (attribute.nested_type === undefined) checkType(value, attribute.type ?? 'dynamic', path, report);
  else checkNested(value, attribute.nested_type, path, report);
}

function checkNested(
  value: unknown,
  { nesting_mode: mode, attributes }: NonNullable<Attribute['nested_type']>,
  path: string,
  report: Report,
): void {
  if (isExpression(value)) return;
  const isList = mode === 'list' || mode === 'set';
  if (isList ? !Array.isArray(value) : !isObject(value)) {
    report('type', path, `expected ${isList ? 'a list of objects' : 'an object'}`);
    return;
  }
  const items: readonly (readonly [string, unknown])[] =
    mode === 'single'
      ? [[path, value]]
      : Object.entries(value as object).map(([key, item]) => [`${path}[${key}]`, item]);
  for (const [at, item] of items) {
    if (isExpression(item)) continue;
    if (!isObject(item)) {
      report('type', at, 'expected an object');
      continue;
    }
    for (const [name, nested] of Object.entries(attributes))
      checkAttribute(item[name], nested, `${at}.${name}`, report);
    for (const name of Object.keys(item))
      if (!(name in attributes)) report('unknown', `${at}.${name}`, 'no such attribute');
  }
}
