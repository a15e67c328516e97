/** Registers what a run produced: version number, bundle, card, mirror, and approval where policy gives it. */

import { runApprove, showVersion } from '../approve/approve.ts';
import type { ModelConfig } from '../core/config.ts';
import { RuntimeFailure } from '../core/errors.ts';
import { outputNames } from '../core/features/fitted.ts';
import { readModel } from '../core/trees/format/model-file.ts';
import type { Ports, VersionStatus } from '../ports/index.ts';
import { writeBundle } from '../stores/bundle.ts';
import type { IndexEntry, RegisteredEntry, Registration } from '../stores/model-index.ts';
import { isRegistered } from '../stores/model-index.ts';
import { allocateVersion, completeVersion } from '../stores/models.ts';
import type { Candidate, Evaluation, RunRecord } from '../stores/runs.ts';
import { readCandidate, readEvaluation, readRun } from '../stores/runs.ts';
import { bundleFiles } from './bundle-files.ts';

export interface RegisterInput {
  readonly runId: string;
  /** The number of the lease that the run holds; at least 1. */
  readonly fence: number;
}

export interface RegisterOutput {
  readonly version: number;
  /** sha256 of the bundle's manifest, hex. */
  readonly digest: string;
  readonly status: VersionStatus;
}

export interface RegisterArguments {
  readonly ports: Pick<Ports, 'objects' | 'registryMirror' | 'events' | 'logger' | 'clock'>;
  readonly config: ModelConfig;
  readonly input: RegisterInput;
}

/** Stands for a person where the blueprint says that approval is automatic. */
const POLICY = 'policy:automatic';

/**
 * Runs the step. Delivered twice, or again after a crash at any point, it ends with the same version and the
 * same digest.
 *
 * @throws RuntimeFailure `run/incomplete` when the run has not been trained and evaluated, `run/not-measured`, `registry/fenced` when
 *   a newer run has registered, `run/columns-differ`, `model/*` when its model cannot be read, `bundle/changed`, `store/unknown-outcome` (retryable)
 */
export async function runRegister({ ports, config, input }: RegisterArguments): Promise<RegisterOutput> {
  const { run, candidate, evaluation } = await readProduct(ports, input.runId);
  const entry = await allocateVersion(ports, registration(input, run, evaluation, ports.clock.now()));
  const registered = isRegistered(entry)
    ? entry
    : await writeVersion(ports, config, entry, { run, candidate, evaluation });
  const { version, digest } = registered;
  await showVersion(ports, config.name, registered);
  await ports.events.publish({
    id: `version.registered:${input.runId}`,
    type: 'version.registered',
    model: config.name,
    at: entry.createdAt,
    detail: { version, digest, runId: input.runId, passed: evaluation.passed },
  });
  ports.logger.info('version.registered', { version, digest, runId: input.runId, status: registered.status });
  const approvable = registered.status === 'pending' || registered.status === 'approved';
  if (!approvable || config.training.approval !== 'automatic') {
    return { version, digest, status: registered.status };
  }
  // Also when it is approved already: an earlier attempt may have ended before the event went out.
  await runApprove({ ports, config, input: { version, by: POLICY, how: 'automatic' } });
  return { version, digest, status: 'approved' };
}

interface Product {
  readonly run: RunRecord;
  readonly candidate: Candidate;
  readonly evaluation: Evaluation;
}

async function readProduct(ports: Pick<Ports, 'objects'>, runId: string): Promise<Product> {
  const [run, candidate, evaluation] = await Promise.all([
    readRun(ports, runId),
    readCandidate(ports, runId),
    readEvaluation(ports, runId),
  ]);
  if (run && candidate && evaluation) {
    requireFitting(candidate);
    return { run, candidate, evaluation };
  }
  const missing = [run ? '' : 'record', candidate ? '' : 'candidate', evaluation ? '' : 'evaluation'];
  throw new RuntimeFailure('run/incomplete', `run ${runId} has no ${missing.filter(Boolean).join(', no ')}`, {
    fix: 'run the steps train and evaluate of this run first',
  });
}

/** A model that cannot be read, or that takes other columns than its features give, gets no number. */
function requireFitting({ model, features }: Candidate): void {
  const { numFeatures, featureNames } = readModel(model);
  const given = outputNames(features);
  const wrong = featureNames.findIndex((name, column) => name !== given[column]);
  if (numFeatures === given.length && wrong < 0) return;
  throw new RuntimeFailure(
    'run/columns-differ',
    `the model takes ${numFeatures} columns, its features give ${given.length}`,
    {
      fix:
        wrong < 0
          ? 'train again'
          : `column ${wrong} is '${featureNames[wrong]}' in the model and '${given[wrong]}' in the features`,
    },
  );
}

async function writeVersion(
  ports: RegisterArguments['ports'],
  config: ModelConfig,
  { version }: IndexEntry,
  product: Product,
): Promise<RegisteredEntry> {
  const digest = await writeBundle(ports, version, bundleFiles({ version, config, ...product }));
  return completeVersion(ports, version, digest);
}

function registration(
  { runId, fence }: RegisterInput,
  run: RunRecord,
  evaluation: Evaluation,
  createdAt: number,
): Registration {
  const { primary, metrics, passed, reasons } = evaluation;
  const measured = metrics[primary];
  if (!measured)
    throw new RuntimeFailure(
      'run/not-measured',
      `run ${runId} has no ${primary} to be registered with: ${reasons.join('; ') || 'it was not measured'}`,
      {
        fix: "hold out rows of both classes: widen training.window, raise training.split.holdoutShare, or set training.split.kind to 'hash'",
      },
    );
  return {
    runId,
    fence,
    createdAt,
    evaluation: { primary: { name: primary, ...measured }, passed, reasons },
    lineage: {
      trainedBy: run.trainedBy,
      codeVersion: run.codeVersion,
      dataSha256: run.data.sha256,
      // An imported version only claims what it is made of.
      ...(run.identity &&
        !run.importedFrom && {
          identity: run.identity.sha256,
          rows: { kind: run.identity.rows.kind, sha256: run.identity.rows.sha256 },
        }),
    },
  };
}
