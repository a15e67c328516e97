/** Outages that are planted in the deployed stack, and the alarms that its template raises for each. */

import assert from 'node:assert/strict';
import {
  DeleteFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { httpEvent } from '../functions/events.ts';
import type { Emulator } from '../support/emulators.ts';
import type { Stacks } from '../support/template.ts';
import type { Deployed } from './deploy.ts';
import { startFaultProxy } from './fault-proxy.ts';
import { createRecorder, type Recorder } from './recorded.ts';

export interface Site {
  readonly ministack: Emulator;
  readonly deployed: Deployed;
  readonly stacks: Stacks;
  /** A request that a healthy service answers with 200. */
  readonly body: unknown;
}

interface Outage {
  readonly planted: string;
  /** Alarms that fire, and no others. */
  readonly raises: readonly string[];
  /** Breaks it; returns the way back. */
  readonly plant: (site: Site) => Promise<() => Promise<void>>;
}

const SCORE = /^ScoringApiFunction(?!Dead)/;
const RELEASE = /^ReleaseControllerRelease/;
const API_OUTAGE = ['ScoringApiAlarmsOutage', 'ScoringApiAlarmsServerErrors'];

export const OUTAGES: readonly Outage[] = [
  { planted: 'nothing', raises: [], plant: async () => async () => {} },
  {
    planted: 'S3 refuses the release pointer',
    raises: [...API_OUTAGE, 'RollbackAlarmsErrorRate'],
    plant: (site) =>
      throughProxy(site, 'AWS_ENDPOINT_URL_S3', ({ url = '' }) => url.includes('release/state.json')),
  },
  {
    planted: 'the scoring function has no configuration',
    raises: [...API_OUTAGE, 'RollbackAlarmsFunctionErrors'],
    plant: (site) => withEnvironment(site, () => ({})),
  },
  {
    planted: 'Lambda refuses to run the scoring function',
    raises: [...API_OUTAGE, 'ScoringApiAlarmsThrottles'],
    plant: (site) => withoutConcurrency(site, SCORE),
  },
  {
    planted: 'Firehose refuses the predictions',
    raises: ['ScoringApiAlarmsRecordsLost'],
    plant: (site) => throughProxy(site, 'AWS_ENDPOINT_URL_FIREHOSE', () => true),
  },
  {
    planted: 'Lambda refuses the ticks',
    raises: ['ReleaseControllerTickAlarm'],
    plant: (site) => withoutConcurrency(site, RELEASE),
  },
  {
    // Sent from here, as Lambda does after its last try: whether the emulator's own tries end in the queue was not seen.
    planted: 'a dead letter arrives',
    raises: ['EventsDeadLetterAlarm'],
    plant: async ({ ministack, deployed }) => {
      await new SQSClient(ministack.client).send(
        new SendMessageCommand({
          QueueUrl: deployed.id('AWS::SQS::Queue', /^EventsDeadLetters/),
          MessageBody: JSON.stringify({ kind: 'an event that failed at every try' }),
        }),
      );
      return async () => {};
    },
  },
];

/** More than the failures that the alarm on a share needs. */
const MINUTES = 16;

/** Plants each outage, and holds the alarms that fire to the table. */
export async function plantOutages(site: Site, say: (text: string) => void): Promise<void> {
  for (const { planted, raises, plant } of OUTAGES) {
    const recorder = createRecorder(site.ministack, site.stacks, site.deployed);
    await minutes(site, recorder);
    const from = recorder.minute;
    const mend = await plant(site);
    try {
      await minutes(site, recorder);
    } finally {
      await mend();
    }
    assert.deepEqual(recorder.fired(from), [...raises].sort(), planted);
    say(`planted: ${planted}; alarms: ${raises.join(', ') || 'none'}`);
  }
}

/** Some minutes with a tick and a request each. */
async function minutes({ body }: Site, recorder: Recorder): Promise<void> {
  for (let minute = 0; minute < MINUTES; minute += 1) {
    await recorder.call(RELEASE, { kind: 'tick' });
    await recorder.request(httpEvent('POST', '/score', body));
    await recorder.step();
  }
}

async function withoutConcurrency({ ministack, deployed }: Site, name: RegExp) {
  const client = new LambdaClient(ministack.client);
  const FunctionName = deployed.id('AWS::Lambda::Function', name);
  await client.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }));
  return async () => void (await client.send(new DeleteFunctionConcurrencyCommand({ FunctionName })));
}

/** The scoring function with another environment, in a new sandbox. */
async function withEnvironment(
  { ministack, deployed }: Site,
  change: (variables: Readonly<Record<string, string>>) => Record<string, string>,
) {
  const client = new LambdaClient(ministack.client);
  const FunctionName = deployed.id('AWS::Lambda::Function', SCORE);
  const { Environment } = await client.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const before = Environment?.Variables ?? {};
  const set = async (Variables: Record<string, string>) =>
    void (await client.send(
      new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }),
    ));
  await set(change(before));
  return () => set(before);
}

async function throughProxy(
  site: Site,
  variable: string,
  refused: Parameters<typeof startFaultProxy>[1],
): Promise<() => Promise<void>> {
  const proxy = await startFaultProxy(site.ministack.endpoint, refused);
  const back = await withEnvironment(site, (variables) => ({ ...variables, [variable]: proxy.endpoint }));
  return async () => {
    await back();
    proxy.close();
  };
}
