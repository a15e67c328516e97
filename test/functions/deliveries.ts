/** The same happenings as each cloud delivers them to functions, and its runtime's way to take them. */

import { createServer, type Server } from 'node:http';
import type { FunctionName } from '../../lambdas/functions.ts';
import type { LambdaHandler } from '../../lambdas/runtime/aws.ts';
import type { LoadWork } from '../../lambdas/runtime/azure.ts';
import type { GcpHandler } from '../../lambdas/runtime/gcp-server.ts';
import { azureDeliveries } from './azure-deliveries.ts';
import type { AppWorld, Deliveries, During, ScoringAnswer } from './delivery.ts';
import { alarmEvent, approvedPackage, httpEvent, ownEvent } from './events.ts';
import { type GcpRequest, identityOf, posted, pushedEvent, pushedIncident } from './gcp-events.ts';

export type TestedCloud = 'aws' | 'gcp' | 'azure';

type Entry = { readonly handler: unknown };
/** How an entry is loaded. */
export type LoadEntry = (name: FunctionName) => Promise<unknown>;

export function deliveriesOf(
  cloud: TestedCloud,
  load: LoadEntry,
  during: During,
  world: AppWorld,
): Deliveries {
  switch (cloud) {
    case 'aws':
      return awsDeliveries(load as (name: FunctionName) => Promise<Entry>, during);
    case 'gcp':
      return gcpDeliveries(load as (name: FunctionName) => Promise<Entry>, during);
    case 'azure':
      return azureDeliveries(load as (name: FunctionName) => ReturnType<LoadWork>, during, world);
  }
}

function awsDeliveries(load: (name: FunctionName) => Promise<Entry>, during: During): Deliveries {
  const call = async (name: FunctionName, event: unknown): Promise<unknown> => {
    const { handler } = (await load(name)) as { readonly handler: LambdaHandler<unknown> };
    return during(name, () => handler(event, { awsRequestId: 'request-1' }));
  };
  return {
    call,
    async request(method, path, body) {
      const answer = await call('score', httpEvent(method, path, body));
      const { statusCode, body: text } = answer as { readonly statusCode: number; readonly body: string };
      return { status: statusCode, body: text };
    },
    approve: (version) => call('approve', approvedPackage(version)),
    approveByHand: (version) => call('approve', { version, by: 'ada' }),
    tell: (event) => call('release', ownEvent(event)),
    alarm: (isOn, since) => call('release', alarmEvent(isOn ? 'ALARM' : 'OK', since)),
    rollback: (id) => call('release', { kind: 'rollback', id, by: 'ada' }),
    async close() {},
  };
}

function gcpDeliveries(load: (name: FunctionName) => Promise<Entry>, during: During): Deliveries {
  const servers = new Map<FunctionName, Promise<{ readonly url: string; readonly server: Server }>>();
  const urlOf = async (name: FunctionName): Promise<string> => {
    const running = servers.get(name) ?? load(name).then(serve);
    servers.set(name, running);
    return (await running).url;
  };
  const send = async (name: FunctionName, { path, ...init }: GcpRequest): Promise<ScoringAnswer> => {
    const url = await urlOf(name);
    return during(name, async () => {
      const answer = await fetch(`${url}${path}`, init);
      return { status: answer.status, body: await answer.text() };
    });
  };
  /** Fails as Workflows would see it: 503 is tried again. */
  const call = async (name: FunctionName, request: GcpRequest): Promise<unknown> => {
    const { status, body } = await send(name, request);
    if (status === 200) return JSON.parse(body);
    throw Object.assign(new Error(body), { name: status === 503 ? 'Retryable' : 'Permanent' });
  };
  const approve = (version: number) => call('approve', posted({ version }, identityOf('ada@example.com')));
  return {
    call: (name, event) => call(name, posted(event)),
    request: (method, path, body) =>
      send('score', {
        method,
        path,
        headers: { 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    approve,
    approveByHand: approve,
    tell: (event) => call('release', pushedEvent(event)),
    alarm: (isOn, since) => call('release', pushedIncident(isOn ? 'open' : 'closed', since)),
    rollback: (id) => call('release', posted({ kind: 'rollback', id }, identityOf('ada@example.com'))),
    async close() {
      for (const running of servers.values()) {
        const { server } = await running;
        server.closeAllConnections();
        await new Promise((closed) => server.close(closed));
      }
    },
  };
}

async function serve(entry: Entry): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer(entry.handler as GcpHandler); // an entry's only export
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`, server };
}
