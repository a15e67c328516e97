/** The time of an event that has none of its own. */

/** Whether a value has fields: an object, and no list. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An event, with its time where it has none of its own. */
export const withTime = (event: unknown, at: string): unknown =>
  isObject(event) && event.at === undefined ? { ...event, at } : event;

const MINUTE_MS = 60_000;

/** The start of a time's minute, in ISO 8601: two deliveries in a minute are one run. */
export const minuteOf = (time: number): string =>
  new Date(Math.floor(time / MINUTE_MS) * MINUTE_MS).toISOString();
