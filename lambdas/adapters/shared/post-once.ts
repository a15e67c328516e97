import { RuntimeFailure } from '../../core/errors.ts';
import type { EndpointAnswer } from '../../ports/endpoint.ts';

/**
 * Posts a text once, without a retry and without following a redirect.
 *
 * @throws RuntimeFailure `endpoint/no-answer` (retryable) when no answer came in time
 */
export async function postOnce(
  target: URL,
  headers: Readonly<Record<string, string>>,
  body: string,
  timeoutMs: number,
): Promise<EndpointAnswer> {
  try {
    const answer = await fetch(target, {
      method: 'POST',
      headers,
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: answer.status, body: await answer.text() };
  } catch (cause) {
    throw new RuntimeFailure('endpoint/no-answer', `POST ${target.pathname} got no answer`, {
      retryable: true,
      cause,
    });
  }
}
