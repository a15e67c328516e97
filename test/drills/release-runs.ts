/**
 * The release controller on events as a cloud delivers them: twice, late, in another order, two at once. After each the
 * pointer's invariants are checked. A seed repeats a run.
 */

import { RuntimeFailure } from '../../lambdas/core/errors.ts';
import type { ReleaseState } from '../../lambdas/core/release/state.ts';
import type { Clock } from '../../lambdas/ports/clock.ts';
import type { ObjectStore } from '../../lambdas/ports/index.ts';
import { runSignal } from '../../lambdas/release/follow-signal.ts';
import type { ReleasePorts } from '../../lambdas/release/release.ts';
import { readIndex } from '../../lambdas/stores/models.ts';
import { type Release, readRelease } from '../../lambdas/stores/release.ts';
import { CONFIG, createWorld, HOUR, rowsOf, START, uniform } from '../release/release-fixture.ts';
import { AWS_EVENTS, type CloudEvents } from './cloud-events.ts';

/** Versions that are approved; one more is registered and not. */
const APPROVED = 3;
const EVENTS = 14;

/** A store with the versions and the rows that replays score; runs change nothing in it. */
export async function prepareRelease(objects: ObjectStore): Promise<void> {
  const world = createWorld(objects);
  await world.ingest(rowsOf(400));
  for (let version = 1; version <= APPROVED; version++) await world.register({ step: 0.4 + version / 100 });
  await world.register({ approved: false });
}

export interface RunOptions {
  /** @default those of AWS */
  readonly events?: CloudEvents;
  /** Deliveries of an event whose failure may pass, at most. @default 1 */
  readonly deliveries?: number;
}

/**
 * One run of random events; returns what was wrong.
 *
 * @param open - The store that `prepareRelease` filled, by the clock of this run.
 */
export async function releaseRun(
  seed: number,
  open: (clock: Clock) => ObjectStore,
  { events: cloud = AWS_EVENTS, deliveries = 1 }: RunOptions = {},
): Promise<string[]> {
  const next = uniform(seed + 1);
  const pick = <T>(...all: readonly T[]): T => all[Math.floor(next() * all.length)] as T; // all is not empty
  const { clock: time, ports: fixture } = createWorld();
  const clock = { ...time, sleep: async (ms: number) => time.set(time.now() + ms) };
  const objects = apart(open(clock), `run-${seed}`);
  const ports: ReleasePorts = { ...fixture, objects, clock };
  const wrong: string[] = [];
  const known = await readIndex(ports);
  const sent: unknown[] = [];
  const deliver = (event: unknown) => delivered(event, ports, cloud, deliveries);
  let before: Release = await readRelease(objects);
  for (let number = 0; number < EVENTS; number++) {
    time.set(START + number * HOUR * pick(1, 5, 30));
    const seen = before.state.champion?.version ?? 0;
    const events = Array.from({ length: pick(1, 1, 2) }, (): unknown => {
      const event = pick<() => unknown>(
        () => cloud.approved(1 + Math.floor(next() * (APPROVED + 1))),
        () => cloud.approved(1 + Math.floor(next() * APPROVED)),
        () => cloud.tick(),
        () => cloud.alarm(pick(true, false), time.now() - pick(0, 0, 100 * HOUR), `alarm-${number}`),
        () => cloud.rollback(`rollback-${number}`, seen),
        () => cloud.rollback(`older-${number}`),
        () => sent[Math.floor(next() * sent.length)] ?? cloud.tick(), // again, late
      )();
      sent.push(event);
      return event;
    });
    const outcomes = await Promise.allSettled(events.map(deliver));
    for (const outcome of outcomes)
      if (outcome.status === 'rejected' && !EXPECTED.test(String(outcome.reason?.code)))
        wrong.push(`seed ${seed}, event ${number}: ${String(outcome.reason)}`);
    const after = await readRelease(objects);
    const changed = outcomes.filter(
      (one) => one.status === 'fulfilled' && CHANGED.test(one.value?.kind ?? ''),
    );
    if (areApart(events, cloud) && after.seq - before.seq < changed.length)
      wrong.push(`seed ${seed}, event ${number}: a change was lost: ${changed.length} were reported`);
    wrong.push(
      ...brokenInvariants(before, after, known.versions).map(
        (what) => `seed ${seed}, event ${number}: ${what}`,
      ),
    );
    before = after;
  }
  return wrong;
}

