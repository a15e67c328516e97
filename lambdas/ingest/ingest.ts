import type { ModelConfig } from '../core/config.ts';
import { RuntimeFailure } from '../core/errors.ts';
import type { Ports } from '../ports/index.ts';
import { addFeaturePart, type FeatureManifest, featurePartKey, readFeatures } from '../stores/features.ts';
import { readGzip, writeGzip } from '../stores/gzip.ts';
import { featureGroupOf } from '../stores/historical.ts';
import { readPrepared } from '../stores/prepared.ts';
import { materialize } from './materialize.ts';

/**
 * Appends the rows that a run prepared to the feature store, and brings the newest values of each key to the online
 * store where scoring by key is asked for. The same run again has the effect of once.
 *
 * @throws RuntimeFailure `ingest/not-prepared`, `store/corrupt`, `train/out-of-memory`
 */
export async function runIngest(
  ports: Pick<Ports, 'objects' | 'online' | 'clock' | 'logger' | 'memory'>,
  config: ModelConfig,
  input: { readonly runId: string; readonly to: string },
): Promise<FeatureManifest> {
  const prepared = await readPrepared(ports, input.runId);
  if (prepared === undefined)
    throw new RuntimeFailure('ingest/not-prepared', `run ${input.runId} has prepared nothing`, {
      fix: 'run prepare first',
    });
  const group = featureGroupOf(config);
  const known = await readFeatures(ports, group);
  if (known?.parts.some(({ runId }) => runId === input.runId)) return known;
  const key = featurePartKey(group, Date.parse(input.to), input.runId);
  const { sha256 } = await writeGzip(
    ports.objects,
    key,
    readGzip(ports.objects, prepared.key, prepared.sha256),
  );
  const { rows, columns, times, coveredTo, origin, quarantined } = prepared;
  const { from, to } = times ?? { from: 0, to: 0 };
  const kept = { runId: input.runId, key, rows, columns, sha256, from, to, quarantined };
  const part = { ...kept, ...(origin && { origin }) };
  if (config.serving.online?.byKey === true) await materialize(ports, config, part, known?.parts ?? []);
  const manifest = await addFeaturePart(ports, group, part, coveredTo);
  ports.logger.info('ingest.done', { runId: input.runId, rows });
  return manifest;
}
