/** Takes a version of another environment over: a run whose product was trained elsewhere, and registered here. */

import type * as z from 'zod';
import { directedMetrics, type ModelConfig } from '../core/config.ts';
import type { ErrorCode } from '../core/error-codes/index.ts';
import { InvalidInput, type Problem, RuntimeFailure } from '../core/errors.ts';
import { advantageOver, GAIN } from '../core/evaluation/difference.ts';
import { judgeCandidate } from '../core/evaluation/gate.ts';
import { type FittedFeatures, outputNames } from '../core/features/fitted.ts';
import { columnNameOf } from '../core/features/spec.ts';
import { METRIC_DEFINITIONS } from '../core/metrics/names.ts';
import { escapeUnseen } from '../core/printable.ts';
import { readModel } from '../core/trees/format/model-file.ts';
import { endRun, takeLease } from '../lease/lease.ts';
import type { Ports } from '../ports/index.ts';
import { bundleFiles } from '../register/bundle-files.ts';
import { type RegisterOutput, runRegister } from '../register/register.ts';
import type { BundleMetrics, Lineage } from '../stores/bundle.ts';
import {
  type Candidate,
  type Evaluation,
  estimates,
  type MetricEstimates,
  type RunRecord,
  writeCandidate,
  writeEvaluation,
  writeRun,
} from '../stores/runs.ts';
import type { Archive } from './archive.ts';
import { parseBoundedJson } from './bounded-json.ts';
import {
  firstProblem,
  fittedFeaturesSchema,
  lineageSchema,
  metricsSchema,
  profileSchema,
} from './documents.ts';

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
  /** Without the run's own number, which the lease gives. */
  readonly run: Omit<RunRecord, 'fence'>;
}

/**
 * Whether the archive can be registered; nothing is written. Everything that registering computes is computed, so that
 * no import fails after it has taken a number.
 *
 * @throws InvalidInput `bundle/unreadable`, `bundle/other-model`, `bundle/other-features`, `run/columns-differ`, `model/*`
 */
export function checkImport(config: ModelConfig, { archive, subject, by }: ImportRequest): Product {
  const { candidate, evaluation, lineage } = readDocuments(config, archive, subject);
  const problems = misfits(config, candidate, lineage, archive);
  if (problems.length > 0) throw new InvalidInput(subject, problems);
  const runId = `import-${archive.digest.slice(0, 16)}`;
  const run: Product['run'] = {
    schemaVersion: 1,
    runId,
    model: config.name,
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
  };
  const product = { candidate, evaluation: judgedHere(config, { ...evaluation, runId }), run };
  try {
    bundleFiles({ ...product, version: 1, config, run: { ...run, fence: 1 } });
  } catch (cause) {
    const problem: Problem = {
      code: 'bundle/unreadable',
      path: '',
      message: 'holds what no model card can show',
    };
    throw new InvalidInput(subject, [problem], { cause });
  }
  return product;
}

/**
 * Registers a version from an archive under a number of this environment; its approval and its release go the same way
 * as of a version that was trained here. The same archive twice is one version.
 *
 * @throws InvalidInput as `checkImport` does
 * @throws RuntimeFailure `pipeline/busy`, and what `runRegister` throws
 */
export async function importBundle(
  ports: Pick<Ports, 'objects' | 'registryMirror' | 'events' | 'logger' | 'clock'>,
  config: ModelConfig,
  request: ImportRequest,
): Promise<RegisterOutput> {
  const { candidate, evaluation, run } = checkImport(config, request);
  const { runId } = run;
  const fence = await takeLease(ports, runId);
  try {
    await writeRun(ports, { ...run, fence });
    await writeCandidate(ports, runId, candidate);
    await writeEvaluation(ports, evaluation);
    return await runRegister({ ports, config, input: { runId, fence } });
  } finally {
    await endRun(ports, { runId, fence });
  }
}

interface Documents {
  readonly candidate: Candidate;
  readonly evaluation: Evaluation;
  readonly lineage: Lineage;
}

