/** The loop of a model on Google Cloud, part by part; each part tells a line of what it has shown. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { ObjectStore } from '../../../lambdas/ports/index.ts';
import { listReports } from '../../../lambdas/stores/drift-reports.ts';
import { readIndex } from '../../../lambdas/stores/models.ts';
import { readPredictions } from '../../../lambdas/stores/predictions.ts';
import { readRelease } from '../../../lambdas/stores/release.ts';
import type { FakeVersion } from '../../support/google-fakes.ts';
import type { PostgresServer } from '../../support/postgres-server.ts';
import { type Body, listed } from '../../support/terraform/schema.ts';
import { newRowsArrive, requestRows } from '../sample-rows.ts';
import { say, until } from '../story.ts';
import { type CloudRun, identityToken } from './cloud-run.ts';
import type { GoogleCloud } from './google.ts';
import { extractedValues, type LogLine } from './log-metrics.ts';
import type { Pubsub } from './pubsub.ts';
import { type AppliedStack, blockOf, stringOf } from './stack.ts';
import { type Execution, type ExecutionOptions, executeWorkflow } from './workflows.ts';

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
async function callFunction(
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
async function schedule(
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

const versionsOf = async ({ objects }: GoogleWorld) => (await readIndex({ objects })).versions;
const stateOf = async ({ objects }: GoogleWorld) => (await readRelease(objects)).state;

/** Runs every part. */
export async function runLoop(world: GoogleWorld, facts: LoopFacts): Promise<void> {
  await refusesStrangers(world);
  await trains(world, facts);
  await releases(world, facts);
  await scores(world, facts);
  await bringsNewRows(world);
  await scoresBatches(world);
  await retrains(world, facts);
  await rollsBack(world, facts);
  await probeFails(world, facts);
  finds(world);
}

async function refusesStrangers(world: GoogleWorld): Promise<void> {
  assert.equal((await callFunction(world, 'score', undefined, undefined, '/ready')).status, 401);
  assert.equal((await callFunction(world, 'lease', 'eve@example.com', {})).status, 403);
  say('refused: a call without a token, and one of somebody without the right');
}

async function trains(world: GoogleWorld, { local, historyEnd, caller }: LoopFacts): Promise<void> {
  const ready = await callFunction(world, 'score', caller, undefined, '/ready');
  assert.equal(ready.status, 503, 'before the first release nothing serves');
  const at = new Date(historyEnd).toISOString();
  const first = await executeWorkflow(world.stack, 'training', { trigger: 'first', data: false, at });
  assert.deepEqual(first.waits, []);
  const [version] = await versionsOf(world);
  assert.equal(version?.status, 'pending');
  const model = await world.objects.get('models/1/model.ubj');
  const digest = createHash('sha256')
    .update(model?.bytes ?? '')
    .digest('hex');
  say(`version 1 by the workflow on Google Cloud: ${digest}`);
  const modelSha256 = await local;
  say(`version 1 by npm start:                    ${modelSha256}`);
  assert.equal(digest, modelSha256);
  say('export, prepare, ingest, train, evaluate, register: the same model bytes');
}

async function approves(world: GoogleWorld, version: number, as: string): Promise<void> {
  const answer = await callFunction(world, 'approve', as, { version });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
}

async function releases(world: GoogleWorld, { approver }: LoopFacts): Promise<void> {
  assert.equal((await callFunction(world, 'approve', 'eve@example.com', { version: 1 })).status, 403);
  await approves(world, 1, approver);
  await until('version 1', async () => (await stateOf(world)).champion?.version === 1);
  await world.pubsub.settled();
  await schedule(world, '-tick');
  const shown = world.vertex.versions.map(({ labels }) => labels.mlops_status);
  assert.deepEqual(shown, ['approved']);
  const moves = world.pubsub.published.filter(({ message }) => message.attributes.type === 'release.moved');
  assert.equal(new Set(moves.map(({ message }) => message.attributes.id)).size, 1);
  const probed = world.pubsub.pushes.filter(({ to }) => to.endsWith('-probe-moved'));
  assert.ok(probed.length >= 2 && probed.every(({ status }) => status === 200), JSON.stringify(probed));
  assert.deepEqual(await schedule(world, '-probe'), [{ version: 1 }]);
  say('approved by the approver, released by the pushed event, probed; each push came twice and moved once');
}

/** Scores rows; returns the window of their records. */
async function sendRows(
  world: GoogleWorld,
  { historyEnd, caller }: LoopFacts,
  changed: Readonly<Record<string, string>>,
) {
  const from = Date.now();
  const rows = await requestRows(historyEnd, 300, changed, `${from}-`);
  for (let first = 0; first < rows.length; first += 100) {
    const part = { rows: rows.slice(first, first + 100) };
    const answer = await callFunction(world, 'score', caller, part, '/score');
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
  }
  const window = { from, to: Date.now() + 1 };
  const found = await until('predictions in the bucket', async () => {
    const ids: unknown[] = [];
    for await (const record of readPredictions(world.objects, window)) ids.push(record);
    return ids.length >= rows.length && ids.length;
  });
  assert.equal(found, rows.length);
  return window;
}

