/** Model files in and out. The format is recognised by its bytes; names and extensions say nothing. */

import type { ErrorCode } from '../../error-codes/index.ts';
import { RuntimeFailure } from '../../errors.ts';
import { checkLimit, type TreeModel } from '../model.ts';
import { readBinf, startsWithBinf } from './binf.ts';
import { fromDocument } from './read-document.ts';
import { parseUbjson } from './ubjson.ts';
import { writeUbjson } from './ubjson-writer.ts';
import { toDocument } from './write-document.ts';
import { parseModelJson, writeModelJson } from './xgboost-json.ts';

/**
 * Reads and validates an XGBoost model: UBJSON (the default of XGBoost since 2.1), JSON, or the old binary format
 * (`binf`, which 1.0 to 3.0 write and 3.1 refuses). All trees count, as in `Booster.predict`: XGBRegressor and
 * XGBClassifier stop at `best_iteration`, which is only an attribute.
 *
 * @throws RuntimeFailure, never anything else, with one of the codes `model/truncated`, `model/not-a-model`,
 * `model/pickle`, `model/malformed`, `model/bad-count`, `model/too-large`, `model/cycle`,
 * `model/out-of-range`, `model/unreachable-node`, `model/unsupported-format`, `model/unsupported-objective`,
 * `model/unsupported-booster`.
 */
export function readModel(bytes: Uint8Array): TreeModel {
  checkLimit('fileBytes', bytes.length);
  if (startsWithBinf(bytes)) return readBinf(bytes);
  return fromDocument(looksLikeJson(bytes) ? parseModelJson(bytes) : parseUbjson(bytes));
}

/** The model as XGBoost writes it by default (`model.ubj`); every version from 1.6 to 3.2 scores it alike. */
export function writeUbj(model: TreeModel): Uint8Array {
  return writeUbjson(toDocument(model));
}

/** The model as JSON text, readable by every XGBoost from 1.0. */
export function writeJson(model: TreeModel): Uint8Array {
  return writeModelJson(toDocument(model));
}

/** Formats that a model file may be mistaken for, by their first bytes. */
const FOREIGN: readonly (readonly [start: string, code: ErrorCode, what: string])[] = [
  ['\x80', 'model/pickle', 'a Python pickle, which can run any code when it is read'],
  ['PK', 'model/not-a-model', 'a zip archive'],
  ['\x1f\x8b', 'model/not-a-model', 'gzip data'],
];

function looksLikeJson(bytes: Uint8Array): boolean {
  const head = String.fromCharCode(...bytes.subarray(0, 4));
  if (head === '' || head === '{')
    throw new RuntimeFailure('model/truncated', `the model file has ${head.length} bytes`);
  for (const [start, code, what] of FOREIGN) {
    if (head.startsWith(start))
      throw new RuntimeFailure(code, `the model file is ${what}`, {
        fix: "write it with XGBoost's save_model('model.ubj')",
      });
  }
  if (/^\{["\s]/.test(head)) return true;
  if (/^\{[UiIlL]/.test(head)) return false;
  throw new RuntimeFailure('model/not-a-model', 'the file is neither UBJSON nor JSON of an XGBoost model');
}
