/** Asks the scoring API for an answer that is known, as a caller would. */

import type { ModelConfig } from '../core/config.ts';
import type { ReleaseState, VersionRef } from '../core/release/state.ts';
import type { Endpoint } from '../ports/endpoint.ts';
import type { Ports } from '../ports/index.ts';
import { pseudonyms } from '../stores/pseudonym.ts';
import { readRelease } from '../stores/release.ts';
import { judgeAnswer, type ProbeFailure } from './judge-answer.ts';
import { createProbeRequests, type ProbeRequest } from './probe-request.ts';

export interface ProbeArguments {
  readonly ports: Pick<Ports, 'objects' | 'clock' | 'events' | 'metrics' | 'logger'> & {
    readonly endpoint: Endpoint;
  };
  readonly config: ModelConfig;
  /** Secret of the pseudonyms: the service recognises the probe by it. */
  readonly secret: string;
}

/** The probe of one version. */
export interface ProbeResult {
  readonly version: number;
  /** Absent where the answer was right. */
  readonly failure?: ProbeFailure;
}

type Asked = Pick<Probed, 'at' | 'isNew'>;

/** Versions that may answer a caller. */
const ROLES = ['champion', 'challenger'] as const;
type Role = (typeof ROLES)[number];

/** A service follows the pointer within five seconds; between two tries it has had the time. */
const TRIES = 3;
const PAUSE_MS = 6_000;

/**
 * Probes the champion, and a challenger that answers callers. It changes nothing: run twice, killed or late, it leaves
 * metrics and log lines only. A failure that the version is to blame for is an event, which rolls that version back while it
 * is being released. Nothing is probed before the first release.
 *
 * @returns one result for each version that serves
 * @throws RuntimeFailure `bundle/not-found`, `bundle/digest-mismatch`, `state/corrupt`, and what the store throws
 */
export async function runProbe({ ports, config, secret }: ProbeArguments): Promise<readonly ProbeResult[]> {
  const { clock, endpoint } = ports;
  const requests = createProbeRequests(ports, config, { secret, nameOf: pseudonyms(config, secret) });

  async function ask(
    { request, expected }: ProbeRequest,
    ref: VersionRef,
  ): Promise<ProbeFailure | undefined> {
    return judgeAnswer(await endpoint.post(request).catch((cause: unknown) => ({ cause })), {
      version: ref.version,
      ...expected,
    });
  }

  async function probe(role: Role): Promise<(ProbeResult & Asked) | undefined> {
    let result: (ProbeResult & Asked) | undefined;
    for (let tries = TRIES; tries > 0; tries -= 1) {
      if (result !== undefined) await clock.sleep(PAUSE_MS);
      const at = clock.now();
      const { state } = await readRelease(ports.objects);
      const ref = servingAs(role, state);
      if (ref === undefined) return undefined; // it has left meanwhile
      if (result !== undefined && result.version !== ref.version) tries = TRIES;
      const request = await requests.make(role, state, ref);
      if (request === undefined) return undefined; // no caller reaches it
      const failure = await ask(request, ref);
      const isNew = role === 'champion' && state.watch !== null && at - state.watch.since < NEW_MS;
      result = { version: ref.version, at, isNew, ...(failure && { failure }) };
      if (failure === undefined) return result;
    }
    return result;
  }

  const results: ProbeResult[] = [];
  for (const role of ROLES) {
    const result = await probe(role);
    if (result === undefined) continue;
    const { version, failure, at, isNew } = result;
    results.push({ version, ...(failure && { failure }) });
    await report(ports, config, { role, version, at, failure, isNew });
  }
  return results;
}

/** A version of the pointer that answers callers in this role. */
function servingAs(role: Role, { champion, challenger }: ReleaseState): VersionRef | undefined {
  if (role === 'champion') return champion ?? undefined;
  return challenger?.live === undefined || challenger.live.shadow ? undefined : challenger;
}

/** A version answered, wrongly: with a score, by its own features, or by an error of the function that runs it. */
const ANSWERED: readonly number[] = [200, 422, 500];
/** A missing answer is a version's fault only so soon after it took all requests. */
const NEW_MS = 15 * 60_000;

/**
 * Whether a version is to blame, and is taken back for good. Other failures raise the alarm alone: the gateway refused the
 * caller, the account has no concurrency left, a store does not answer.
 */
function isToBlame({ status = 0 }: ProbeFailure, isNew: boolean): boolean {
  if (ANSWERED.includes(status)) return true;
  return isNew && (status === 0 || status >= 500);
}

interface Probed {
  readonly role: Role;
  readonly version: number;
  /** Time at which the pointer named the version, before it was asked for the last time. */
  readonly at: number;
  readonly failure: ProbeFailure | undefined;
  /** Whether it took all requests just before. */
  readonly isNew: boolean;
}

async function report(
  { events, metrics, logger }: ProbeArguments['ports'],
  { name: model, environment }: ModelConfig,
  { role, version, at, failure, isNew }: Probed,
): Promise<void> {
  // Its samples are the probes, its sum the failed ones: a metric of its own for each would cost as much as the function.
  metrics.emit({ model, environment }, { probeFailed: [failure === undefined ? 0 : 1, 'Count'] });
  if (failure === undefined) return logger.info('probe.passed', { role, version });
  logger.error('probe.failed', { role, version, ...failure });
  if (!isToBlame(failure, isNew)) return;
  await events.publish({
    id: `probe.failed:${version}:${at}`,
    type: 'probe.failed',
    model,
    at,
    detail: { version, code: failure.code },
  });
}
