import type { QueryStep } from '../core/sql/check-steps.ts';
import type { Ports } from '../ports/index.ts';

export interface ExportConfig {
  /** Name of the model, for the log. */
  readonly model: string;
  /** Each a single SELECT that may name earlier steps; the last one is the table. */
  readonly steps: readonly QueryStep[];
  /** Columns that the table must have. */
  readonly requiredColumns: readonly string[];
  /** Each query is cancelled after this many seconds. */
  readonly timeoutSec: number;
  /** Uncompressed size at which the next part begins. @default 256 MiB */
  readonly partBytes?: number;
  /** Whether a table without rows is exported. */
  readonly allowEmpty: boolean;
}

export interface ExportInput {
  /** `[a-z0-9-]`, at most 63. */
  readonly runId: string;
  /** Half-open window [from, to) of event time, ISO 8601 in UTC. */
  readonly from: string;
  readonly to: string;
}

export interface ExportArguments {
  readonly ports: Pick<Ports, 'objects' | 'source' | 'clock' | 'logger'>;
  readonly config: ExportConfig;
  readonly input: ExportInput;
}