/** Delivers an event until it has ended, as a queue does after a failure that may pass. */
async function delivered(event: unknown, ports: ReleasePorts, { signalOf }: CloudEvents, deliveries: number) {
  for (let delivery = 1; ; delivery += 1)
    try {
      return await runSignal(ports, CONFIG, signalOf(event, ports.clock.now()));
    } catch (error) {
      if (!(error instanceof RuntimeFailure && error.retryable) || delivery === deliveries) throw error;
      await ports.clock.sleep(REDELIVERED_AFTER_MS);
    }
}

const REDELIVERED_AFTER_MS = 10_000;

/** Two deliveries of one event, or a tick that finds what the other event says, are one change told twice. */
const areApart = (events: readonly unknown[], { signalOf }: CloudEvents): boolean =>
  new Set(events.map((event) => JSON.stringify(event))).size === events.length &&
  !events.some((event) => signalOf(event, 0).kind === 'tick');

/** Decisions that change the pointer. */
const CHANGED = /^(started|moved|ended)$/;

/** A version that is not approved is refused; everything else ends well. */
const EXPECTED = /^registry\/not-approved$/;

/** What of a release pointer and the one before it must not be. */
export function brokenInvariants(
  before: Release,
  { state, seq }: Release,
  versions: readonly { readonly version: number; readonly status: string; readonly digest: string | null }[],
): string[] {
  const entry = (version: number | undefined) => versions.find((one) => one.version === version);
  const { champion, previous, challenger, rejected, outcomes } = state;
  const serving = entry(champion?.version);
  const rolledBack = outcomes.filter(({ fate }) => fate === 'rolled-back').map(({ version }) => version);
  return [
    seq >= before.seq ? '' : 'the sequence went back',
    seq > before.seq || same(state, before.state) ? '' : 'the pointer changed and its sequence did not',
    before.state.champion === null || champion !== null ? '' : 'nothing serves any more',
    champion === null || serving?.status === 'approved'
      ? ''
      : `version ${champion.version} serves without approval`,
    champion === null || serving?.digest === champion.digest
      ? ''
      : 'another digest serves than was registered',
    champion === null || !rejected.includes(champion.version) ? '' : 'a rejected version serves',
    previous === null || previous.version !== champion?.version
      ? ''
      : 'the version before is the version that serves',
    challenger === null || challenger.version > (champion?.version ?? 0) ? '' : 'the challenger is not newer',
    new Set(rolledBack).size === rolledBack.length ? '' : 'a version was rolled back twice',
    rolledBack.every((version) => rejected.includes(version))
      ? ''
      : 'a version that was rolled back may return',
  ].filter((what) => what !== '');
}

const same = (a: ReleaseState, b: ReleaseState): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The same store, in which this run's pointer and outcomes lie apart. */
function apart(shared: ObjectStore, name: string): ObjectStore {
  const own = (key: string) => (key.startsWith('release/') ? `runs-of-drill/${name}/${key}` : key);
  return {
    ...(shared.minRewriteMs !== undefined && { minRewriteMs: shared.minRewriteMs }),
    get: (key) => shared.get(own(key)),
    read: (key) => shared.read(own(key)),
    write: (key, chunks) => shared.write(own(key), chunks),
    create: (key, chunks) => shared.create(own(key), chunks),
    tryPut: (key, bytes, condition) => shared.tryPut(own(key), bytes, condition),
    list: (prefix) => shared.list(own(prefix)),
    delete: (key) => shared.delete(own(key)),
  };
}
