/** How large an answer can become, known before a row is scored. */

import type { ModelConfig } from '../core/config.ts';
import type { ErrorCode } from '../core/error-codes/index.ts';
import { isPastFeature } from '../core/features/past.ts';
import { encodeRow, type RowResult } from './answer.ts';
import type { LoadedModel } from './loaded-model.ts';
import type { RequestProblem } from './request-check.ts';
import { MAX_PROBLEMS } from './request-check.ts';
import { takesKeys } from './request-schema.ts';

/** The largest answer that the road from the service to its caller carries. */
export interface AnswerLimit {
  /** Bytes of a body, as {@link AnswerLimit.sizeOf} counts them. */
  readonly bytes: number;
  /** Bytes of a part of a body on its way; of two parts together it is their sum. */
  sizeOf(text: string): number;
}

/** Returns the number of rows whose answers fit, for a model and with or without reasons. */
export type RowsAllowed = (model: LoadedModel, reasons: boolean) => number;

/** A request's id of the longest form, a colon and the number of a row. */
const LONGEST_ID = 'x'.repeat(128 + 1 + 3);
/** No double has a longer text: a sign, `0.00000` and 17 digits. */
const LONGEST_NUMBER = -0.0000012345678901234567;
const LONGEST_TIME = '9999-12-31T23:59:59.999999Z';
/** Stands for the text around the rows: ids, the version and its digest. */
const HEAD = 'x'.repeat(1_024);
/** The longest of a model's reasons to refuse a row; a column's name has at most 63 characters. */
const PROBLEM: RequestProblem = {
  code: 'x'.repeat(32) as ErrorCode, // as long as any, and none of them
  path: 'x'.repeat(9 + 63),
  allowed: 'x'.repeat(64),
};

/** Bounds the answers of one blueprint's models by their features' names and descriptions. */
export function createRowsAllowed(config: ModelConfig, limit: AnswerLimit): RowsAllowed {
  const descriptions = new Map(config.features.fields.map(({ name, description }) => [name, description]));
  const asksStore = takesKeys(config) || config.features.fields.some(isPastFeature);
  const known = { asOf: LONGEST_TIME, missing: [...descriptions.keys()] };
  const number = LONGEST_NUMBER;
  const refused: RowResult = {
    id: LONGEST_ID,
    error: { code: 'score/refused', problems: new Array<typeof PROBLEM>(MAX_PROBLEMS).fill(PROBLEM) },
  };

  function scored(model: LoadedModel, reasons: boolean): RowResult {
    const contributions = model.features.map((feature) => ({
      feature,
      description: descriptions.get(feature) ?? feature,
      contribution: number,
    }));
    return {
      id: LONGEST_ID,
      score: number,
      decision: false,
      ...(asksStore && known),
      ...(reasons && { reasons: { baseline: number, margin: number, contributions } }),
    };
  }

  const compute: RowsAllowed = (model, reasons) => {
    const sizes = [refused, scored(model, reasons)].map((row) => limit.sizeOf(`${encodeRow(row)},`));
    return Math.floor((limit.bytes - limit.sizeOf(HEAD)) / Math.max(...sizes));
  };
  const computed = { with: new WeakMap<LoadedModel, number>(), without: new WeakMap<LoadedModel, number>() };
  return (model, reasons) => {
    const cache = reasons ? computed.with : computed.without;
    const rows = cache.get(model) ?? compute(model, reasons);
    cache.set(model, rows);
    return rows;
  };
}
