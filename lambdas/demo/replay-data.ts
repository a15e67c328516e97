import type { ModelConfig } from '../core/config.ts';
import { formatTimestamp } from '../core/csv/timestamp.ts';
import { columnFeatures } from '../core/features/columns.ts';
import { pastFeatures } from '../core/features/past.ts';
import { columnNameOf } from '../core/features/spec.ts';
import type { RowValue } from '../core/table/table.ts';
import type { SetAside } from '../report/refusals.ts';
import { ID_PATTERN } from '../score/request-schema.ts';
import type { SourceTable } from './source-table.ts';

/** A fault in some requests while a careless version serves: a caller sends an unseen category. */
export interface Incident {
  readonly feature: string;
  readonly value: string;
  /** Every n-th request. */
  readonly every: number;
}

/** Rows that requests are made of, in order of event time. */
export interface AskedRows {
  readonly table: Pick<SourceTable, 'columns'>;
  readonly rows: readonly (readonly RowValue[])[];
  /** ms since 1970, ascending. */
  readonly times: Float64Array;
}

/** The rows that a demonstration replays, in order of event time, with the outcomes they had. */
export interface Feed extends AskedRows {
  readonly table: SourceTable;
  readonly rows: readonly (readonly RowValue[])[];
  readonly origin: 'generated' | 'file';
  /** End of the rows that the first version learns from, ms since 1970. */
  readonly historyEnd: number;
  /** Absent where the scenario has none. */
  readonly incident?: Incident;
  /** Rows for the requests, if the blueprint's steps change the source's rows. @default the rows themselves */
  readonly asked?: AskedRows;
  /** Bad rows of the file, counted before the replay begins. @default nothing */
  readonly setAside?: SetAside;
}

/** Makes the body of the scoring request for a row. */
export type RequestOf = (position: number, incident?: Incident) => string;

/**
 * Makes requests with each feature and nothing else of a row but its event: outcomes are joined by its key, which is the
 * id, and its time. A key that no id can be is left out, where the request has no other place for it.
 */
export function requestsOf({ table, rows, times }: AskedRows, { source, features }: ModelConfig): RequestOf {
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
    const name = String(row[key]);
    const eventTime = formatTimestamp(times[position] as number); // one per row
    return JSON.stringify({
      ...(ID_PATTERN.test(name) && { id: name }),
      ...(looksBack && { key: name }),
      eventTime,
      features: values,
    });
  };
}
