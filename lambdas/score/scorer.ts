/** The scoring service: one use case behind every cloud's function and the local server. */

import type { ModelConfig } from '../core/config.ts';
import type { HttpResponse } from '../core/http.ts';
import { goesToChallenger } from '../core/release/traffic-split.ts';
import type { Ports } from '../ports/index.ts';
import type { BundleMetrics } from '../stores/bundle.ts';
import { isProbe, type ProbeClaim } from '../stores/probe-proof.ts';
import { pseudonyms } from '../stores/pseudonym.ts';
import {
  type AnswerError,
  codeOf,
  encodeRow,
  errorAnswer,
  HEADERS,
  noModel,
  type RowResult,
} from './answer.ts';
import { type AnswerLimit, createRowsAllowed } from './answer-size.ts';
import { type LoadedModel, loadModel } from './loaded-model.ts';
import { createOnlineReader } from './online-rows.ts';
import type { RecordTrouble } from './record-health.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import { compileRequestCheck, MAX_PROBLEMS, type RequestProblem } from './request-check.ts';
import {
  createRowScorer,
  type IdentifiedRow,
  type RowScorer,
  type ScoredRows,
  type ScoringVersion,
} from './row-scorer.ts';
import { createServedModels, type Served } from './served-models.ts';

export interface ScorerOptions {
  readonly ports: Pick<Ports, 'objects' | 'clock' | 'online' | 'predictions' | 'metrics' | 'logger'>;
  readonly config: ModelConfig;
  /**
   * Secret of the pseudonyms under which ids and keys are recorded; ground truth is collected with the same one.
   *
   * @default - ids are recorded as given, which a model with a sensitive key refuses
   */
  readonly secret?: string;
  /** Beyond it an answer would be lost on its way. @default - answers of any size arrive */
  readonly answerLimit?: AnswerLimit;
  /** How a version is loaded and verified. @default loadModel */
  readonly load?: typeof loadModel;
}

/** The model that serves now, as `/model` shows it. */
interface ServingModel {
  readonly name: string;
  readonly version: number;
  readonly digest: string;
  readonly releaseSeq: number;
  /** ms since 1970. */
  readonly since: number | null;
  readonly stale: boolean;
  readonly metrics: BundleMetrics;
}

export interface Scorer {
  /**
   * Answers a parsed request. `requestId` matches `ID_PATTERN`. Never throws.
   *
   * A request that proves to be the probe's is answered as any other, and neither recorded nor counted.
   */
  score(
    request: unknown,
    context: { readonly requestId: string; readonly probe?: ProbeClaim | undefined },
  ): Promise<HttpResponse>;
  /** Undefined when a champion is loaded, otherwise the error of every answer. */
  notReady(): Promise<AnswerError | undefined>;
  /** Returns the model that serves now, or undefined. */
  model(): Promise<ServingModel | undefined>;
  /** Reads the release pointer now instead of within five seconds. */
  refresh(): Promise<void>;
  /** Waits until every record can be read. */
  flush(): Promise<void>;
  /** Returns the problem of the records; undefined when every record is written. */
  recordTrouble(): Promise<RecordTrouble | undefined>;
}

/**
 * The scoring service of one model.
 *
 * Every row that reached the model is recorded. A request that the checker refuses is not: it says nothing about
 * the version, and otherwise a caller's rubbish could force a rollback.
 */
