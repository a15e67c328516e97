import { RuntimeFailure } from '../core/errors.ts';
import { compose } from '../core/sql/compose.ts';
import type { ExportedColumn, ExportQuery, SourceSnapshot } from '../ports/index.ts';
import { writeParts } from '../stores/export-parts.ts';
import { type ExportedStep, type ExportedTable, partKey } from '../stores/exports.ts';
import { writeFirst } from '../stores/gzip.ts';
import { checkColumns } from './check-columns.ts';
import type { ExportArguments, ExportConfig } from './config.ts';

const PART_BYTES = 256 * 1024 * 1024;

/** Queries of one export. */
export interface ExportPlan {
  readonly table: ExportQuery;
  /** The earlier steps that are kept. */
  readonly steps: readonly { readonly name: string; readonly query: ExportQuery }[];
}

/** @throws InvalidInput with the problems of the steps */
export function planExport({ steps, timeoutSec }: ExportConfig, window: ExportQuery['window']): ExportPlan {
  const upTo = (count: number): ExportQuery => ({ sql: compose(steps.slice(0, count)), window, timeoutSec });
  const table = upTo(steps.length);
  const kept = steps
    .slice(0, -1)
    .flatMap(({ name, keep }, index) => (keep ? [{ name, query: upTo(index + 1) }] : []));
  return { table, steps: kept };
}

/**
 * Copies the table, after a look at its columns, and the steps that are kept.
 *
 * @param previous - Columns of the last export of the same query.
 */
export async function copyTables(
  snapshot: SourceSnapshot,
  plan: ExportPlan,
  args: ExportArguments,
  previous: readonly ExportedColumn[] | undefined,
): Promise<{ readonly table: ExportedTable; readonly steps: readonly ExportedStep[] }> {
  const columns = await snapshot.describe(plan.table);
  checkColumns(columns, args.config.requiredColumns, previous);
  const table = { columns, ...(await copyRows(snapshot, plan.table, args)) };
  if (table.rows === 0 && !args.config.allowEmpty) {
    throw new RuntimeFailure('export/no-rows', `no rows from ${args.input.from} to ${args.input.to}`, {
      fix: 'check that the source is filled, the window and the conditions of the steps',
    });
  }
  const steps: ExportedStep[] = [];
  for (const { name, query } of plan.steps) {
    steps.push({
      name,
      columns: await snapshot.describe(query),
      ...(await copyRows(snapshot, query, args, name)),
    });
  }
  return { table, steps };
}

/** @param step - Name of a step that is kept; without it the table. */
async function copyRows(
  snapshot: SourceSnapshot,
  query: ExportQuery,
  { ports, config, input }: ExportArguments,
  step?: string,
): Promise<Pick<ExportedTable, 'parts' | 'rows'>> {
  let rows = 0;
  // One snapshot read twice may give its rows in another order, so that a second attempt needs names of its own.
  const write = (attempt: number) =>
    writeParts(ports.objects, snapshot.stream(query), {
      keyOf: (index) =>
        partKey({ ...input, snapshot: snapshot.id + (attempt === 0 ? '' : `#${attempt}`) }, index, step),
      partBytes: config.partBytes ?? PART_BYTES,
      onProgress: (count) => {
        rows = count;
      },
    });
  try {
    return { parts: await writeFirst(write), rows };
  } catch (error) {
    if (!(error instanceof RuntimeFailure) || !error.code.startsWith('source/')) throw error;
    const { code, message, retryable, fix } = error;
    throw new RuntimeFailure(code, `${message}; at row ${rows}`, { retryable, fix, cause: error });
  }
}
