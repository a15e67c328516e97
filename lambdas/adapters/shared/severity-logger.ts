import type { Clock } from '../../ports/clock.ts';
import type { LogFields, Logger } from '../../ports/logger.ts';
import { createLogger } from './logger.ts';

/**
 * The shared lines with two more fields: `severity`, and `message`, which Cloud Logging's pages show
 * (cloud.google.com/logging/docs/structured-logging). Queries of Log Analytics read them too. A failure's own message
 * stays.
 *
 * @param write - Takes one line with its line break.
 */
export function createSeverityLogger(write: (line: string) => void, clock: Pick<Clock, 'now'>): Logger {
  return withSeverity(createLogger({ write }, clock));
}

function withSeverity(lines: Logger): Logger {
  const about = (severity: string, event: string, fields?: LogFields): LogFields => ({
    severity,
    message: event,
    ...fields,
  });
  return {
    info: (event, fields) => lines.info(event, about('INFO', event, fields)),
    warn: (event, fields) => lines.warn(event, about('WARNING', event, fields)),
    error: (event, fields) => lines.error(event, about('ERROR', event, fields)),
    with: (fields) => withSeverity(lines.with(fields)),
  };
}
