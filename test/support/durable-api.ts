/**
 * The part of the host's HTTP API of Durable Functions that the library's client calls, in memory: instances by id, with the
 * answers of Azure/azure-functions-durable-extension, `HttpApiHandler.cs`.
 */

import functions from '@azure/functions';
import type { DurableClient } from 'durable-functions';
import * as durable from 'durable-functions';
import type { ReceivedRequest, ScriptedAnswer } from './scripted-server.ts';

export type InstanceStatus = 'Pending' | 'Running' | 'Completed' | 'Failed' | 'Terminated';

/** Instances by id. */
export type Instances = Map<
  string,
  { status: InstanceStatus; readonly name: string; readonly input: unknown }
>;

/** Path of the API on the host's own port. */
export const API_PATH = '/durabletask/';

const RUNNING: readonly InstanceStatus[] = ['Pending', 'Running'];
const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8' } as const;
const answer = (status: number, body: unknown): ScriptedAnswer => ({
  status,
  headers: JSON_HEADERS,
  body: JSON.stringify(body),
});

/**
 * Answers a request as the host does. An instance that has ended is replaced; one that runs is refused with 500.
 *
 * @param started - Hears of each new instance.
 */
export function answerInstances(
  instances: Instances,
  { method, url, body }: Pick<ReceivedRequest, 'method' | 'url' | 'body'>,
  started: (id: string, name: string, input: unknown) => void = () => {},
): ScriptedAnswer {
  const [, kind, first = '', second = ''] =
    /^\/durabletask\/(instances|orchestrators)\/([^/?]+)(?:\/([^/?]+))?$/.exec(url) ?? [];
  if (method === 'GET' && kind === 'instances') {
    const found = instances.get(first);
    if (found === undefined) return { status: 404 };
    const time = '2026-03-01T02:00:31Z';
    return answer(RUNNING.includes(found.status) ? 202 : 200, {
      name: found.name,
      instanceId: first,
      runtimeStatus: found.status,
      input: found.input,
      customStatus: null,
      output: null,
      createdTime: time,
      lastUpdatedTime: time,
    });
  }
  if (method !== 'POST' || kind !== 'orchestrators' || second === '') return { status: 404 };
  const known = instances.get(second);
  if (known !== undefined && RUNNING.includes(known.status))
    return answer(500, {
      Message: 'Something went wrong while processing your request',
      ExceptionMessage: `An Orchestration instance with the status ${known.status} already exists.`,
      ExceptionType: 'System.InvalidOperationException',
      StackTrace:
        '   at DurableTask.AzureStorage.AzureStorageOrchestrationService.CreateTaskOrchestrationAsync',
    });
  const text = body.toString();
  const input: unknown = text === '' ? undefined : JSON.parse(text);
  instances.set(second, { status: 'Pending', name: first, input });
  started(second, first, input);
  const links = {
    id: second,
    statusQueryGetUri: `https://app/runtime/webhooks/durabletask/instances/${second}`,
  };
  return answer(202, links);
}

/** What the host gives to a binding `durableClient` (`OrchestrationClientInputData` of the library). */
export const clientData = (endpoint: string) => ({
  taskHubName: 'hub',
  creationUrls: {},
  managementUrls: { id: 'INSTANCEID' },
  rpcBaseUrl: `${endpoint}${API_PATH}`,
});

/** The library's own client of a host. */
export function durableClientOf(endpoint: string): DurableClient {
  const input = durable.input.durableClient();
  const context = new functions.InvocationContext({ options: { extraInputs: [input] } });
  context.extraInputs.set(input, clientData(endpoint));
  return durable.getClient(context);
}
