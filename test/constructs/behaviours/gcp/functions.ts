import {
  blocksOf,
  type LocatedBlock,
  type TerraformStacks,
  valueAt,
} from '../../../support/terraform/located.ts';
import type { Unit } from '../reader.ts';
import { logsOf } from './data.ts';
import { accountIn, functionIn, referredIn } from './names.ts';
import { rightsIn } from './rights.ts';

/** Every function: a unit of its own. */
export function functionUnitsOf(stacks: TerraformStacks): Unit[] {
  const logs = logsOf(stacks);
  return blocksOf(stacks, 'google_cloudfunctions2_function').map((one) => {
    const { id, stack, body } = one;
    const name = functionIn(stacks, one);
    const account = accountIn(stacks, stack, valueAt(body, 'service_config.service_account_email'));
    const pushes = blocksOf(stacks, 'google_pubsub_subscription').filter((subscription) =>
      isPushedTo(stacks, subscription, one),
    );
    const kept = pushes.map((subscription) => deadLettersOf(stacks, subscription));
    return {
      id,
      functions: name === undefined ? [] : [name],
      identity: account,
      rights: rightsIn(stacks, account ?? '', { isFunction: true }),
      memoryMb: mebibytes(valueAt(body, 'service_config.available_memory')),
      timeoutSec: Number(valueAt(body, 'service_config.timeout_seconds')),
      logs: logs.find(({ service }) => service === body.name)?.id,
      takesEvents: pushes.length > 0,
      deadLetters: kept.includes(undefined) ? undefined : kept[0],
    };
  });
}

const isPushedTo = (stacks: TerraformStacks, { stack, body }: LocatedBlock, target: LocatedBlock): boolean =>
  referredIn(stacks, stack, valueAt(body, 'push_config.push_endpoint'), target.type)?.id === target.id;

/** The topic of dead letters of a subscription, if something keeps what it gets. */
export function deadLettersOf(stacks: TerraformStacks, { stack, body }: LocatedBlock): string | undefined {
  const topic = 'google_pubsub_topic';
  const found = referredIn(stacks, stack, valueAt(body, 'dead_letter_policy.dead_letter_topic'), topic);
  const isKept = blocksOf(stacks, 'google_pubsub_subscription').some(
    (one) => referredIn(stacks, one.stack, one.body.topic, topic)?.id === found?.id,
  );
  return isKept ? found?.id : undefined;
}

function mebibytes(value: unknown): number {
  const [, number, unit] = /^(\d+)(Mi|Gi)$/.exec(String(value)) ?? [];
  return Number(number) * (unit === 'Gi' ? 1_024 : 1);
}
