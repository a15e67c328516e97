import type { ModelConfig } from '../core/config.ts';
import { outputNames } from '../core/features/fitted.ts';
import { testsText } from '../core/release/tests-text.ts';
import type { BundleMetrics, Lineage } from '../stores/bundle.ts';
import { encodeJson } from '../stores/json.ts';
import { PROBE_FILE } from '../stores/probe.ts';
import type { Candidate, Evaluation, RunRecord } from '../stores/runs.ts';
import { modelCard } from './card.ts';
import { cardHtml } from './card-html.ts';
import { mlflowFiles } from './mlmodel.ts';
import { probeOf } from './probe-row.ts';

export interface BundleInputs {
  readonly version: number;
  readonly config: ModelConfig;
  readonly run: RunRecord;
  readonly candidate: Candidate;
  readonly evaluation: Evaluation;
}

/**
 * The files of a version's bundle by name, without the manifest. No clock is read: the same inputs give the
 * same bytes, which is what lets a crashed registration be completed.
 */
export function bundleFiles(inputs: BundleInputs): ReadonlyMap<string, Uint8Array> {
  const { version, config, run, candidate, evaluation } = inputs;
  const columns = outputNames(candidate.features);
  const card = modelCard({
    version,
    run,
    featuresVersion: candidate.features.version,
    columns,
    training: candidate.metrics,
    evaluation,
    owner: config.card,
    releases: testsText(config.releaseStrategy, config.serving),
  });
  const texts = new Map([
    ['card.html', cardHtml(card)],
    ...mlflowFiles({ names: columns, model: run.model, runId: run.runId, createdAt: run.startedAt }),
  ]);
  const probe = probeOf(config, candidate);
  return new Map<string, Uint8Array>([
    ['model.ubj', candidate.model],
    ['features.json', encodeJson(candidate.features)],
    ['profile.json', encodeJson(candidate.profile)],
    ['metrics.json', encodeJson(bundleMetrics(candidate, evaluation))],
    ['lineage.json', encodeJson(lineage(version, run))],
    ['card.json', encodeJson(card)],
    ...(probe === undefined ? [] : [[PROBE_FILE, encodeJson(probe)] as const]),
    ...[...texts].map(([name, text]) => [name, new TextEncoder().encode(text)] as const),
  ]);
}

function bundleMetrics({ metrics }: Candidate, evaluation: Evaluation): BundleMetrics {
  return { schemaVersion: 1, training: metrics, evaluation };
}

function lineage(version: number, run: RunRecord): Lineage {
  const { model, runId, trigger, trainedBy, codeVersion, configSha256, data, algorithm, parameters, seed } =
    run;
  return {
    schemaVersion: 1,
    model,
    version,
    runId,
    trigger,
    trainedBy,
    trainedAt: run.startedAt,
    codeVersion,
    configSha256,
    data,
    algorithm,
    parameters,
    seed,
    ...(run.identity && { identity: run.identity }),
    ...(run.importedFrom && { importedFrom: run.importedFrom }),
  };
}
