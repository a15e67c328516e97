import { type DestinationStream, pino } from 'pino';
import type { Clock } from '../../ports/clock.ts';
import { LINE_FIELDS, type Logger } from '../../ports/logger.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A longer text is data, not a name or a reason. */
const MAX_TEXT = 500;

const RESERVED: ReadonlySet<string> = new Set(LINE_FIELDS);

/**
 * JSON lines `{level, time, event, ...fields}` to a stream or a file opened by `pino.destination`.
 *
 * Only texts, finite numbers and booleans are logged. Anything else (an object could hold feature values) is left
 * out and named in `dropped`.
 */
export function createLogger(destination: DestinationStream, clock: Pick<Clock, 'now'>): Logger {
  const lines = pino(
    {
      base: null,
      messageKey: 'event',
      timestamp: () => `,"time":"${new Date(clock.now()).toISOString()}"`,
      formatters: { level: (level) => ({ level }) },
    },
    destination,
  );
  return loggerWith(lines, {});
}

function loggerWith(lines: pino.Logger, bound: Fields): Logger {
  return {
    info: (event, fields) => lines.info(allowed({ ...bound, ...fields }), event),
    warn: (event, fields) => lines.warn(allowed({ ...bound, ...fields }), event),
    error: (event, fields) => lines.error(allowed({ ...bound, ...fields }), event),
    with: (fields) => loggerWith(lines, { ...bound, ...fields }),
  };
}

function allowed(fields: Fields): Record<string, unknown> {
  const kept: [string, unknown][] = [];
  const dropped: string[] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    if (RESERVED.has(name) || !isPlain(value)) dropped.push(name);
    else kept.push([name, typeof value === 'string' ? value.slice(0, MAX_TEXT) : value]);
  }
  if (dropped.length > 0) kept.push(['dropped', dropped]);
  return Object.fromEntries(kept);
}

function isPlain(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}