export function createScorer(options: ScorerOptions): Scorer {
  const { ports, config, secret, answerLimit, load = loadModel } = options;
  const { clock, logger } = ports;
  const nameOf = pseudonyms(config, secret);
  const models = createServedModels(ports, load);
  const recorder = createRecorder(ports, config);
  const check = compileRequestCheck(config);
  const onlineRows = createOnlineReader(ports, config);
  const rowScorer = createRowScorer(ports, config, recorder);
  const rowsAllowed = answerLimit && createRowsAllowed(config, answerLimit);

  const counted: Counting = { record: rowScorer.record, refuse: recorder.refuse, fail: recorder.fail };

  async function answer(
    request: unknown,
    requestId: string,
    { record, refuse, fail }: Counting,
  ): Promise<HttpResponse> {
    const started = clock.steady();
    const checked = check(request);
    if (checked.kind === 'refused') {
      const { problems } = checked;
      const { code, path } = problems[0] ?? { code: 'score/invalid-request', path: '' };
      refuse({ code, field: path });
      return errorAnswer(400, requestId, { code: 'score/invalid-request', message: INVALID, problems });
    }
    const served = await models.current();
    if (served === undefined) return withoutModel(requestId, fail);
    if (checked.kind === 'rows') {
      const allowed = mostRows(served, checked.reasons);
      if (checked.rows.length > allowed) {
        refuse({ code: 'request/too-many-rows', field: 'rows' });
        return tooLarge(requestId, allowed, checked.reasons);
      }
    }
    const found =
      checked.kind === 'key'
        ? await onlineRows.rowOf(checked)
        : await onlineRows.withPast(checked.rows, clock.now());
    if (found.kind === 'unavailable') return errorAnswer(503, requestId, UNAVAILABLE);
    const single = checked.kind !== 'rows';
    if (found.kind === 'unknown') {
      refuse({ code: 'request/unknown-key', field: 'key' });
      return unknownKeys(requestId, single ? ['key'] : found.positions.map((row) => `rows[${row}].key`));
    }
    const identified = found.rows.map((row, index): IdentifiedRow => {
      const id = row.id ?? (single ? requestId : `${requestId}:${index}`);
      const given = row.id ?? row.key;
      const subject = given === undefined ? id : nameOf(given);
      const entity = given === undefined || secret === undefined ? undefined : nameOf(row.key ?? given);
      return { row: row.row, known: row.known, id, subject, entity, eventTime: row.eventTime };
    });
    const { answering, shadow } = assign(served, single ? identified[0] : undefined, requestId);
    const own = rowScorer.score(identified, answering, started);
    record(own, 'all');
    if (shadow !== undefined) record(rowScorer.score(identified, shadow, clock.steady()), 'all');
    const given = betterOf(own, served, record);
    const answers = rowScorer.answers(given, checked.reasons);
    if (answers === undefined) return errorAnswer(500, requestId, FAILED);
    const [first] = answers;
    if (single && first !== undefined && 'error' in first) {
      return errorAnswer(422, requestId, { ...first.error, message: REFUSED });
    }
    return rowsAnswer(requestId, served, given.answering.model, answers);
  }

  /** Nobody is answered: a failure for the alarms, unless nothing has been released. */
  function withoutModel(requestId: string, fail: Counting['fail']): HttpResponse {
    if (models.unavailable !== undefined) fail();
    return errorAnswer(503, requestId, noModel(models.unavailable));
  }

  /** Rows whose answers arrive, whichever version gives them. */
  function mostRows({ model, challenger }: Served, reasons: boolean): number {
    if (rowsAllowed === undefined) return Number.POSITIVE_INFINITY;
    const models = challenger === undefined ? [model] : [model, challenger.model];
    return Math.min(...models.map((one) => rowsAllowed(one, reasons)));
  }

  /**
   * If a challenger fails or refuses rows, the champion answers the request instead, if it can: a release costs no caller a
   * response. Only scores of the champion are recorded then. The failure is already recorded for the challenger, and one
   * request must not count as two events.
   */
  function betterOf(own: ScoredRows, { model, releaseSeq }: Served, record: Counting['record']): ScoredRows {
    if (own.answering.arm === 'champion' || own.unanswered === 0) return own;
    const instead = rowScorer.score(own.rows, { model, releaseSeq, arm: 'champion' }, clock.steady());
    if (instead.unanswered >= own.unanswered) return own;
    record(instead, 'scored');
    return instead;
  }

  /** Rows of one request go to one version: by the row's entity, or by the request where there are several rows. */
  function assign(
    { model, challenger, releaseSeq }: Served,
    row: IdentifiedRow | undefined,
    requestId: string,
  ): { readonly answering: ScoringVersion; readonly shadow?: ScoringVersion } {
    const champion: ScoringVersion = { model, releaseSeq, arm: 'champion' };
    if (challenger === undefined) return { answering: champion };
    const unit = row?.entity ?? row?.subject ?? requestId;
    if (!goesToChallenger(unit, challenger.model.version, challenger.live)) return { answering: champion };
    const other: ScoringVersion = { model: challenger.model, releaseSeq, arm: 'challenger' };
    return challenger.live.shadow ? { answering: champion, shadow: other } : { answering: other };
  }

  function rowsAnswer(
    requestId: string,
    { releaseSeq, stale }: Served,
    model: LoadedModel,
    answers: readonly RowResult[],
  ): HttpResponse {
    const head = `{"requestId":"${requestId}","model":{"name":"${config.name}","version":${model.version},"digest":"${model.digest}"}`;
    const body = `${head},"releaseSeq":${releaseSeq}${stale ? ',"stale":true' : ''},"predictions":[${answers.map(encodeRow).join()}]}`;
    return { status: 200, headers: stale ? STALE_HEADERS : HEADERS, body };
  }

  return {
    async score(request, { requestId, probe }) {
      const counting = isProbe(requestId, probe, secret) ? UNCOUNTED : counted;
      try {
        return await answer(request, requestId, counting);
      } catch (error) {
        logger.error('score.failed', { requestId, code: codeOf(error) });
        counting.fail();
        return errorAnswer(500, requestId, FAILED);
      }
    },
    notReady: async () => ((await models.current()) ? undefined : noModel(models.unavailable)),
    async model() {
      const served = await models.current();
      if (served === undefined) return undefined;
      const { model, releaseSeq, since, stale } = served;
      const { version, digest, metrics } = model;
      return { name: config.name, version, digest, releaseSeq, since, stale, metrics };
    },
    refresh: models.refresh,
    flush: recorder.flush,
    recordTrouble: recorder.trouble,
  };
}

