import type { ResolvedConfig } from '../../constructs/config/resolve.ts';
import { typedName } from '../../constructs/config/schema.ts';
import { RuntimeFailure } from '../../lambdas/core/errors.ts';
import type { Account, Drainable, Drainables, OnStep, Teardown } from './drainable.ts';
import type { Deletion, DrainReceipt, Kept } from './receipt.ts';

export interface DrainOptions {
  readonly config: ResolvedConfig;
  readonly account: Account;
  readonly teardown: Pick<Teardown, 'name'>;
  readonly dryRun: boolean;
  readonly onStep: OnStep;
}

/**
 * Refuses where the environment keeps its data.
 *
 * @throws RuntimeFailure `drain/retained`
 */
export function requireDestroyable(
  { environment }: Pick<ResolvedConfig, 'environment'>,
  { name }: Pick<Teardown, 'name'>,
): void {
  if (environment.removal === 'destroy') return;
  throw new RuntimeFailure(
    'drain/retained',
    `environment '${environment.name}' retains its data (removal: 'retain'), so nothing of it is deleted here, whatever is confirmed`,
    {
      fix: `${name} keeps it; to delete it, set removal: 'destroy' in stacks/config/${environment.name}.ts, deploy, then run drain again`,
    },
  );
}

/**
 * Deletes what releases and runs have made and no stack knows, so that a plain teardown succeeds: first everything that
 * writes is stopped, then the containers are emptied. Twice is once.
 *
 * @throws RuntimeFailure `drain/retained`
 */
export async function drain({
  config,
  account,
  teardown,
  dryRun,
  onStep,
}: DrainOptions): Promise<DrainReceipt> {
  requireDestroyable(config, teardown);
  onStep('reads what the stacks have made');
  const found = await account.drainables();
  const stopped = dryRun ? stoppable(found) : await stop(found, onStep);
  const surveyed: [Drainable, readonly Deletion[]][] = [];
  for (const container of found.containers) surveyed.push([container, await container.survey(onStep)]);
  const left: Kept[] = [];
  if (!dryRun)
    for (const [container, deletions] of surveyed) {
      const still = deletions.length === 0 ? undefined : await container.delete(deletions, onStep);
      if (still !== undefined) left.push(still);
    }
  return {
    model: config.model.name,
    environment: typedName(config.environment),
    account: account.account,
    region: account.region,
    dryRun,
    stacks: found.stacks,
    stopped,
    deleted: surveyed.flatMap(([, deletions]) => deletions),
    retained: found.retained,
    mayRemain: found.remains,
    left,
  };
}

/** Names of everything that would be stopped. */
const stoppable = ({ schedules, containers }: Drainables): DrainReceipt['stopped'] => ({
  schedules: schedules.map(({ name }) => name),
  buckets: containers.filter((one) => one.stop !== undefined).map(({ name }) => name),
});

/** @returns the names of what ran or was open until now */
async function stop({ schedules, containers }: Drainables, onStep: OnStep): Promise<DrainReceipt['stopped']> {
  onStep(`stops ${schedules.length} schedules`);
  for (const schedule of schedules) await schedule.stop();
  const buckets: string[] = [];
  for (const container of containers) if (await container.stop?.()) buckets.push(container.name);
  return { schedules: schedules.map(({ name }) => name), buckets };
}
