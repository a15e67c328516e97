import type { Bindings } from './bindings.ts';
import type { ModelProps, ModelResource } from './model-props.ts';
import type { IServerlessFunction } from './serverless-function.ts';

/** Copies the blueprint's query from the database to CSV files with a manifest; alone by its own schedule, or as the first step of the pipeline. */
export interface ICsvExport extends ModelResource {
  readonly function: IServerlessFunction;
}

export interface CsvExportProps extends ModelProps {
  readonly bindings: Pick<Bindings, 'store'> & Partial<Bindings>;
  /** Whether it runs by itself at the blueprint's `source.schedule`. @default true */
  readonly scheduled?: boolean;
}
