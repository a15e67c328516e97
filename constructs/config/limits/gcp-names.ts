/**
 * Lengths and characters of names on Google Cloud, as data. Google's discovery documents of 2026-10 and 2026-11 give
 * them (`functionId`, `serviceId`, `workflowId`, `accountId`, `roleId`, `bucketId`, …), unless a line says otherwise.
 */

import type { Blueprint } from '../../../blueprints/index.ts';
import type { Problem } from '../../../lambdas/core/errors.ts';
import { type Environment, environmentId } from '../schema.ts';
import { problem } from './problem.ts';

/** Room and characters of one kind of name. */
export interface NameLimit {
  readonly least: number;
  readonly most: number;
  readonly pattern: RegExp;
}

const LOWER = /^[a-z]([a-z0-9-]*[a-z0-9])?$/;
const MIXED = /^[A-Za-z]([A-Za-z0-9_-]*[A-Za-z0-9])?$/;
const DOTTED = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;

export const GCP_NAMES = {
  serviceAccount: { least: 6, most: 30, pattern: LOWER },
  /** Names are global (cloud.google.com/storage/docs/buckets#naming); without dots, which would make them domains. */
  bucket: { least: 3, most: 63, pattern: LOWER },
  /** A function may have 63 characters, and the service of Cloud Run that it becomes fewer than 50. */
  function: { least: 4, most: 49, pattern: LOWER },
  workflow: { least: 1, most: 64, pattern: MIXED },
  schedulerJob: { least: 1, most: 500, pattern: /^[A-Za-z0-9_-]+$/ },
  /** No source gives a limit; 63 is that of a DNS label. */
  trigger: { least: 1, most: 63, pattern: LOWER },
  topic: { least: 3, most: 255, pattern: /^(?!goog)[A-Za-z][A-Za-z0-9._~+%-]*$/ },
  subscription: { least: 3, most: 255, pattern: /^(?!goog)[A-Za-z][A-Za-z0-9._~+%-]*$/ },
  secret: { least: 1, most: 255, pattern: /^[A-Za-z0-9_-]+$/ },
  logBucket: { least: 1, most: 100, pattern: DOTTED },
  logSink: { least: 1, most: 100, pattern: DOTTED },
  logExclusion: { least: 1, most: 100, pattern: DOTTED },
  logMetric: { least: 1, most: 100, pattern: /^[A-Za-z0-9_.,+!*'()%-][A-Za-z0-9_.,+!*'()%/-]*$/ },
  role: { least: 3, most: 64, pattern: /^[A-Za-z0-9_.]+$/ },
  /** No source gives a limit; 63 is that of a DNS label. */
  repository: { least: 1, most: 63, pattern: LOWER },
  dataset: { least: 1, most: 1_024, pattern: /^[A-Za-z0-9_]+$/ },
  model: { least: 1, most: 63, pattern: /^[a-z_][a-z0-9_-]*$/ },
  keyRing: { least: 1, most: 63, pattern: /^[A-Za-z0-9_-]+$/ },
} as const satisfies Readonly<Record<string, NameLimit>>;

export type GcpName = keyof typeof GCP_NAMES;

/** Words that no bucket's name may contain (cloud.google.com/storage/docs/buckets#naming). */
const RESERVED = /google|g00gle/;

/** Returns the problem of a name that buckets cannot have; lengths are none, because long names are cut. */
export function gcpNameProblems({ name }: Blueprint, environment: Environment): Problem[] {
  const whole = `${name}-${environmentId(environment)}`;
  if (!RESERVED.test(whole)) return [];
  return [
    problem('gcp/reserved-name', 'name', "has a word that is Google's own in the name of a bucket", {
      got: `'${whole}'`,
      allowed: 'names without google and g00gle',
      fix: 'rename the blueprint or the environment',
    }),
  ];
}
