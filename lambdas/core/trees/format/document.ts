/**
 * The tree of values that a model file holds, the same for UBJSON and JSON text, and typed access to it.
 * Typed arrays keep the type that the file must have: float32 lists, 32-bit and 8-bit integers. A bare number
 * is always an integer; XGBoost writes single floats as text.
 */

import { RuntimeFailure } from '../../errors.ts';

export type NumberArray = Float32Array | Float64Array | Int8Array | Int16Array | Int32Array | Uint8Array;

export type DocumentValue =
  | null
  | boolean
  | number
  | string
  | NumberArray
  | BigInt64Array
  | readonly DocumentValue[]
  | DocumentObject;

export interface DocumentObject {
  readonly [key: string]: DocumentValue;
}

/** A file that is well formed as UBJSON or JSON but is not the document that XGBoost writes. */
export function malformedModel(message: string, cause?: unknown): RuntimeFailure {
  return new RuntimeFailure('model/malformed', message, { cause });
}

/** The object under `key`. @throws RuntimeFailure `model/malformed` when it is absent or something else. */
export function objectAt(parent: DocumentObject, key: string): DocumentObject {
  return asObject(valueAt(parent, key), key);
}

/** `value` as an object, or a failure that names it. */
export function asObject(value: DocumentValue, name: string): DocumentObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value))
    throw malformedModel(`'${name}' must be an object`);
  // The rest of the union is an object: neither null, nor a list, nor a typed array.
  return value as DocumentObject;
}

/** The text under `key`. */
export function textAt(parent: DocumentObject, key: string): string {
  const value = valueAt(parent, key);
  if (typeof value !== 'string') throw malformedModel(`'${key}' must be text`);
  return value;
}

/** The number of 0 or more that XGBoost keeps as text under `key`: `"num_feature": "14"`. */
export function countAt(parent: DocumentObject, key: string): number {
  const text = textAt(parent, key);
  if (!/^\d{1,15}$/.test(text))
    throw new RuntimeFailure('model/bad-count', `'${key}' must be a count, got '${text.slice(0, 20)}'`);
  return Number(text);
}

/** The list of any values under `key`. */
export function listAt(parent: DocumentObject, key: string): readonly DocumentValue[] {
  const value = valueAt(parent, key);
  // Array.isArray does not narrow readonly arrays; only lists pass it here.
  if (!Array.isArray(value)) throw malformedModel(`'${key}' must be a list`);
  return value as readonly DocumentValue[];
}

/** The texts under `key`, none when the key is absent (files before XGBoost 1.6). */
export function textsAt(parent: DocumentObject, key: string): readonly string[] {
  if (!Object.hasOwn(parent, key)) return [];
  return listAt(parent, key).map((value) => {
    if (typeof value !== 'string') throw malformedModel(`'${key}' must hold texts`);
    return value;
  });
}

/** The numbers under `key`, from a typed array or a plain list of numbers. */
export function numbersAt(parent: DocumentObject, key: string): ArrayLike<number> {
  return toNumbers(valueAt(parent, key), key);
}

/** The flags under `key`, as numbers: numbers, or JSON booleans without any number among them. */
export function flagsAt(parent: DocumentObject, key: string): ArrayLike<number> {
  const value = valueAt(parent, key);
  return isBooleans(value) ? value.map(Number) : toNumbers(value, key);
}

function isBooleans(value: DocumentValue): value is readonly boolean[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'boolean');
}

function toNumbers(value: DocumentValue, key: string): ArrayLike<number> {
  if (Array.isArray(value)) {
    if (!value.every((item) => typeof item === 'number')) throw malformedModel(`'${key}' must hold numbers`);
    return value;
  }
  if (!ArrayBuffer.isView(value)) throw malformedModel(`'${key}' must be a list of numbers`);
  // Beyond 2^53 the last digits go; nothing that is read is as large.
  return value instanceof BigInt64Array ? Float64Array.from(value, Number) : value;
}

function valueAt(parent: DocumentObject, key: string): DocumentValue {
  // Own keys only: a file may name `__proto__` or `constructor`.
  const value = Object.hasOwn(parent, key) ? parent[key] : undefined;
  if (value === undefined) throw malformedModel(`'${key}' is missing`);
  return value;
}
