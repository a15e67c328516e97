/** Routes of the scoring service, the same behind every server: from method and path to bytes. */

import type { ModelConfig } from '../core/config.ts';
import type { HttpResponse } from '../core/http.ts';
import { methodsOf, type SCORING_PATHS, type ScoringPath } from '../core/scoring-paths.ts';
import { errorAnswer, HEADERS, noModel } from './answer.ts';
import { answerScore, refusedAnswer, type ScoreRequest } from './http.ts';
import { openApi } from './openapi.ts';
import type { Scorer } from './scorer.ts';

export interface Route {
  readonly method: (typeof SCORING_PATHS)[ScoringPath];
  answer(request: ScoreRequest): HttpResponse | Promise<HttpResponse>;
}

/** The routes of one model's scoring service. */
export function createRoutes(scorer: Scorer, config: ModelConfig): Readonly<Record<ScoringPath, Route>> {
  const document = json(openApi(config));
  const alive = json({ status: 'alive' });
  const ready = json({ status: 'ready' });
  const get = (answer: Route['answer']): Route => ({ method: 'GET', answer });
  const health = get(() => alive);
  // A service that answers and cannot record is degraded, and ready: without it nobody would be answered.
  const readiness = get(async ({ requestId }) => {
    const error = await scorer.notReady();
    if (error !== undefined) return errorAnswer(503, requestId, error);
    const records = await scorer.recordTrouble();
    return records === undefined ? ready : json({ status: 'degraded', records });
  });
  return {
    '/score': { method: 'POST', answer: (request) => answerScore(scorer, request) },
    '/health': health,
    '/healthz': health,
    '/ready': readiness,
    '/readyz': readiness,
    '/model': get(async ({ requestId }) => {
      const model = await scorer.model();
      if (model === undefined)
        return errorAnswer(503, requestId, (await scorer.notReady()) ?? noModel(undefined));
      return json({ ...model, since: model.since === null ? null : new Date(model.since).toISOString() });
    }),
    '/openapi.json': get(() => document),
  };
}

/**
 * Answers a request by its method and path; an unknown one is 404, another method 405. HEAD is answered as GET, without the
 * body (RFC 9110, 9.3.2).
 */
export async function answerRequest(
  routes: Readonly<Record<ScoringPath, Route>>,
  { method, path, ...request }: ScoreRequest & { readonly method: string; readonly path: string },
): Promise<HttpResponse> {
  if (method === 'HEAD') return withoutBody(await answerRequest(routes, { method: 'GET', path, ...request }));
  if (!Object.hasOwn(routes, path)) return refusedAnswer('not-found', request.requestId);
  const route = routes[path as ScoringPath]; // it is one of its own keys
  if (route.method !== method) {
    const refused = refusedAnswer('method', request.requestId);
    return { ...refused, headers: { ...refused.headers, allow: methodsOf(route.method).join(', ') } };
  }
  return route.answer(request);
}

function withoutBody({ status, headers, body }: HttpResponse): HttpResponse {
  return { status, headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) }, body: '' };
}

function json(document: unknown): HttpResponse {
  return { status: 200, headers: HEADERS, body: JSON.stringify(document) };
}