async function scores(world: GoogleWorld, facts: LoopFacts): Promise<void> {
  await sendRows(world, facts, {});
  const files: string[] = [];
  for await (const key of world.objects.list('predictions/')) files.push(key);
  for (const file of files) assert.match(file, /^predictions\/\d{4}-\d\d-\d\d\/\d\d\/\d{4}Z_[\w-]+\.jsonl$/);
  say(`300 answers scored, their records in ${files.length} files of the topic's subscription`);
}

async function bringsNewRows(world: GoogleWorld): Promise<void> {
  await newRowsArrive(world.postgres);
  const before = (await versionsOf(world)).length;
  const run = (await schedule(world, '-new-data')) as Execution;
  const { data, ingest } = run.output as { data: boolean; ingest: { parts: number; coveredTo: string } };
  assert.equal(data, true);
  assert.ok(ingest.parts > 0);
  assert.equal((await versionsOf(world)).length, before);
  assert.equal(run.answers.length, 5, 'begin, export, prepare, ingest, end');
  say(`new rows by the schedule's own start: ${ingest.parts} parts up to ${ingest.coveredTo}, no training`);
}

async function scoresBatches(world: GoogleWorld): Promise<void> {
  const planned = Date.now();
  const first = await schedule(world, '-batch-score', {}, planned);
  const files = async () => {
    const keys: string[] = [];
    for await (const key of world.objects.list('batch/')) keys.push(key);
    return keys;
  };
  const written = await files();
  assert.deepEqual(await schedule(world, '-batch-score', {}, planned), first);
  assert.deepEqual(await files(), written);
  say(`a batch by its schedule, once for two deliveries: ${JSON.stringify(first)}`);
}

async function retrains(world: GoogleWorld, facts: LoopFacts): Promise<void> {
  await sendRows(world, facts, { contact: 'telephone', job: 'student' });
  // The schedule's next minute, so that what was just recorded is in the window.
  await schedule(world, '-monitoring', { laterMs: 60_000 });
  const [report] = await listReports({ objects: world.objects });
  assert.equal(report?.drift.verdict, 'drifted');
  const names = report?.drift.features.filter(({ verdict }) => verdict === 'alert').map(({ name }) => name);
  assert.ok(names?.includes('contact'), `contact drifted, got ${names}`);
  const running = await until('a start by Eventarc', async () => world.started[0]);

  // Another start meets the lease, and waits until that run has ended.
  await running.begun;
  const start = { trigger: 'demand', data: true };
  const before = async (waits: readonly number[]) => {
    if (waits.length < 2) return;
    running.goOn();
    await running.ended;
  };
  const other = await executeWorkflow(world.stack, 'training', start, { before });
  assert.deepEqual(other.waits, [60, 120], 'the lease is held');
  say(`a start while the lease was held waited ${other.waits.join(' and ')} s, and ran then`);

  const versions = await versionsOf(world);
  assert.deepEqual(
    versions.map(({ version, status }) => `${version} ${status}`),
    ['1 approved', '2 pending'],
  );
  // The request is delivered again, late.
  await executeWorkflow(world.stack, 'training', running.event);
  assert.equal((await versionsOf(world)).length, 2);
  say(`drift in ${names?.join(', ')}: version 2 by its topic and Eventarc, once for two deliveries`);
  await endsTheWatch(world);
  await approves(world, 2, facts.approver);
  await until('version 2', async () => {
    await schedule(world, '-tick');
    return (await stateOf(world)).champion?.version === 2;
  });
  await world.pubsub.settled();
  assert.deepEqual(await schedule(world, '-probe'), [{ version: 2 }]);
  say('version 2 released after a replay of past requests, by pushed events and ticks');
}

/**
 * Opens an incident of the alarm on scores, as Monitoring tells the channel of its policy; returns what the release answered.
 *
 * @param startedAt - ms since 1970; its data are older by what the policy's label says.
 */
async function opensIncident(
  { stack, pubsub }: GoogleWorld,
  id: string,
  startedAt: number,
): Promise<string[]> {
  const { display_name: name, user_labels, notification_channels } = scorePolicy(stack);
  const channels = stack.all('google_monitoring_notification_channel');
  const channel = channels.find(({ type }) => type === 'pubsub');
  assert.ok(listed(notification_channels).some((one) => stringOf(one).includes('RollbackAlarms')));
  const incident = {
    incident_id: id,
    scoping_project_id: 'example-ml-dev',
    state: 'open',
    started_at: Math.floor(startedAt / 1_000),
    ended_at: null,
    policy_name: name,
    policy_user_labels: user_labels,
    condition_name: name,
    summary: 'planted',
  };
  const before = pubsub.pushes.length;
  const data = Buffer.from(JSON.stringify({ version: '1.2', incident })).toString('base64');
  pubsub.publish(stringOf(blockOf(channel?.labels).topic), data);
  await pubsub.settled();
  const answers = pubsub.pushes.slice(before).filter(({ to }) => to.endsWith('-release-alarms'));
  return answers.map(({ body }) => (JSON.parse(body) as { readonly kind: string } | null)?.kind ?? 'nothing');
}

