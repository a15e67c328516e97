/** The loop of a model on Azure, part by part; each part tells a line of what it has shown. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { listReports } from '../../../lambdas/stores/drift-reports.ts';
import { readPredictions } from '../../../lambdas/stores/predictions.ts';
import { newRowsArrive, requestRows } from '../sample-rows.ts';
import { say, until } from '../story.ts';
import { endsTheWatch, probeFails, rollsBack } from './release-ends.ts';
import {
  type AzureFacts,
  type AzureWorld,
  approves,
  callApp,
  errorsOf,
  nextRun,
  outputOf,
  putMessage,
  serves,
  settled,
  stateOf,
  tick,
  versionsOf,
} from './world.ts';

const EVE = '66666666-6666-4666-8666-666666666666';

/** Runs every part. */
export async function runLoop(world: AzureWorld, facts: AzureFacts): Promise<void> {
  await refusesStrangers(world);
  await trains(world, facts);
  await releases(world, facts);
  await scores(world, facts);
  await bringsNewRows(world);
  await scoresBatches(world);
  await retrains(world, facts);
  await rollsBack(world, facts);
  await probeFails(world, facts);
  await finds(world);
}

async function refusesStrangers(world: AzureWorld): Promise<void> {
  assert.equal((await callApp(world, 'scoring', undefined, '/ready')).status, 401);
  assert.equal((await callApp(world, 'scoring', EVE, '/ready')).status, 403);
  assert.equal((await callApp(world, 'release', EVE, '/approve', { version: 1 })).status, 403);
  say('refused: a call without a token, and calls of somebody whom no policy names');
}

async function trains(world: AzureWorld, { local, historyEnd, caller }: AzureFacts): Promise<void> {
  assert.equal((await callApp(world, 'scoring', caller, '/ready')).status, 503, 'nothing serves yet');
  await putMessage(world, 'pipeline', { trigger: 'first', at: new Date(historyEnd).toISOString() });
  const run = await nextRun(world, 0);
  await outputOf(run);
  assert.deepEqual((await run.ended).waits, []);
  const [version] = await versionsOf(world);
  assert.equal(version?.status, 'pending');
  const model = await world.objects.get('models/1/model.ubj');
  const digest = createHash('sha256')
    .update(model?.bytes ?? '')
    .digest('hex');
  say(`version 1 by the orchestration on Azure: ${digest}`);
  const modelSha256 = await local;
  say(`version 1 by npm start:                 ${modelSha256}`);
  assert.equal(digest, modelSha256);
  say(
    `export, prepare, ingest, train, evaluate, register in ${(await run.ended).turns} turns: the same model bytes`,
  );
}

async function releases(world: AzureWorld, { approver }: AzureFacts): Promise<void> {
  await approves(world, 1, approver);
  await until('version 1', async () => (await stateOf(world)).champion?.version === 1);
  await settled(world);
  await tick(world, 'release', 'tick');
  assert.deepEqual(
    [...world.workspace.versions].map(([id, { tags }]) => `${id} ${tags.mlops_status}`),
    ['1 approved'],
  );
  const moves = world.eventGrid.published.filter(({ type }) => type === 'release.moved');
  assert.equal(new Set(moves.map(({ id }) => id)).size, 1);
  const deliveries = world.sites.listeners.get('probe')?.deliveries ?? [];
  assert.ok(deliveries.length >= 2 && deliveries.every(({ failed }) => !failed), JSON.stringify(deliveries));
  await tick(world, 'probe', 'probe');
  say(
    'approved by the approver, released by the event in its queue, probed; each event came twice and moved once',
  );
}

/** Scores rows; returns the window of their records. */
async function sendRows(
  world: AzureWorld,
  { historyEnd, caller }: AzureFacts,
  changed: Readonly<Record<string, string>>,
) {
  const from = Date.now();
  const rows = await requestRows(historyEnd, 300, changed, `${from}-`);
  for (let first = 0; first < rows.length; first += 100) {
    const part = { rows: rows.slice(first, first + 100) };
    const answer = await callApp(world, 'scoring', caller, '/score', part);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
  }
  const window = { from, to: Date.now() + 1 };
  const ids: unknown[] = [];
  for await (const record of readPredictions(world.objects, window)) ids.push(record);
  assert.equal(ids.length, rows.length);
  return window;
}