/** Record of a request, and its counts. */
interface Counting {
  readonly record: RowScorer['record'];
  readonly refuse: Recorder['refuse'];
  readonly fail: Recorder['fail'];
}

/** The probe's requests are nobody's: no version is judged by them, and no caller is counted. */
const UNCOUNTED: Counting = { record() {}, refuse() {}, fail() {} };

const INVALID = 'the request is not what this model takes; its schema is at /openapi.json';
const REFUSED = "the row was refused by the model's features";
const FAILED: AnswerError = { code: 'score/failed', message: 'scoring failed' };

/** Paths only: a key may name a person. */
function unknownKeys(requestId: string, paths: readonly string[]): HttpResponse {
  const problems = paths
    .slice(0, MAX_PROBLEMS)
    .map(
      (path): RequestProblem => ({ code: 'request/unknown-key', path, allowed: 'a key that was ingested' }),
    );
  const message = 'the online store has no row of this key';
  return errorAnswer(404, requestId, { code: 'score/unknown-key', message, problems });
}

function tooLarge(requestId: string, rows: number, reasons: boolean): HttpResponse {
  const allowed = `an array of 1 to ${rows} rows${reasons ? ', or more without reasons' : ''}`;
  const message = 'the answer could be larger than what reaches the caller';
  const problems: RequestProblem[] = [{ code: 'request/too-many-rows', path: 'rows', allowed }];
  return errorAnswer(413, requestId, { code: 'score/answer-too-large', message, problems });
}

const UNAVAILABLE: AnswerError = {
  code: 'score/features-unavailable',
  message: 'the online store did not answer',
};
const STALE_HEADERS = { ...HEADERS, 'x-model-stale': 'true' };