/** @throws InvalidInput naming the file, and where in it */
function readDocuments({ problem: { type } }: ModelConfig, { files }: Archive, subject: string): Documents {
  const refuse = (path: string, message: string, code: ErrorCode = 'bundle/unreadable'): InvalidInput =>
    new InvalidInput(subject, [{ code, path, message }]);
  const bytesOf = (name: string): Buffer => Buffer.from(files.get(name) ?? []);
  // The checked document is kept as it is: the order of its keys is part of its digest.
  const json = <T>(name: string, schema: z.ZodType): T => {
    let document: unknown;
    try {
      document = parseBoundedJson(bytesOf(name));
    } catch (error) {
      throw refuse(
        name,
        error instanceof RangeError ? error.message : 'is not what a bundle holds: not JSON',
      );
    }
    const problem = firstProblem(schema, document);
    if (problem === undefined) return document as T;
    const place = escapeUnseen(`${name}: ${problem.path}`.slice(0, MAX_PATH));
    throw refuse(place, `is not what a bundle holds: ${escapeUnseen(problem.message.slice(0, MAX_PATH))}`);
  };
  const model = bytesOf('model.ubj');
  try {
    readModel(model);
  } catch (error) {
    const code = error instanceof RuntimeFailure ? error.code : undefined;
    throw refuse('model.ubj', 'is not what a bundle holds', code);
  }
  const { training, evaluation } = json<BundleMetrics>('metrics.json', metricsSchema);
  if (
    !Object.hasOwn(METRIC_DEFINITIONS[type], evaluation.primary) ||
    evaluation.metrics[evaluation.primary] === undefined
  )
    throw refuse('metrics.json: evaluation.primary', `is not a measured metric of ${type}`);
  const features = json<FittedFeatures>('features.json', fittedFeaturesSchema);
  const profile = json<Candidate['profile']>('profile.json', profileSchema);
  const lineage = json<Lineage>('lineage.json', lineageSchema);
  return { candidate: { model, features, profile, metrics: training }, evaluation, lineage };
}

/** Characters of a place or a reason that are shown. */
const MAX_PATH = 200;

/** A version can serve only the model, and the features, that requests are checked for. */
function misfits(
  config: ModelConfig,
  { model: bytes, features: fitted }: Candidate,
  { model, version: number }: Lineage,
  { manifest }: Archive,
): readonly Problem[] {
  if (number !== manifest.version)
    return [
      {
        code: 'bundle/unreadable',
        path: 'lineage.json: version',
        message: 'is another version than the manifest names',
        got: String(number),
        allowed: String(manifest.version),
      },
    ];
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
  if (fitted.version === version && foreign.length === 0) return columnProblems(bytes, fitted);
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

/** The model takes the columns that its features give. */
function columnProblems(model: Uint8Array, features: FittedFeatures): readonly Problem[] {
  const { numFeatures, featureNames } = readModel(model);
  const given = outputNames(features);
  const same = numFeatures === given.length && featureNames.every((name, column) => name === given[column]);
  if (same) return [];
  const message = `takes other columns than its features give: ${numFeatures} and ${given.length}`;
  return [{ code: 'run/columns-differ', path: 'model.ubj', message }];
}

/** The other environment's numbers by the limits of this one; what it refused stays refused. */
function judgedHere({ training, problem }: ModelConfig, evaluation: Evaluation): Evaluation {
  const { metrics, baseline, fairness = [] } = evaluation;
  const reasons = judgeCandidate(training.validation, problem, {
    candidate: metrics,
    overChampion: null,
    overBaseline: baseline && (baseline.advantage ?? advantagesOver(problem, metrics, baseline.metrics)),
    fairness: new Map(fairness.map(({ attribute, metrics: disparities }) => [attribute, disparities])),
  });
  const all = [...new Set([...evaluation.reasons, ...reasons])];
  return { ...evaluation, passed: evaluation.passed && all.length === 0, reasons: all };
}

/** Advantages from the intervals of both, for bundles that do not tell by how much their version is better. */
function advantagesOver(
  problem: ModelConfig['problem'],
  own: MetricEstimates,
  other: MetricEstimates,
): MetricEstimates {
  return estimates(
    Object.fromEntries(
      directedMetrics(problem).flatMap((name) => {
        const [first, second] = [own[name], other[name]];
        return first && second ? [[name, advantageOver(name, first, second, GAIN.certainty)]] : [];
      }),
    ),
  );
}
