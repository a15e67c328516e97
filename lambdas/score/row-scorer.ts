/** One version's scores of a request's rows: their outcomes, what is recorded of them, and what the caller is told. */

import type { ModelConfig } from '../core/config.ts';
import type { Row } from '../core/table/table.ts';
import type { Ports } from '../ports/index.ts';
import type { Prediction } from '../stores/predictions.ts';
import { type AnswerReasons, codeOf, type KnownPast, type RowResult } from './answer.ts';
import type { LoadedModel } from './loaded-model.ts';
import type { Recorder } from './recorder.ts';
import type { RequestProblem } from './request-check.ts';

/** The version that scores a request, and under which name its records stand. */
export interface ScoringVersion {
  readonly model: LoadedModel;
  readonly releaseSeq: number;
  readonly arm: Prediction['arm'];
}

export interface IdentifiedRow {
  readonly row: Row;
  /** Data of the online store for its key; undefined if the store was not read. */
  readonly known: KnownPast | undefined;
  /** Id of the row in the response. */
  readonly id: string;
  /** Id of the row in the record. */
  readonly subject: string;
  readonly entity: string | undefined;
  /** ms since 1970; undefined where neither the request nor the store names it. */
  readonly eventTime: number | undefined;
}

interface Outcome {
  readonly status: Prediction['status'];
  /** With `ok` only. */
  readonly score?: number;
  readonly problems: readonly RequestProblem[];
}

export interface ScoredRows {
  readonly answering: ScoringVersion;
  readonly rows: readonly (IdentifiedRow & { readonly outcome: Outcome })[];
  /** ms since 1970. */
  readonly at: number;
  /** Average per row. */
  readonly latencyMs: number;
  /** Rows without a score; infinitely many where the model threw, for then none is answered. */
  readonly unanswered: number;
}

export interface RowScorer {
  /** @param started - On the steady clock: when the work on these rows began. */
  score(rows: readonly IdentifiedRow[], answering: ScoringVersion, started: number): ScoredRows;
  /** Records every row, or those that have a score. */
  record(scored: ScoredRows, which: 'all' | 'scored'): void;
  /** One answer per row; undefined where the model threw. */
  answers(scored: ScoredRows, reasons: boolean): RowResult[] | undefined;
}

/** Scores rows by any version of one model. */
export function createRowScorer(
  { clock, logger, predictions }: Pick<Ports, 'clock' | 'logger' | 'predictions'>,
  { features, problem, serving }: ModelConfig,
  recorder: Recorder,
): RowScorer {
  const descriptions = new Map(features.fields.map(({ name, description }) => [name, description]));
  const threshold = problem.type === 'binary-classification' ? serving.decisionThreshold : undefined;

  function outcomeOf(model: LoadedModel, row: Row): Outcome {
    try {
      const scored = model.score(row);
      if (scored.kind === 'refused') return { status: 'invalid', problems: scored.problems };
      if (Number.isFinite(scored.score)) return { status: 'ok', score: scored.score, problems: [] };
      logger.error('score.not-finite', { version: model.version });
    } catch (error) {
      // The code only: a message may quote a value.
      logger.error('score.failed', { version: model.version, code: codeOf(error) });
    }
    return { status: 'error', problems: [] };
  }

  /** Without reasons where they cannot be had: the score stands, and its version is not to blame. */
  function explain(model: LoadedModel, row: Row): { readonly reasons?: AnswerReasons } {
    try {
      const { contributions, ...rest } = model.explain(row);
      const described = contributions.map(({ feature, contribution }) => ({
        feature,
        description: descriptions.get(feature) ?? feature,
        contribution,
      }));
      return { reasons: { ...rest, contributions: described } };
    } catch (error) {
      logger.error('score.reasons-failed', { version: model.version, code: codeOf(error) });
      return {};
    }
  }

  return {
    score(identified, answering, started) {
      const rows = identified.map((one) => ({ ...one, outcome: outcomeOf(answering.model, one.row) }));
      const failed = rows.some(({ outcome }) => outcome.status === 'error');
      return {
        answering,
        rows,
        at: clock.now(),
        latencyMs: Math.round(((clock.steady() - started) / rows.length) * 1_000) / 1_000,
        unanswered: failed
          ? Number.POSITIVE_INFINITY
          : rows.filter(({ outcome }) => outcome.score === undefined).length,
      };
    },
    record({ answering, rows, at, latencyMs, unanswered }, which) {
      const { model, releaseSeq, arm } = answering;
      for (const { subject, entity, eventTime, row, outcome } of rows) {
        const { status, score, problems } = outcome;
        // If one row fails, the others get no response, so nothing is recorded of them.
        if (unanswered === Number.POSITIVE_INFINITY && status !== 'error') continue;
        if (which === 'scored' && score === undefined) continue;
        const record = predictions.nextId();
        const { version } = model;
        recorder.record(
          {
            record,
            id: subject,
            at,
            eventTime,
            entity,
            releaseSeq,
            arm,
            version,
            status,
            latencyMs,
            score,
            ...(problems[0] && { refused: { code: problems[0].code, field: problems[0].path } }),
          },
          row,
        );
      }
    },
    answers({ answering, rows, unanswered }, reasons) {
      if (unanswered === Number.POSITIVE_INFINITY) return undefined;
      return rows.map(({ id, row, known, outcome: { score, problems } }): RowResult => {
        if (score === undefined) return { id, error: { code: 'score/refused', problems } };
        const scored = threshold === undefined ? { id, score } : { id, score, decision: score >= threshold };
        const answer = known === undefined ? scored : { ...scored, ...known };
        return reasons ? { ...answer, ...explain(answering.model, row) } : answer;
      });
    },
  };
}
