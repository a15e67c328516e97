/**
 * Messages of a dead-letter queue on AWS. Three services share the queue of a model:
 *
 * - Lambda's on-failure destination: an invocation record with the function and its answer
 *   (docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html)
 * - a rule of EventBridge, or a bus whose key refuses an event: the event, RULE_ARN and TARGET_ARN as attributes
 *   (docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html)
 * - EventBridge Scheduler: the input, SCHEDULE_ARN and TARGET_ARN as attributes
 *   (docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html)
 */

/** Place that an event goes to again. */
export type Target =
  | { readonly kind: 'function'; readonly arn: string }
  | { readonly kind: 'workflow'; readonly arn: string }
  | {
      readonly kind: 'bus';
      readonly name: string | undefined;
      readonly source: string;
      readonly detailType: string;
    };

export interface Undelivered {
  readonly from: string;
  readonly error: string;
  /** The input of the target; for a bus the event's detail. JSON. */
  readonly event: string;
  /** A text says why there is none. */
  readonly target: Target | string;
}

type Attributes = Readonly<Record<string, string | undefined>>;
type Json = Readonly<Record<string, unknown>>;

/**
 * Reads one message.
 *
 * @param attributes - Values of its message attributes.
 */
export function undeliveredOf(body: string, attributes: Attributes): Undelivered {
  const {
    RULE_ARN: rule,
    SCHEDULE_ARN: schedule,
    TARGET_ARN: target,
    ERROR_CODE: code = 'unknown',
  } = attributes;
  const error = [code, attributes.ERROR_MESSAGE].filter(Boolean).join(': ');
  const content = objectOf(body);
  const record = content && invocationOf(content);
  if (record !== undefined) return record;
  if (schedule !== undefined)
    return { from: `schedule ${lastOf(schedule)}`, error, ...scheduled(body, content, target) };
  if (rule !== undefined)
    return { from: `rule ${lastOf(rule)}`, error, ...ruled(body, content, rule, target) };
  if (content !== undefined && typeof content['detail-type'] === 'string')
    return { from: 'bus', error, ...again(content, undefined) };
  return {
    from: 'unknown sender',
    error: attributes.ErrorMessage ?? error,
    event: body,
    target: 'the message names no function, rule or schedule',
  };
}

function invocationOf(content: Json): Undelivered | undefined {
  const { requestContext: context, requestPayload: payload, responsePayload: answer } = content;
  if (!isObject(context) || typeof context.functionArn !== 'string' || payload === undefined)
    return undefined;
  const arn = context.functionArn.replace(/:\$LATEST$/, '');
  const told = isObject(answer) ? [answer.errorType, answer.errorMessage] : [];
  const error = told.filter((text) => typeof text === 'string').join(': ');
  return {
    from: `function ${arn.split(':')[6]}`,
    error: error === '' ? String(context.condition) : error,
    event: JSON.stringify(payload),
    target: { kind: 'function', arn },
  };
}

type Rest = Pick<Undelivered, 'event' | 'target'>;

/** The input as the schedule has it; some services are called with it in a field. */
function scheduled(body: string, content: Json | undefined, arn: string | undefined): Rest {
  const inner = content?.Input ?? content?.input ?? content?.Payload;
  const event = typeof inner === 'string' && objectOf(inner) !== undefined ? inner : body;
  return { event, target: called(arn) ?? 'the message names no function or workflow' };
}

/** A workflow's input is made by its rule, so its event takes the same way again. */
function ruled(body: string, content: Json | undefined, rule: string, arn: string | undefined): Rest {
  const target = called(arn);
  if (target?.kind === 'function') return { event: body, target };
  if (content === undefined) return { event: body, target: 'the message is not an event' };
  // arn:aws:events:<region>:<account>:rule/<bus>/<rule>; on the default bus without its name.
  const [, bus] = rule.split('/').length > 2 ? rule.split('/') : [];
  return again(content, bus);
}

function again(content: Json, name: string | undefined): Rest {
  const { source, 'detail-type': detailType, detail } = content;
  const event = JSON.stringify(detail ?? {});
  if (typeof source !== 'string' || typeof detailType !== 'string')
    return { event, target: 'the message is not an event' };
  if (source.startsWith('aws.')) return { event, target: `only AWS publishes events of ${source}` };
  return { event, target: { kind: 'bus', name, source, detailType } };
}

function called(arn: string | undefined): Target | undefined {
  if (arn === undefined) return undefined;
  if (arn.includes(':lambda:')) return { kind: 'function', arn };
  return arn.includes(':states:') ? { kind: 'workflow', arn } : undefined;
}

const lastOf = (arn: string): string => arn.split('/').at(-1) ?? arn;

function objectOf(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
