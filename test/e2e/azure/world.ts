/** The world of the loop on Azure, and what people and timers do in it. */

import assert from 'node:assert/strict';
import type { ObjectStore } from '../../../lambdas/ports/index.ts';
import { readIndex } from '../../../lambdas/stores/models.ts';
import { readRelease } from '../../../lambdas/stores/release.ts';
import type { Queues } from '../../support/azure/queues.ts';
import { type AzureServices, entraTokenOf } from '../../support/azure/services.ts';
import type { WorkspaceVersion } from '../../support/azure-fakes.ts';
import type { PostgresServer } from '../../support/postgres-server.ts';
import { until } from '../story.ts';
import type { EventGrid } from './event-grid.ts';
import type { Runs, StartedRun } from './runs.ts';
import type { Sites } from './sites.ts';
import type { AppliedAzure } from './stack.ts';

export interface AzureWorld {
  readonly stack: AppliedAzure;
  readonly sites: Sites;
  readonly services: AzureServices;
  readonly eventGrid: EventGrid;
  readonly queues: Queues;
  readonly runs: Runs;
  /** The container, by the rights of its owner. */
  readonly objects: ObjectStore;
  readonly postgres: PostgresServer;
  readonly workspace: { readonly versions: ReadonlyMap<string, WorkspaceVersion> };
}

export interface AzureFacts {
  /** sha256 of the first version of `npm start`. */
  readonly local: Promise<string>;
  /** ms since 1970. */
  readonly historyEnd: number;
  readonly approver: string;
  readonly caller: string;
}

/** Sends a request to an app as somebody; the token is for the app that the sign-in names. */
export async function callApp(
  { sites, stack }: Pick<AzureWorld, 'sites' | 'stack'>,
  unit: 'scoring' | 'release',
  as: string | undefined,
  path: string,
  body?: unknown,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const [audience = ''] = stack.app(unit).signIn?.audiences ?? [];
  const url = unit === 'scoring' ? sites.scoringUrl : sites.app(unit).url;
  const answer = await fetch(`${url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(as !== undefined && { authorization: `Bearer ${entraTokenOf(as, audience)}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text.startsWith('{') || text === 'null' ? JSON.parse(text) : text };
}

/** Puts a message into the queue of an app, as a person does. */
export const putMessage = ({ queues, stack }: AzureWorld, unit: string, message: object): Promise<void> =>
  queues.put(stack.app(unit).account, 'events', JSON.stringify(message));

/** Does what a timer of an app does at its time. */
export async function tick({ sites }: AzureWorld, unit: string, timer: string): Promise<void> {
  const { failed } = await sites.app(unit).tick(timer);
  assert.equal(failed, undefined, `${unit} ${timer}: ${failed}`);
}

/** Waits until every event is where it belongs, and every queue is empty. */
export async function settled({ eventGrid, sites }: AzureWorld): Promise<void> {
  await eventGrid.settled();
  for (const listener of sites.listeners.values()) await listener.settled();
}

/** The next run that starts, after those that there are. */
export async function nextRun({ runs }: AzureWorld, known: number): Promise<StartedRun> {
  return until('a run', async () => runs.started[known]);
}

/** Output of a run that must succeed. */
export async function outputOf(run: StartedRun): Promise<Readonly<Record<string, unknown>>> {
  const { output, error } = await run.ended;
  assert.equal(error, undefined, `${run.id}: ${error}`);
  return output as Readonly<Record<string, unknown>>; // the state of the run
}

export const versionsOf = async ({ objects }: AzureWorld) => (await readIndex({ objects })).versions;

export const stateOf = async ({ objects }: AzureWorld) => (await readRelease(objects)).state;

type Line = ReturnType<Sites['lines']>[number];

/** Lines of a log that say an error. */
export const errorsOf = (lines: readonly Line[]): readonly Line[] =>
  lines.filter(({ payload }) => payload.severity === 'ERROR' || payload.severity === 'CRITICAL');

export async function approves(world: AzureWorld, version: number, as: string): Promise<void> {
  const answer = await callApp(world, 'release', as, '/approve', { version });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
}

/** Waits until a version serves, with a tick of the release at each look. */
export async function serves(world: AzureWorld, version: number): Promise<void> {
  await until(`version ${version}`, async () => {
    await tick(world, 'release', 'tick');
    return (await stateOf(world)).champion?.version === version;
  });
  await settled(world);
}
