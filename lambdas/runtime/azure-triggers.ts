/** Messages and timers of an app as calls of this project's functions. */

import { RuntimeFailure } from '../core/errors.ts';
import type { AzureContext, AzureRuntime } from './azure.ts';
import { queueMessage } from './azure-message.ts';
import { minuteOf, withTime } from './event-time.ts';
import type { Host } from './host.ts';
import { malformed } from './inputs.ts';
import { NOT_JSON } from './json-body.ts';

/** The context of a message, with the facts that its queue has of it. */
export interface MessageContext extends AzureContext {
  readonly triggerMetadata?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * A handler of messages. An event without `at` has the minute of its message's arrival in the queue. So a redelivery is
 * the same run.
 *
 * A failure is thrown: the platform delivers the message again, and keeps it in the poison queue after its last try. So it
 * does with permanent failures. Four more tries cost little, and people find and replay the message there.
 *
 * @param attempts - Tries of a message; the last one that fails is logged as `message.lost`.
 */
export function messageHandler(
  runtime: AzureRuntime,
  attempts: number,
  work: (host: Host, event: unknown) => Promise<unknown>,
) {
  return async (message: unknown, context: MessageContext): Promise<void> => {
    const { event, insertedAt, type, id, attempt } = queueMessage(message, context.triggerMetadata);
    const lost = attempt >= attempts ? { type, id, attempt } : undefined;
    await runtime.during(
      context,
      async (host) => {
        if (event === NOT_JSON) throw malformed('the message', 'JSON, or JSON in base64');
        await work(host, withTime(event, minuteOf(insertedAt ?? host.ports.clock.now())));
      },
      lost,
    );
  };
}

/** Attempts of a run by a schedule, and the wait before the second, doubling after each. */
const ATTEMPTS = 3;
const FIRST_WAIT_MS = 5_000;

/**
 * A handler of a timer, which the platform does not try again. Its work gets the minute of the first attempt, so that each
 * attempt is the same run. All attempts are one invocation, and share its time.
 *
 * @param attempts - Tries of a failure that may pass. @default 3
 */
export function timerHandler(
  runtime: AzureRuntime,
  work: (host: Host, event: { readonly at: string }) => Promise<unknown>,
  attempts: number = ATTEMPTS,
) {
  return async (_timer: unknown, context: AzureContext): Promise<void> => {
    await runtime.during(context, async (host) => {
      const event = { at: minuteOf(host.ports.clock.now()) };
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await work(host, event);
        } catch (error) {
          if (attempt >= attempts || !mayPass(error)) throw error;
          host.ports.logger.warn('run.retried', {
            attempt,
            code: error.code,
            function: context.functionName,
          });
          await host.ports.clock.sleep(FIRST_WAIT_MS * 2 ** (attempt - 1));
        }
      }
    });
  };
}

/** Whether another attempt can succeed. */
export const mayPass = (error: unknown): error is RuntimeFailure =>
  error instanceof RuntimeFailure && error.retryable;
