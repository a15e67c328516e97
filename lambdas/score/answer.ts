/** Answers as bytes, the same on every target. */

import type { ErrorCode } from '../core/error-codes/index.ts';
import type { HttpResponse } from '../core/http.ts';
import type { RequestProblem } from './request-check.ts';

/** Result of one row. */
export type RowResult =
  | ({
      readonly id: string;
      readonly score: number;
      readonly decision?: boolean;
      readonly reasons?: AnswerReasons;
    } & Partial<KnownPast>)
  | {
      readonly id: string;
      readonly error: { readonly code: ErrorCode; readonly problems: readonly RequestProblem[] };
    };

/** Data of the online store for a row's key; only where the store was read. */
export interface KnownPast {
  /** Time of the newest event that the row's features are made from; null where the key has none. ISO 8601. */
  readonly asOf: string | null;
  /** Features that the store should have given, and had no value of. */
  readonly missing: readonly string[];
}

/** Why a row got its score, in the words of the blueprint; see core's `Reasons` for units. */
export interface AnswerReasons {
  readonly baseline: number;
  readonly margin: number;
  readonly contributions: readonly {
    readonly feature: string;
    readonly description: string;
    readonly contribution: number;
  }[];
}

/** On every answer; a caller's proxy must not keep a score. */
export const HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-store',
};

/** The `error` of an answer. */
export interface AnswerError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly problems?: readonly RequestProblem[];
}

/** Status 503: before the first release. */
const NO_MODEL: AnswerError = { code: 'score/no-model', message: 'no version has been released yet' };

/**
 * Error of an answer without a model, status 503.
 *
 * @param cause - Code of the failure that keeps every model from serving; undefined before the first release.
 */
export function noModel(cause: string | undefined): AnswerError {
  if (cause === undefined) return NO_MODEL;
  return { code: 'score/unavailable', message: `the version that serves cannot be loaded: ${cause}` };
}

/** Ids are made of `ID_PATTERN`, so they need no escape. */
export function errorAnswer(status: number, requestId: string, error: AnswerError): HttpResponse {
  return { status, headers: HEADERS, body: `{"requestId":"${requestId}","error":${JSON.stringify(error)}}` };
}

/**
 * A score prints as the shortest decimal that gives its double back; it is a float32, so the bytes are the same
 * wherever it was computed.
 */
export function encodeRow(answer: RowResult): string {
  if ('error' in answer) return JSON.stringify(answer);
  const { id, score, decision, asOf, missing, reasons } = answer;
  const decided = decision === undefined ? '' : `,"decision":${decision}`;
  const known =
    asOf === undefined ? '' : `,"asOf":${JSON.stringify(asOf)},"missing":${JSON.stringify(missing)}`;
  const why = reasons === undefined ? '' : `,"reasons":${JSON.stringify(reasons)}`;
  return `{"id":"${id}","score":${score}${decided}${known}${why}}`;
}

/** The code of a failure, for logs: unlike its message it can hold no value. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unexpected';
}
