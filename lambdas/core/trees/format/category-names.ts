/**
 * The dictionary of categories that XGBoost 3.1 and newer store in a model (`cats`): which text or number each code of
 * a categorical feature stood for in training. With it a caller's categories are coded by the model's own order.
 */

import { InvalidInput, RuntimeFailure } from '../../errors.ts';
import type { CategoryNames, TreeModel } from '../model.ts';
import {
  asObject,
  type DocumentObject,
  type DocumentValue,
  listAt,
  numbersAt,
  objectAt,
} from './document.ts';

/** `type` of categories that were 64-bit integers or doubles; XGBoost's own kinds of JSON arrays. */
const I64 = 15;
const F64 = 8;

/**
 * Per feature the names in the order of their codes; no features at all where the file has no dictionary.
 *
 * A dictionary with letters outside ASCII counts as none: XGBoost (3.1.3 and 3.2.0, npstr_to_arrow_strarr) counts
 * characters where bytes belong, so that `énorme` before `family` is stored as `énorm`, `efamil`, and the end is lost.
 */
export function readCategoryNames(booster: DocumentObject, numFeatures: number): readonly CategoryNames[] {
  if (!Object.hasOwn(booster, 'cats')) return [];
  const encodings = listAt(objectAt(booster, 'cats'), 'enc');
  if (encodings.length === 0) return [];
  if (encodings.length !== numFeatures)
    throw new RuntimeFailure(
      'model/bad-count',
      `${encodings.length} dictionaries for ${numFeatures} features`,
    );
  return encodings.map((encoding, i) => {
    const names = readNames(asObject(encoding, `enc[${i}]`));
    // A name twice would leave a caller's category without a code of its own.
    if (new Set(names).size !== names.length)
      throw new RuntimeFailure('model/out-of-range', `a category of feature ${i} is named twice`);
    return names;
  });
}

function readNames(encoding: DocumentObject): CategoryNames {
  const values = numbersAt(encoding, 'values');
  if (!Object.hasOwn(encoding, 'offsets')) return Array.from(values);
  const offsets = Array.from(numbersAt(encoding, 'offsets'));
  const letters = Array.from(values);
  const names = offsets.slice(1).map((end, i) => {
    const from = offsets[i] as number; // one before `end`
    if (
      !(Number.isInteger(from) && Number.isInteger(end) && from >= 0 && from <= end && end <= letters.length)
    )
      throw new RuntimeFailure('model/out-of-range', `category ${i} lies outside the bytes of the names`);
    return String.fromCharCode(...letters.slice(from, end));
  });
  return letters.every((letter) => letter > 0 && letter < 0x80) ? names : [];
}

/** The `cats` member of a document. */
export function writeCategoryNames(features: readonly CategoryNames[]): DocumentObject {
  const segments = [0];
  for (const names of features) segments.push((segments.at(-1) as number) + names.length);
  return {
    enc: features.map(writeNames),
    feature_segments: features.length === 0 ? new Int32Array() : Int32Array.from(segments),
    sorted_idx: Int32Array.from(features.flatMap(sortedPositions)),
  };
}

function writeNames(names: CategoryNames): DocumentValue {
  if (names.some((name) => typeof name === 'number')) {
    const numbers = names.map(Number);
    return numbers.every(Number.isSafeInteger)
      ? { type: I64, values: BigInt64Array.from(numbers, BigInt) }
      : { type: F64, values: Float64Array.from(numbers) };
  }
  const texts = names.map((name) => new TextEncoder().encode(String(name)));
  const offsets = [0];
  for (const { length } of texts) offsets.push((offsets.at(-1) as number) + length);
  return {
    // A feature without categories has no offsets at all.
    offsets: names.length === 0 ? new Int32Array() : Int32Array.from(offsets),
    values: Int8Array.from(texts.flatMap((bytes) => [...bytes])),
  };
}

/** Positions of the names in ascending order: numbers by value, texts by their code points, as bytes in UTF-8 sort. */
function sortedPositions(names: CategoryNames): number[] {
  const compare = (a: string | number, b: string | number): number => {
    if (typeof a === 'number') return a - Number(b);
    const [left, right] = [a, String(b)].map((text) => Array.from(text, (c) => c.codePointAt(0) as number));
    return compareLists(left as number[], right as number[]);
  };
  return [...names.keys()].sort((a, b) => compare(names[a] as string | number, names[b] as string | number));
}

function compareLists(left: readonly number[], right: readonly number[]): number {
  const at = left.findIndex((item, i) => item !== right[i]);
  if (at < 0) return left.length - right.length;
  return (left[at] as number) - (right[at] ?? -1);
}

/**
 * The codes of a categorical feature's values, NaN for a missing one (null).
 *
 * XGBoost takes a text that it has not seen for the next one in sorted order, without a word; here the caller says what
 * becomes of it.
 *
 * @param onUnseen - `refuse` fails, `missing` lets the trees take their default direction.
 * @throws InvalidInput `scoring/unseen-category`; RuntimeFailure `scoring/no-categories` where the model has no names
 * for this feature.
 */
export function categoryCodes(
  model: TreeModel,
  feature: number,
  values: readonly (string | number | null)[],
  onUnseen: 'refuse' | 'missing',
): Float32Array {
  const names = model.categoryNames[feature] ?? [];
  if (names.length === 0)
    throw new RuntimeFailure(
      'scoring/no-categories',
      `the model has no names for the categories of feature ${feature}`,
    );
  const codes = new Map<string | number, number>(names.map((name, code) => [name, code]));
  return Float32Array.from(values, (value, row) => {
    const code = value === null ? Number.NaN : codes.get(value);
    if (code === undefined && onUnseen === 'refuse')
      throw new InvalidInput('rows to score', [
        {
          code: 'scoring/unseen-category',
          path: `${model.featureNames[feature] ?? `f${feature}`}[${row}]`,
          message: 'not seen in training',
          allowed: names.slice(0, 20).join(', '),
        },
      ]);
    return code ?? Number.NaN;
  });
}
