/** Asks the scoring API for an answer that is known, as a caller would. */

import type { ModelConfig } from '../core/config.ts';
import type { ReleaseState, VersionRef } from '../core/release/state.ts';
import type { Endpoint } from '../ports/endpoint.ts';
import type { Ports } from '../ports/index.ts';
import { pseudonyms } from '../stores/pseudonym.ts';
import { readRelease } from '../stores/release.ts';
import { judgeAnswer, type ProbeFailure } from './judge-answer.ts';
import { createProbeRequests } from './probe-request.ts';

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

/** Versions that may answer a caller. */
const ROLES = ['champion', 'challenger'] as const;
type Role = (typeof ROLES)[number];

/** A service follows the pointer within five seconds; between two tries it has had the time. */
const TRIES = 3;
const PAUSE_MS = 6_000;

/**
 * Probes the champion, and a challenger that answers callers. It changes nothing: run twice, killed or late, it leaves
 * metrics and log lines only. A failure is an event with the version that failed, which rolls that version back while it is
 * being released. A request that no version has seen publishes none. Nothing is probed before the first release.
 *
 * @returns one result for each version that serves
 * @throws RuntimeFailure `bundle/not-found`, `bundle/digest-mismatch`, `state/corrupt`, and what the store throws
 */
export async function runProbe({ ports, config, secret }: ProbeArguments): Promise<readonly ProbeResult[]> {
  const { clock, endpoint } = ports;
  const requests = createProbeRequests(ports, config, { secret, nameOf: pseudonyms(config, secret) });

  async function ask(role: Role, state: ReleaseState, ref: VersionRef): Promise<ProbeFailure | undefined> {
    const { request, expected } = await requests.make(role, state, ref);
    return judgeAnswer(await endpoint.post(request).catch((cause: unknown) => ({ cause })), {
      version: ref.version,
      ...expected,
    });
  }

  async function probe(role: Role): Promise<(ProbeResult & { readonly at: number }) | undefined> {
    let result: (ProbeResult & { readonly at: number }) | undefined;
    for (let tries = TRIES; tries > 0; tries -= 1) {
      if (result !== undefined) await clock.sleep(PAUSE_MS);
      const at = clock.now();
      const { state } = await readRelease(ports.objects);
      const ref = servingAs(role, state);
      if (ref === undefined) return undefined; // it has left meanwhile
      if (result !== undefined && result.version !== ref.version) tries = TRIES;
      const failure = await ask(role, state, ref);
      result = { version: ref.version, at, ...(failure && { failure }) };
      if (failure === undefined) return result;
    }
    return result;
  }

  const results: ProbeResult[] = [];
  for (const role of ROLES) {
    const result = await probe(role);
    if (result === undefined) continue;
    const { version, failure, at } = result;
    results.push({ version, ...(failure && { failure }) });
    await report(ports, config, { role, version, at, failure });
  }
  return results;
}

/** A version of the pointer that answers callers in this role. */
function servingAs(role: Role, { champion, challenger }: ReleaseState): VersionRef | undefined {
  if (role === 'champion') return champion ?? undefined;
  return challenger?.live === undefined || challenger.live.shadow ? undefined : challenger;
}

/**
 * Whether no version has seen the request: the gateway refused the caller, or the service the request, because both
 * functions have another blueprint while one is deployed. A version's own features refuse a row by 422.
 */
const reachedNoVersion = ({ status = 0 }: ProbeFailure): boolean =>
  status >= 400 && status < 500 && status !== 422;

interface Probed {
  readonly role: Role;
  readonly version: number;
  /** Time at which the pointer named the version, before it was asked for the last time. */
  readonly at: number;
  readonly failure: ProbeFailure | undefined;
}

async function report(
  { events, metrics, logger }: ProbeArguments['ports'],
  { name: model, environment }: ModelConfig,
  { role, version, at, failure }: Probed,
): Promise<void> {
  // Its samples are the probes, its sum the failed ones: a metric of its own for each would cost as much as the function.
  metrics.emit({ model, environment }, { probeFailed: [failure === undefined ? 0 : 1, 'Count'] });
  if (failure === undefined) return logger.info('probe.passed', { role, version });
  logger.error('probe.failed', { role, version, ...failure });
  if (reachedNoVersion(failure)) return;
  await events.publish({
    id: `probe.failed:${version}:${at}`,
    type: 'probe.failed',
    model,
    at,
    detail: { version, code: failure.code },
  });
}
