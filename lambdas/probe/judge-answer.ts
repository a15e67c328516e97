import type { ErrorCode } from '../core/error-codes/index.ts';
import { RuntimeFailure } from '../core/errors.ts';
import type { EndpointAnswer } from '../ports/endpoint.ts';

/** Why an answer is wrong, for a log. The row is nobody's, so that its score may be read. */
export interface ProbeFailure {
  readonly code: ErrorCode;
  /** HTTP status, where an answer came. */
  readonly status?: number;
  /** Code of the answer's own error. */
  readonly error?: string;
  /** Version that answered. */
  readonly answered?: number;
  /** Score that was recorded at registration. */
  readonly expected?: number;
  readonly got?: number;
}

export interface ExpectedAnswer {
  readonly version: number;
  /** Undefined where no score was recorded, or one of other features. */
  readonly score?: number;
  /** Whether the row's key is unknown and refused for that: a service that says so is in order. */
  readonly unknownKey: boolean;
}

/**
 * Compares an answer with the one that was recorded. Scores are equal to the last bit: the same code computes both.
 *
 * @returns undefined when it is right
 */
export function judgeAnswer(
  answer: EndpointAnswer | { readonly cause: unknown },
  { version, score, unknownKey }: ExpectedAnswer,
): ProbeFailure | undefined {
  if ('cause' in answer) {
    if (answer.cause instanceof RuntimeFailure) return { code: answer.cause.code };
    throw answer.cause;
  }
  const { status } = answer;
  const { error, answered, got } = read(answer.body);
  if (unknownKey && status === 404 && error === 'score/unknown-key') return undefined;
  if (status !== 200) return { code: 'probe/refused', status, ...(error !== undefined && { error }) };
  if (answered === undefined || got === undefined) return { code: 'probe/unreadable', status };
  if (answered !== version) return { code: 'probe/other-version', status, answered };
  if (score === undefined || got === score) return undefined;
  return { code: 'probe/other-score', status, answered, expected: score, got };
}

interface ReadAnswer {
  readonly error?: string;
  readonly answered?: number;
  readonly got?: number;
}

/** The parts of an answer that are compared; of a body in another form, none. */
function read(body: string): ReadAnswer {
  const { error, model, predictions } = fieldsOf(parse(body));
  const { code } = fieldsOf(error);
  const { version } = fieldsOf(model);
  const { score } = fieldsOf(Array.isArray(predictions) ? predictions[0] : undefined);
  return {
    ...(typeof code === 'string' && { error: code }),
    ...(typeof version === 'number' && { answered: version }),
    ...(typeof score === 'number' && { got: score }),
  };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // a gateway's page
  }
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
