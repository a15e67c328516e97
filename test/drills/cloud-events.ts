/** What happens to a release, as each cloud delivers it to the controller and its runtime reads it. */

import type { ReleaseSignal } from '../../lambdas/core/release/signal.ts';
import { releaseSignal } from '../../lambdas/runtime/aws-signals.ts';
import { queueMessage } from '../../lambdas/runtime/azure-message.ts';
import { signedIn } from '../../lambdas/runtime/azure-principal.ts';
import { azureReleaseSignal } from '../../lambdas/runtime/azure-signals.ts';
import { gcpCall } from '../../lambdas/runtime/gcp-call.ts';
import { gcpReleaseSignal } from '../../lambdas/runtime/gcp-signals.ts';
import { cloudEvent, signedRequest } from '../functions/azure-events.ts';
import { alarmEvent, approvedEvent, probeFailedEvent, versionApproved } from '../functions/events.ts';
import { type GcpRequest, identityOf, posted, pushedEvent, pushedIncident } from '../functions/gcp-events.ts';

export interface CloudEvents {
  approved(version: number): unknown;
  tick(): unknown;
  /** @param since - ms since 1970. */
  alarm(isOn: boolean, since: number, id: string): unknown;
  /** @param version - That is to leave. @default the newest release and no other */
  rollback(id: string, version?: number): unknown;
  signalOf(event: unknown, now: number): ReleaseSignal;
}

export const AWS_EVENTS: CloudEvents = {
  approved: versionApproved,
  tick: () => ({ kind: 'tick' }),
  alarm: (isOn, since, id) => alarmEvent(isOn ? 'ALARM' : 'OK', since, id),
  rollback: (id, version) => ({ kind: 'rollback', id, by: 'ada', ...(version !== undefined && { version }) }),
  signalOf: releaseSignal,
};

/** Pushes of Pub/Sub, posts of Cloud Scheduler and of a person. */
export const GCP_EVENTS: CloudEvents = {
  approved: (version) => pushedEvent(approvedEvent(version)),
  tick: () => posted({ kind: 'tick' }, identityOf('scheduler@p.iam.gserviceaccount.com')),
  alarm: (isOn, since) => pushedIncident(isOn ? 'open' : 'closed', since),
  rollback: (id, version) =>
    posted(
      { kind: 'rollback', id, ...(version !== undefined && { version }) },
      identityOf('ada@example.com'),
    ),
  signalOf(sent, now) {
    const { body = '', ...request } = sent as GcpRequest; // made above
    const call = gcpCall({ ...request, body: Buffer.from(body), receivedId: 'trace-1' }, now);
    return gcpReleaseSignal(call.event, call.caller);
  },
};

/** What reaches an app of Azure: a message of its queue, its timer, or a request that the platform has signed in. */
interface AzureDelivery {
  readonly message?: unknown;
  readonly timer?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** CloudEvents in a queue, ticks of a timer, posts of a person. Alarms reach people; failed probes come instead. */
export const AZURE_EVENTS: CloudEvents = {
  approved: (version) => ({ message: cloudEvent(approvedEvent(version)) }) satisfies AzureDelivery,
  tick: () => ({ timer: { kind: 'tick' } }) satisfies AzureDelivery,
  alarm: (isOn, since) =>
    isOn
      ? ({ message: JSON.stringify(cloudEvent(probeFailedEvent(1, since))) } satisfies AzureDelivery)
      : AZURE_EVENTS.tick(),
  rollback: (id, version) =>
    ({
      headers: Object.fromEntries(signedRequest('POST', '/rollback').headers),
      body: { id, ...(version !== undefined && { version }) },
    }) satisfies AzureDelivery,
  signalOf(sent) {
    const { message, timer, headers, body } = sent as AzureDelivery; // made above
    if (headers !== undefined) return azureReleaseSignal({ ...body, kind: 'rollback' }, signedIn(headers));
    // The command line and Event Grid encode a text.
    const text = typeof message === 'string' ? Buffer.from(message).toString('base64') : message;
    return azureReleaseSignal(timer ?? queueMessage(text).event, undefined);
  },
};
