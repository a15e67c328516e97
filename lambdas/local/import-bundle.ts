/** Takes a version of another environment over: a run whose product was trained elsewhere, and registered here. */

import type * as z from 'zod';
import type { ModelConfig } from '../core/config.ts';
import { InvalidInput, type Problem, RuntimeFailure } from '../core/errors.ts';
import type { FittedFeatures } from '../core/features/fitted.ts';
import { columnNameOf } from '../core/features/spec.ts';
import { judgeCandidate } from '../core/gate.ts';
import { readModel } from '../core/trees/model-file.ts';
import { endRun, takeLease } from '../lease/lease.ts';
import type { Ports } from '../ports/index.ts';
import { type RegisterOutput, runRegister } from '../register/register.ts';
import type { BundleMetrics, Lineage } from '../stores/bundle.ts';
import {
  type Candidate,
  type Evaluation,
  writeCandidate,
  writeEvaluation,
  writeRun,
} from '../stores/runs.ts';
import type { Archive } from './bundle-archive.ts';
import { featuresSchema, lineageSchema, metricsSchema, profileSchema } from './bundle-documents.ts';

export interface ImportRequest {
  readonly archive: Archive;
  /** The file, for messages. */
  readonly subject: string;
  /** Who imports; stands where the trainer stands otherwise. */
  readonly by: string;
}

interface Product {
  readonly candidate: Candidate;
  readonly evaluation: Evaluation;
  readonly lineage: Lineage;
}

/**
 * Registers a version from an archive under a number of this environment; its approval and its release go the same way
 * as of a version that was trained here. The same archive twice is one version.
 *
 * @throws InvalidInput `bundle/unreadable`, `bundle/other-model`, `bundle/other-features`
 * @throws RuntimeFailure `pipeline/busy`, and what `runRegister` throws
 */
export async function importBundle(
  ports: Pick<Ports, 'objects' | 'registryMirror' | 'events' | 'logger' | 'clock'>,
  config: ModelConfig,
  request: ImportRequest,
): Promise<RegisterOutput> {
  const { archive, subject, by } = request;
  const { candidate, evaluation, lineage } = readProduct(archive, subject);
  const problems = misfits(config, candidate.features, lineage);
  if (problems.length > 0) throw new InvalidInput(subject, problems);
  const runId = `import-${archive.digest.slice(0, 16)}`;
  const fence = await takeLease(ports, runId);
  try {
    await writeRun(ports, {
      schemaVersion: 1,
      runId,
      model: config.name,
      fence,
      status: 'succeeded',
      startedAt: lineage.trainedAt,
      endedAt: lineage.trainedAt,
      trigger: 'import',
      trainedBy: by,
      codeVersion: lineage.codeVersion,
      configSha256: lineage.configSha256,
      data: lineage.data,
      algorithm: lineage.algorithm,
      parameters: lineage.parameters,
      seed: lineage.seed,
      ...(lineage.identity && { identity: lineage.identity }),
      metrics: candidate.metrics.metrics,
      importedFrom: { version: lineage.version, digest: archive.digest, runId: lineage.runId },
    });
    await writeCandidate(ports, runId, candidate);
    await writeEvaluation(ports, judgedHere(config, { ...evaluation, runId }));
    return await runRegister({ ports, config, input: { runId, fence } });
  } finally {
    await endRun(ports, { runId, fence });
  }
}

/** @throws InvalidInput `bundle/unreadable`, naming the file */
function readProduct({ files }: Archive, subject: string): Product {
  const read = <T>(name: string, parse: (bytes: Buffer) => T): T => {
    try {
      return parse(Buffer.from(files.get(name) ?? []));
    } catch (cause) {
      const { code } = cause instanceof RuntimeFailure ? cause : { code: 'bundle/unreadable' };
      throw new InvalidInput(subject, [{ code, path: name, message: 'is not what a bundle holds' }], {
        cause,
      });
    }
  };
  // What was checked is kept as it stands: the order of its keys is part of its digest.
  const json = <T>(name: string, schema: z.ZodType): T =>
    read(name, (bytes) => {
      const document: unknown = JSON.parse(bytes.toString('utf8'));
      schema.parse(document);
      return document as T;
    });
  const model = read('model.ubj', (bytes) => {
    readModel(bytes);
    return bytes;
  });
  const { training, evaluation } = json<BundleMetrics>('metrics.json', metricsSchema);
  const features = json<FittedFeatures>('features.json', featuresSchema);
  const profile = json<Candidate['profile']>('profile.json', profileSchema);
  const lineage = json<Lineage>('lineage.json', lineageSchema);
  return { candidate: { model, features, profile, metrics: training }, evaluation, lineage };
}

/** A version can serve only the model, and the features, that requests are checked for. */
function misfits(config: ModelConfig, fitted: FittedFeatures, { model }: Lineage): readonly Problem[] {
  if (model !== config.name)
    return [
      {
        code: 'bundle/other-model',
        path: 'lineage.json',
        message: 'is a version of another model',
        got: `'${model}'`,
        allowed: `'${config.name}'`,
      },
    ];
  const { version, fields } = config.features;
  const declared = new Map(fields.map((feature) => [feature.name, feature]));
  const foreign = fitted.fields.filter((field) => {
    const feature = declared.get(field.name);
    if (feature === undefined) return true;
    if (field.kind === 'expression' || feature.kind === 'expression') return field.kind !== feature.kind;
    const kind = feature.kind === 'lag' || feature.kind === 'rolling' ? 'numeric' : feature.kind;
    return field.kind !== kind || field.column !== columnNameOf(feature);
  });
  if (fitted.version === version && foreign.length === 0) return [];
  return [
    {
      code: 'bundle/other-features',
      path: 'features.json',
      message: 'was trained on other features than the blueprint declares',
      got: [`version ${fitted.version}`, ...foreign.map(({ name }) => name)].join(', '),
      allowed: `version ${version} of the features`,
      fix: 'import it where the blueprint that trained it is deployed',
    },
  ];
}

/** The other environment's numbers by the limits of this one; what it refused stays refused. */
function judgedHere({ training }: ModelConfig, evaluation: Evaluation): Evaluation {
  const { metrics, baseline, fairness = [] } = evaluation;
  const reasons = judgeCandidate(training.validation, {
    candidate: metrics,
    champion: null,
    baseline: baseline?.metrics ?? null,
    fairness: new Map(fairness.map(({ attribute, metrics: disparities }) => [attribute, disparities])),
  });
  const all = [...new Set([...evaluation.reasons, ...reasons])];
  return { ...evaluation, passed: evaluation.passed && all.length === 0, reasons: all };
}
