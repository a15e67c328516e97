import type { ModelConfig } from '../core/config.ts';
import { modelColumns } from '../core/model-table.ts';
import type { Ports } from '../ports/index.ts';
import { type ExportManifest, latestExport } from '../stores/exports.ts';
import { readFeatures } from '../stores/features.ts';
import { featureGroupOf } from '../stores/historical.ts';
import { runExport } from './export.ts';

const HOUR_MS = 3_600_000;
/** Before every event. */
const EPOCH = '1970-01-01T00:00:00.000Z';

/**
 * Exports what has come since the last time, with the overlap for rows that come late. In the pipeline "the last time"
 * is what the feature store covers, so that rows which were exported and never ingested are exported again; an export
 * that stands alone goes by the exports there are.
 *
 * A run that waited while a later one went first has little or nothing left to export, which is not an error.
 *
 * @throws as `runExport` does
 */
export async function exportNewRows(
  ports: Pick<Ports, 'objects' | 'source' | 'clock' | 'logger'>,
  config: ModelConfig,
  { runId, to }: { readonly runId: string; readonly to: string },
  since: 'features' | 'exports' = 'features',
): Promise<ExportManifest> {
  const covered =
    since === 'features'
      ? (await readFeatures(ports, featureGroupOf(config)))?.coveredTo
      : (await latestExport(ports.objects, to))?.window.to;
  const { watermark, steps, timeoutSec } = config.source;
  const last = covered === undefined ? Number.NaN : Math.min(Date.parse(covered), Date.parse(to) - 1);
  const from = Number.isNaN(last) ? EPOCH : new Date(last - watermark.overlapHours * HOUR_MS).toISOString();
  return runExport({
    ports,
    config: {
      model: config.name,
      steps,
      requiredColumns: modelColumns(config).map(({ name }) => name),
      timeoutSec,
      allowEmpty: covered !== undefined,
    },
    input: { runId, from, to },
  });
}
