import type { ModelConfig } from '../core/config.ts';
import { type HttpRequest, type HttpResponse, PROBE_HEADER } from '../core/http.ts';
import type { AnswerLimit } from './answer-size.ts';
import { asId, requestIdOf } from './http.ts';
import { answerRequest, createRoutes } from './routes.ts';
import { createScorer, type ScorerOptions } from './scorer.ts';

export type Service = (request: HttpRequest) => Promise<HttpResponse>;

/**
 * The scoring service behind a gateway, for a sandbox that stands still between requests: every record is in the
 * stream before the answer goes out.
 *
 * @param readSecret - Reads the secret of the pseudonyms, once.
 * @param answerLimit - The largest answer that the gateway carries.
 */
export async function createService(
  ports: ScorerOptions['ports'],
  config: ModelConfig,
  readSecret: () => Promise<string>,
  answerLimit?: AnswerLimit,
): Promise<Service> {
  const secret = await readSecret();
  const scorer = createScorer({ ports, config, secret, ...(answerLimit && { answerLimit }) });
  const routes = createRoutes(scorer, config);
  return async ({ method, path, headers, body, receivedId }) => {
    const requestId = requestIdOf(headers['x-request-id'], () => asId(receivedId));
    const contentType = headers['content-type'];
    const contentEncoding = headers['content-encoding'];
    const probe = headers[PROBE_HEADER];
    const answer = await answerRequest(routes, {
      method,
      path,
      requestId,
      contentType,
      contentEncoding,
      probe,
      body,
    });
    await scorer.flush();
    return { ...answer, headers: { ...answer.headers, 'x-request-id': requestId } };
  };
}
