/** The world of the loop on Google Cloud, and what people and schedules do in it. */

import assert from 'node:assert/strict';
import type { ObjectStore } from '../../../lambdas/ports/index.ts';
import { readIndex } from '../../../lambdas/stores/models.ts';
import { readRelease } from '../../../lambdas/stores/release.ts';
import type { FakeVersion } from '../../support/google-fakes.ts';
import type { PostgresServer } from '../../support/postgres-server.ts';
import { type CloudRun, identityToken } from './cloud-run.ts';
import type { GoogleCloud } from './google.ts';
import type { LogLine } from './log-metrics.ts';
import type { Pubsub } from './pubsub.ts';
import { type AppliedStack, blockOf, stringOf } from './stack.ts';
import { type ExecutionOptions, executeWorkflow } from './workflows.ts';

export interface GoogleWorld {
  readonly stack: AppliedStack;
  readonly run: CloudRun;
  readonly pubsub: Pubsub;
  readonly google: GoogleCloud;
  /** The bucket, by the rights of its owner. */
  readonly objects: ObjectStore;
  readonly postgres: PostgresServer;
  readonly vertex: { readonly versions: readonly FakeVersion[] };
  /** Executions that Eventarc has started. */
  readonly started: readonly StartedRun[];
}

/** A run that stands still once it has the lease. */
export interface StartedRun {
  readonly event: unknown;
  /** It has the lease. */
  readonly begun: Promise<void>;
  goOn(): void;
  readonly ended: Promise<unknown>;
}

export interface LoopFacts {
  /** sha256 of the first version of `npm start`. */
  readonly local: Promise<string>;
  /** ms since 1970. */
  readonly historyEnd: number;
  readonly approver: string;
  readonly caller: string;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Sends a request to a function as somebody. */
export async function callFunction(
  { stack, run }: Pick<GoogleWorld, 'stack' | 'run'>,
  unit: string,
  as: string | undefined,
  body?: unknown,
  path = '/',
): Promise<Answer> {
  const service = stringOf(stack.functions.find((one) => one.unit === unit)?.service);
  const url = run.urlOf(service);
  const answer = await fetch(`${url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(as !== undefined && { authorization: `Bearer ${identityToken(as, url)}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text.startsWith('{') || text === 'null' ? JSON.parse(text) : text };
}

/** Does what a job of Cloud Scheduler does at its time; returns the answer of its target. */
export async function schedule(
  world: GoogleWorld,
  job: string,
  options: ExecutionOptions = {},
  planned = Date.now(),
) {
  const target = blockOf(world.stack.one('google_cloud_scheduler_job', job).http_target);
  const body: unknown = JSON.parse(Buffer.from(stringOf(target.body), 'base64').toString('utf8'));
  const oidc = blockOf(target.oidc_token);
  if (oidc.audience === undefined) {
    const [, workflow = ''] = /\/workflows\/([\w-]+)\/executions$/.exec(stringOf(target.uri)) ?? [];
    const { argument } = body as { readonly argument: string };
    return executeWorkflow(world.stack, workflow, JSON.parse(argument), options);
  }
  const answer = await fetch(stringOf(target.uri), {
    method: stringOf(target.http_method),
    headers: {
      ...(target.headers as Readonly<Record<string, string>>),
      'x-cloudscheduler-scheduletime': new Date(planned).toISOString(),
      authorization: `Bearer ${identityToken(stringOf(oidc.service_account_email), stringOf(oidc.audience))}`,
    },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  assert.equal(answer.status, 200, `${job}: ${text}`);
  return JSON.parse(text) as unknown;
}

export const versionsOf = async ({ objects }: GoogleWorld) => (await readIndex({ objects })).versions;

export const stateOf = async ({ objects }: GoogleWorld) => (await readRelease(objects)).state;

/** Lines of a log that say an error. */
export const errorsOf = (lines: readonly LogLine[]): readonly LogLine[] =>
  lines.filter(({ payload }) => payload.severity === 'ERROR' || payload.severity === 'CRITICAL');

export async function approves(world: GoogleWorld, version: number, as: string): Promise<void> {
  const answer = await callFunction(world, 'approve', as, { version });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
}
