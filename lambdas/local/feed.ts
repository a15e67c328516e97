import type { ModelConfig } from '../core/config.ts';
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
  const fields = features.fields.map(({ name, column = name }) => [name, at(column)] as const);
  return (position, incident) => {
    const row = rows[position] ?? [];
    const values = Object.fromEntries(fields.map(([name, column]) => [name, row[column] ?? null]));
    if (incident !== undefined && position % incident.every === 0) values[incident.feature] = incident.value;
    return JSON.stringify({ id: String(row[key]), features: values });
  };
}
