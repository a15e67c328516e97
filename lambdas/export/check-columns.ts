import { RuntimeFailure } from '../core/errors.ts';
import type { ExportedColumn } from '../ports/index.ts';

/**
 * Refuses a table before a row of it is read.
 *
 * @param required - Names that must be there.
 * @param previous - Columns of the last export of the same query; a column that it lacks is new, which is not an error.
 * @throws RuntimeFailure `export/missing-column`, `export/duplicate-column`, `export/type-changed`
 */
export function checkColumns(
  columns: readonly ExportedColumn[],
  required: readonly string[],
  previous: readonly ExportedColumn[] = [],
): void {
  const names = columns.map(({ name }) => name);
  const missing = required.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    throw new RuntimeFailure('export/missing-column', `the query has no ${missing.join(', ')}`, {
      fix: `it has ${names.join(', ')}: select what is missing in the last step`,
    });
  }
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  if (twice.length > 0) {
    throw new RuntimeFailure('export/duplicate-column', `the query has ${twice.join(', ')} more than once`, {
      fix: 'give each column a name of its own',
    });
  }
  const typeOf = new Map(columns.map(({ name, type }) => [name, type]));
  const changed = previous.flatMap(({ name, type }) => {
    const now = typeOf.get(name);
    return now === undefined || now === type ? [] : [`${name} was ${type} and is ${now}`];
  });
  if (changed.length > 0) {
    throw new RuntimeFailure('export/type-changed', `the source has changed: ${changed.join(', ')}`, {
      fix: 'cast it in the query to the old type, or edit the query to accept the new one',
    });
  }
}
