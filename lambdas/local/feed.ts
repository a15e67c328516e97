import type { ModelConfig } from '../core/config.ts';
import { columnFeatures } from '../core/features/columns.ts';
import { pastFeatures } from '../core/features/past.ts';
import { columnNameOf } from '../core/features/spec.ts';
import type { RowValue } from '../core/table.ts';
import type { SourceTable } from './source-table.ts';

/** What happens to some requests while a careless version serves: a caller sends a category that nobody has seen. */
export interface Incident {
  readonly feature: string;
  readonly value: string;
  /** Every n-th request. */
  readonly every: number;
}

/** The rows that a local run replays, in order of event time, with the outcomes they had. */
export interface Feed {
  readonly table: SourceTable;
  readonly rows: readonly (readonly RowValue[])[];
  readonly origin: 'generated' | 'file';
  /** Event times of the rows, ms since 1970, ascending. */
  readonly times: Float64Array;
  /** What the first version learns from ends here, ms since 1970. */
  readonly historyEnd: number;
  /** Absent where the scenario has none. */
  readonly incident?: Incident;
}

/** Makes the body of the scoring request for a row. */
export type RequestOf = (position: number, incident?: Incident) => string;

/** Requests name each feature and nothing else of the row; the id is the row's key, which outcomes are joined by. */
export function requestsOf({ table, rows }: Feed, { source, features }: ModelConfig): RequestOf {
  const at = (column: string) => table.columns.indexOf(column);
  const key = at(source.key);
  const fields = columnFeatures(features).map(
    (feature) => [feature.name, at(columnNameOf(feature))] as const,
  );
  const looksBack = pastFeatures(features).length > 0;
  return (position, incident) => {
    const row = rows[position] ?? [];
    const values = Object.fromEntries(fields.map(([name, column]) => [name, row[column] ?? null]));
    if (incident !== undefined && position % incident.every === 0) values[incident.feature] = incident.value;
    const id = String(row[key]);
    return JSON.stringify({ id, ...(looksBack && { key: id }), features: values });
  };
}
