/** A field that must be quoted: with a comma, a quote or a line break, and empty text, which differs from NULL. */
const QUOTED = /^$|[",\r\n]/;

/**
 * One CSV line, byte for byte as PostgreSQL's `COPY … (FORMAT csv)` writes it.
 *
 * @param fields - Text as the server gives it; null for NULL, which is an empty field without quotes.
 */
export function csvLine(fields: readonly (string | null)[]): string {
  // A line that is `\.` alone would end the data for older readers, so COPY quotes it.
  const onlyDot = fields.length === 1 && fields[0] === '\\.';
  const cells = fields.map((field) => {
    if (field === null) return '';
    return onlyDot || QUOTED.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
  });
  return `${cells.join(',')}\n`;
}