function scorePolicy(stack: AppliedStack): Body {
  const policies = stack.all('google_monitoring_alert_policy');
  const found = policies.find(({ display_name: name }) => stringOf(name).endsWith('score psi'));
  if (found === undefined) throw new Error('no policy on scores');
  return found;
}

/** Time of an incident whose data are all newer than now, ms since 1970. */
const afterNow = ({ stack }: GoogleWorld): number =>
  Date.now() + (Number(blockOf(scorePolicy(stack).user_labels).look_back_sec) + 60) * 1_000;

async function endsTheWatch(world: GoogleWorld): Promise<void> {
  const kinds = [
    ...(await opensIncident(world, '0.early', Date.now())),
    ...(await opensIncident(world, '0.first', afterNow(world))),
  ];
  assert.equal((await stateOf(world)).champion?.version, 1);
  say(`incidents while version 1 is watched: ${kinds.join(', ')}; there is nothing to go back to`);
}

async function rollsBack(world: GoogleWorld, { caller }: LoopFacts): Promise<void> {
  await opensIncident(world, '0.late', Date.now());
  assert.equal((await stateOf(world)).champion?.version, 2, 'its data are older than the release');
  const kinds = await opensIncident(world, '0.alarm', afterNow(world));
  const { champion, outcomes } = await stateOf(world);
  assert.equal(champion?.version, 1, `${kinds}`);
  assert.equal(outcomes.filter(({ fate }) => fate === 'rolled-back').length, 1);
  assert.equal((await callFunction(world, 'score', caller, undefined, '/model')).status, 200);
  assert.deepEqual(await schedule(world, '-probe'), [{ version: 1 }]);
  say(
    `an incident rolled version 2 back, once for two deliveries (${kinds.join(', ')}): ${outcomes.at(-1)?.reason}; version 1 serves`,
  );
}

/** Lines of a log that say an error. */
export const errorsOf = (lines: readonly LogLine[]): readonly LogLine[] =>
  lines.filter(({ payload }) => payload.severity === 'ERROR' || payload.severity === 'CRITICAL');

/** A version that answers the probe wrongly, because answers of the API are changed on their way. */
async function probeFails(world: GoogleWorld, { approver }: LoopFacts): Promise<void> {
  // A run is named by its trigger and minute, so this one is of a later minute than that of version 2.
  const start = { trigger: 'drift', data: false };
  await executeWorkflow(world.stack, 'training', start, { laterMs: 120_000 });
  await approves(world, 3, approver);
  await until('version 3', async () => {
    await schedule(world, '-tick');
    return (await stateOf(world)).champion?.version === 3;
  });
  await world.pubsub.settled();
  const { change } = world.run;
  world.run.change = (service, body) =>
    service.endsWith('-score') ? body.replace(/"score":[\d.e-]+/, '"score":0.5') : body;
  const [wrong] = (await schedule(world, '-probe')) as readonly {
    readonly failure?: { readonly code: string };
  }[];
  world.run.change = change;
  assert.equal(wrong?.failure?.code, 'probe/other-score');
  await until('version 1 once more', async () => (await stateOf(world)).champion?.version === 1);
  await world.pubsub.settled();
  const { outcomes } = await stateOf(world);
  assert.equal(outcomes.at(-1)?.reason, 'probe failed: probe/other-score');
  assert.deepEqual(await schedule(world, '-probe'), [{ version: 1 }]);
  say('a wrong answer to the probe was pushed to the release, and rolled version 3 back; version 1 serves');
}

/** Nothing that was sent was wrong, not granted or lost. */
function finds({ google, pubsub, run, stack }: GoogleWorld): void {
  assert.deepEqual([...google.problems], []);
  assert.deepEqual(pubsub.deadLetters, []);
  const isExpected = ({ payload }: LogLine) =>
    payload.code === 'pipeline/busy' ||
    payload.message === 'notification' ||
    payload.code === 'probe/other-score';
  assert.deepEqual(
    errorsOf(run.lines()).filter((line) => !isExpected(line)),
    [],
  );
  const values = extractedValues(stack, run.lines());
  const extracted = [...values].map(([name, numbers]) => `${name} ${numbers.length}`);
  say(`numbers that the stack's metrics extract from the functions' lines: ${extracted.join(', ')}`);
  for (const [name, numbers] of values) {
    assert.equal(numbers.length === 0, name === 'recordsLost', `${name}: ${numbers.length}`);
    assert.ok(numbers.every(Number.isFinite), name);
  }
  const total = [...google.calls.values()].reduce((sum, one) => sum + one, 0);
  const methods = [...google.calls].map(([name, times]) => `${name} ${times}`).sort();
  say(`${total} requests are as Google describes them, and granted: ${methods.join(', ')}`);
}