async function scores(world: AzureWorld, facts: AzureFacts): Promise<void> {
  await sendRows(world, facts, {});
  const files: string[] = [];
  for await (const key of world.objects.list('predictions/')) files.push(key);
  for (const file of files) assert.match(file, /^predictions\/\d{4}-\d\d-\d\d\/\d\d\/[\w-]+-\d+\.jsonl$/);
  say(`300 answers scored, their records in ${files.length} append blobs when the answers came`);
}

async function bringsNewRows(world: AzureWorld): Promise<void> {
  await newRowsArrive(world.postgres);
  const before = (await versionsOf(world)).length;
  const known = world.runs.started.length;
  await tick(world, 'pipeline', 'new-data-timer');
  const run = await nextRun(world, known);
  const { data, ingest } = (await outputOf(run)) as {
    data: boolean;
    ingest: { parts: number; coveredTo: string };
  };
  assert.equal(data, true);
  assert.ok(ingest.parts > 0);
  assert.equal((await versionsOf(world)).length, before);
  assert.equal((await run.ended).activities.length, 5, 'begin, export, prepare, ingest, end');
  say(`new rows by the timer's own start: ${ingest.parts} parts up to ${ingest.coveredTo}, no training`);
}

async function scoresBatches(world: AzureWorld): Promise<void> {
  await tick(world, 'batch', 'batch-score');
  const keys: string[] = [];
  for await (const key of world.objects.list('batch/')) keys.push(key);
  assert.ok(keys.length > 0);
  say(`a batch by its timer: ${keys.length} files`);
}

/** Until the next minute, so that what was just recorded is in the window of the timer. */
const nextMinute = (): Promise<void> => wait(60_000 - (Date.now() % 60_000) + 50);

async function retrains(world: AzureWorld, facts: AzureFacts): Promise<void> {
  await sendRows(world, facts, { contact: 'telephone', job: 'student' });
  await nextMinute();
  const known = world.runs.started.length;
  world.runs.hold = true;
  await tick(world, 'monitor', 'monitoring');
  const [report] = await listReports({ objects: world.objects });
  assert.equal(report?.drift.verdict, 'drifted');
  const names = report?.drift.features.filter(({ verdict }) => verdict === 'alert').map(({ name }) => name);
  assert.ok(names?.includes('contact'), `contact drifted, got ${names}`);
  const running = await nextRun(world, known);
  assert.match(running.id, /^drift-/);

  // Another start meets the lease, and waits until that run has ended.
  await running.begun;
  world.runs.hold = false;
  world.runs.onCall = async (id, call) => {
    if (!id.startsWith('data-') || call !== 3) return;
    running.goOn();
    await running.ended;
  };
  await putMessage(world, 'pipeline', { trigger: 'demand', data: true });
  const other = await nextRun(world, known + 1);
  await outputOf(other);
  await outputOf(running);
  const { waits } = await other.ended;
  assert.deepEqual(waits, [60, 120], 'the lease is held');
  say(`a start while the lease was held waited ${waits.join(' and ')} s, and ran then`);

  await settled(world);
  assert.equal(world.runs.started.length, known + 2, 'the request was delivered twice, and is one run');
  assert.deepEqual(
    (await versionsOf(world)).map(({ version, status }) => `${version} ${status}`),
    ['1 approved', '2 pending'],
  );
  say(`drift in ${names?.join(', ')}: version 2 by Event Grid and the queue, once for two deliveries`);
  await endsTheWatch(world, facts);
  await approves(world, 2, facts.approver);
  await serves(world, 2);
  say('version 2 released after a replay of past requests, by events and ticks');
}

/** Nothing that was sent was wrong, not granted or lost. */
async function finds({ services, eventGrid, sites, queues, stack }: AzureWorld): Promise<void> {
  assert.deepEqual([...services.problems], []);
  assert.deepEqual(eventGrid.deadLetters, []);
  for (const unit of sites.listeners.keys())
    assert.equal(
      await queues.count(stack.app(unit).account, 'events-poison'),
      0,
      `${unit}: a message is lost`,
    );
  assert.deepEqual(
    errorsOf(sites.lines()).filter(
      ({ payload }) =>
        payload.code !== 'pipeline/busy' &&
        payload.message !== 'notification' &&
        payload.code !== 'probe/other-score',
    ),
    [],
  );
  const calls = [...services.calls].map(([name, times]) => `${name} ${times}`).sort();
  const total = [...services.calls.values()].reduce((sum, one) => sum + one, 0);
  say(`${total} requests are as Microsoft describes them, and granted: ${calls.join(', ')}`);
}
