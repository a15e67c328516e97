const UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z$/;

/**
 * ms since 1970 of `2026-01-31T00:00:00Z`, with up to six digits after the second; NaN for everything else. Stricter
 * than `Date.parse`, which reads other texts as local time and the 30th of February as the 2nd of March.
 */
export function parseUtc(text: string): number {
  if (!UTC.test(text)) return Number.NaN;
  const time = Date.parse(text);
  const same = !Number.isNaN(time) && new Date(time).toISOString().slice(0, 19) === text.slice(0, 19);
  return same ? time : Number.NaN;
}
