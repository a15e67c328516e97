/** How releases end: by incidents of Monitoring, and by a wrong answer to the probe. */

import assert from 'node:assert/strict';
import { type Body, listed } from '../../support/terraform/schema.ts';
import { say, until } from '../story.ts';
import { type AppliedStack, blockOf, stringOf } from './stack.ts';
import { executeWorkflow } from './workflows.ts';
import { approves, callFunction, type GoogleWorld, type LoopFacts, schedule, stateOf } from './world.ts';

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

export async function endsTheWatch(world: GoogleWorld): Promise<void> {
  const kinds = [
    ...(await opensIncident(world, '0.early', Date.now())),
    ...(await opensIncident(world, '0.first', afterNow(world))),
  ];
  assert.equal((await stateOf(world)).champion?.version, 1);
  say(`incidents while version 1 is watched: ${kinds.join(', ')}; there is nothing to go back to`);
}

export async function rollsBack(world: GoogleWorld, { caller }: LoopFacts): Promise<void> {
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

/** A version that answers the probe wrongly, because answers of the API are changed on their way. */
export async function probeFails(world: GoogleWorld, { approver }: LoopFacts): Promise<void> {
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
