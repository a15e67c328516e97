/** The fields that every line has. A field of that name would hide the line's own, so no caller can give one. */
export const LINE_FIELDS = ['level', 'time', 'event', 'dropped'] as const;

/** Fields of one line; `undefined` is left out. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>> & {
  readonly [name in (typeof LINE_FIELDS)[number]]?: never;
};

/** Structured lines. Fields are an allow-list by construction: never a feature value, never a secret. */
export interface Logger {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
  /** The same logger with these fields on every line: `correlationId`, `model`, `runId`. */
  with(fields: LogFields): Logger;
}
