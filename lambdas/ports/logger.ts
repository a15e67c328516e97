/** Structured lines. Fields are an allow-list by construction: never a feature value, never a secret. */
export interface Logger {
  info(event: string, fields?: Readonly<Record<string, string | number | boolean | undefined>>): void;
  warn(event: string, fields?: Readonly<Record<string, string | number | boolean | undefined>>): void;
  error(event: string, fields?: Readonly<Record<string, string | number | boolean | undefined>>): void;
  /** The same logger with these fields on every line: `correlationId`, `model`, `runId`. */
  with(fields: Readonly<Record<string, string | number | boolean>>): Logger;
}
