/** Event Grid with the stack's own subscriptions: each event goes into the queues that ask for its type, at least once. */

import type { Queues } from '../../support/azure/queues.ts';
import { type CloudEvent, fakeEventGrid } from '../../support/azure-fakes.ts';
import type { FakeService } from '../../support/recording-server.ts';
import { listed } from '../../support/terraform/schema.ts';
import { blockOf, stringOf } from '../gcp/stack.ts';
import { mayDeliver } from './rights.ts';
import { type AppliedAzure, uuidOf } from './stack.ts';

export interface EventGrid {
  readonly fake: FakeService;
  readonly published: readonly CloudEvent[];
  /** Events that no queue could take. */
  readonly deadLetters: readonly CloudEvent[];
  /** Waits until everything is in its queue. */
  settled(): Promise<void>;
}

/** Makes the topic of a stack. Each event is put twice: as JSON and as base64, which both occur. */
export function startEventGrid(stack: AppliedAzure, queues: Queues): EventGrid {
  const { fake, published } = fakeEventGrid();
  const deadLetters: CloudEvent[] = [];
  const pending = new Set<Promise<void>>();
  const [topic] = stack.all('azurerm_eventgrid_topic');
  const principal = uuidOf(`${stringOf(topic?.name)} identity[0].principal_id`);
  const subscriptions = stack.all('azurerm_eventgrid_event_subscription').map((one) => {
    const { storage_account_id: accountId, queue_name: queue } = blockOf(one.storage_queue_endpoint);
    return {
      types: listed(one.included_event_types).map(stringOf),
      account: stringOf(stringOf(accountId).split('/').at(-1)),
      queue: stringOf(queue),
      granted: mayDeliver(
        stack,
        principal,
        `${stringOf(accountId)}/queueServices/default/queues/${stringOf(queue)}`,
      ),
    };
  });

  async function deliver(event: CloudEvent): Promise<void> {
    const text = JSON.stringify(event);
    for (const { types, account, queue, granted } of subscriptions) {
      if (!types.includes(event.type)) continue;
      if (!granted) deadLetters.push(event);
      else
        for (const one of [text, Buffer.from(text).toString('base64')]) await queues.put(account, queue, one);
    }
  }

  return {
    published,
    deadLetters,
    fake(request) {
      const known = published.length;
      const found = fake(request);
      for (const event of published.slice(known)) {
        const work: Promise<void> = deliver(event).finally(() => pending.delete(work));
        pending.add(work);
      }
      return found;
    },
    async settled() {
      while (pending.size > 0) await Promise.all([...pending]);
    },
  };
}
