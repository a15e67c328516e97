/** The loop of a model on Google Cloud, part by part; each part tells a line of what it has shown. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { listReports } from '../../../lambdas/stores/drift-reports.ts';
import { readPredictions } from '../../../lambdas/stores/predictions.ts';
import { newRowsArrive, requestRows } from '../sample-rows.ts';
import { say, until } from '../story.ts';
import { extractedValues, type LogLine } from './log-metrics.ts';
import { endsTheWatch, probeFails, rollsBack } from './release-ends.ts';
import { type Execution, executeWorkflow } from './workflows.ts';
import {
  approves,
  callFunction,
  errorsOf,
  type GoogleWorld,
  type LoopFacts,
  schedule,
  stateOf,
  versionsOf,
} from './world.ts';

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
