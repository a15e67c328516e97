/** How releases end: by a person's rollback, and by a wrong answer to the probe. */

import assert from 'node:assert/strict';
import { say, until } from '../story.ts';
import {
  type AzureFacts,
  type AzureWorld,
  approves,
  callApp,
  nextRun,
  outputOf,
  putMessage,
  serves,
  settled,
  stateOf,
  tick,
} from './world.ts';

export async function endsTheWatch(world: AzureWorld, { approver }: AzureFacts): Promise<void> {
  const answer = await callApp(world, 'release', approver, '/rollback', { id: 'first', version: 1 });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  assert.equal((await stateOf(world)).champion?.version, 1);
  say('a rollback while version 1 is watched: there is nothing to go back to');
}

export async function rollsBack(world: AzureWorld, { approver, caller }: AzureFacts): Promise<void> {
  const asked = { id: 'of-ada', version: 2 };
  assert.equal((await callApp(world, 'release', caller, '/rollback', asked)).status, 403);
  for (const time of ['first', 'second']) {
    const answer = await callApp(world, 'release', approver, '/rollback', asked);
    assert.equal(answer.status, 200, `${time}: ${JSON.stringify(answer.body)}`);
  }
  const { champion, outcomes } = await stateOf(world);
  assert.equal(champion?.version, 1);
  assert.equal(outcomes.filter(({ fate }) => fate === 'rolled-back').length, 1);
  assert.equal((await callApp(world, 'scoring', caller, '/model')).status, 200);
  await settled(world);
  await tick(world, 'probe', 'probe');
  say(`a rollback by the approver, once for two requests: ${outcomes.at(-1)?.reason}; version 1 serves`);
}

const LATER_MS = 120_000;

/** A version that answers the probe wrongly, because answers of the API are changed on their way. */
export async function probeFails(world: AzureWorld, { approver }: AzureFacts): Promise<void> {
  const known = world.runs.started.length;
  // A run is named by its trigger and time, so this one is of a later minute than that of version 2.
  const at = new Date(Date.now() + LATER_MS).toISOString();
  await putMessage(world, 'pipeline', { trigger: 'drift', at });
  await outputOf(await nextRun(world, known));
  await approves(world, 3, approver);
  await serves(world, 3);
  const { change } = world.sites;
  world.sites.change = (body) => body.replace(/"score":[\d.e-]+/, '"score":0.5');
  await tick(world, 'probe', 'probe');
  world.sites.change = change;
  await until('version 1 once more', async () => (await stateOf(world)).champion?.version === 1);
  await settled(world);
  const { outcomes } = await stateOf(world);
  assert.equal(outcomes.at(-1)?.reason, 'probe failed: probe/other-score');
  await tick(world, 'probe', 'probe');
  say(
    'a wrong answer to the probe came to the release by its queue, and rolled version 3 back; version 1 serves',
  );
}
