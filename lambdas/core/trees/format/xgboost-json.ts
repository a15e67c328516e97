/**
 * XGBoost's model as JSON text. Its parser is strictly typed: a float must carry a `.` or an `E` and an
 * integer must not ("Invalid cast, from Integer to Number"), so `JSON.stringify` cannot write a model.
 */

import { RuntimeFailure } from '../../errors.ts';
import { checkLimit } from '../model.ts';
import { type DocumentObject, type DocumentValue, malformedModel } from './document.ts';

/** Digits that always suffice to tell one float32 from the next. */
const FLOAT32_DIGITS = 9;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Reads JSON text in UTF-8.
 *
 * @throws RuntimeFailure `model/too-large` before anything is parsed, `model/truncated` when the text ends inside
 * an object, list or string, else `model/malformed`.
 */
export function parseModelJson(bytes: Uint8Array): DocumentValue {
  checkLimit('jsonBytes', bytes.length);
  const { parts, texts, endsInside } = survey(bytes);
  checkLimit('parts', parts);
  checkLimit('values', texts);
  try {
    // Typed by what JSON can hold; every access goes through document.ts, which checks.
    return JSON.parse(withoutNaN(new TextDecoder('utf-8', { fatal: true }).decode(bytes))) as DocumentValue;
  } catch (cause) {
    if (endsInside) throw new RuntimeFailure('model/truncated', 'the model file ends too early', { cause });
    throw malformedModel('the model is not valid JSON', cause);
  }
}

/**
 * XGBoost 1.x writes a bare NaN as the threshold of a split on categories, which is not JSON. A number beyond all
 * doubles stands in for it: no more finite than NaN, so that it is refused wherever a number counts.
 */
function withoutNaN(text: string): string {
  if (!text.includes('NaN')) return text;
  return text.replaceAll(/"(?:[^"\\]|\\.)*"|NaN/g, (part) => (part === 'NaN' ? '1e999' : part));
}

interface Survey {
  /** Objects, lists and members of objects. */
  readonly parts: number;
  /** Strings, keys included. */
  readonly texts: number;
  /** Whether a bracket or a string is still open at the end. */
  readonly endsInside: boolean;
}

/** Counts what `JSON.parse` would allocate: it cannot be stopped once it runs. */
function survey(bytes: Uint8Array): Survey {
  let open = 0;
  let parts = 0;
  let texts = 0;
  let quoted = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      quoted = !quoted;
      texts += Number(quoted);
    } else if (quoted) {
      if (byte === BACKSLASH) at++;
    } else if (byte === 0x7b || byte === 0x5b) {
      open++; // { or [
      parts++;
    } else if (byte === 0x7d || byte === 0x5d) open--;
    else if (byte === 0x3a) parts++; // the colon of a member
  }
  return { parts, texts, endsInside: quoted || open > 0 };
}

/** The JSON text of a document in UTF-8. Bare numbers must be integers. */
export function writeModelJson(root: DocumentObject): Uint8Array {
  return new TextEncoder().encode(toJson(root));
}

function toJson(value: DocumentValue): string {
  if (value instanceof Float32Array) return `[${Array.from(value, formatFloat32).join(',')}]`;
  if (value instanceof Float64Array) return `[${Array.from(value, formatFloat64).join(',')}]`;
  if (ArrayBuffer.isView(value)) return `[${value.join(',')}]`;
  if (Array.isArray(value)) return `[${value.map(toJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}:${toJson(item)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value);
}

/**
 * A finite float32 as XGBoost writes it: the shortest digits that give it back, always with an exponent:
 * `0E0`, `5E-1`, `-3.227688E-8`.
 */
export function formatFloat32(value: number): string {
  // Six digits survive any trip through float32, so a shorter text is these six with zeros at the end.
  for (let digits = 6; ; digits++) {
    const text = value.toExponential(digits - 1);
    if (digits < FLOAT32_DIGITS && Math.fround(Number(text)) !== value) continue;
    const [mantissa, exponent] = text.split('e') as [string, string]; // toExponential always has an e
    return `${Object.is(value, -0) ? '-' : ''}${mantissa.replace(/\.?0+$/, '')}E${Number(exponent)}`;
  }
}

/** A finite double, always with an exponent. */
function formatFloat64(value: number): string {
  return value.toExponential().replace('e', 'E').replace('+', '');
}
