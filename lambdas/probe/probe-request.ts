import type { ModelConfig } from '../core/config.ts';
import { columnFeatures } from '../core/features/columns.ts';
import { pastFeatures } from '../core/features/past.ts';
import { PROBE_HEADER } from '../core/http.ts';
import type { ReleaseState, VersionRef } from '../core/release/state.ts';
import { goesToChallenger } from '../core/release/traffic-split.ts';
import type { EndpointRequest } from '../ports/endpoint.ts';
import type { Ports } from '../ports/index.ts';
import { type Probe, readProbe } from '../stores/probe.ts';
import { proofOf } from '../stores/probe-proof.ts';
import type { ExpectedAnswer } from './judge-answer.ts';

export interface ProbeRequest {
  readonly request: EndpointRequest;
  readonly expected: Omit<ExpectedAnswer, 'version'>;
}

export interface ProbeRequests {
  /** A request that the service gives to the version of this role; undefined where it gives all to the other one. */
  make(
    role: 'champion' | 'challenger',
    state: ReleaseState,
    ref: VersionRef,
  ): Promise<ProbeRequest | undefined>;
}

/** A share of a thousandth is met within so many names, but for one probe in 20,000. */
const MOST_NAMES = 10_000;

/**
 * Makes the requests of one probe. Their ids are new each time. The id is the key too if features look back: one that
 * no row has.
 *
 * @param nameOf - How the service names a key: by this name it divides requests between versions.
 */
export function createProbeRequests(
  { objects, clock }: Pick<Ports, 'objects' | 'clock'>,
  { features, serving }: Pick<ModelConfig, 'features' | 'serving'>,
  { secret, nameOf }: { readonly secret: string; readonly nameOf: (key: string) => string },
): ProbeRequests {
  const looksBack = pastFeatures(features).length > 0;
  const names = columnFeatures(features).map(({ name }) => name);
  const unknownKey = looksBack && serving.online?.unknownKey === 'refuse';

  /** An id whose requests go to the version of this role; undefined where all go to the other one. */
  function idFor(role: 'champion' | 'challenger', { challenger }: ReleaseState): string | undefined {
    const first = `probe-${clock.now()}`;
    const live = challenger?.live;
    if (live === undefined) return first;
    for (let nth = 0; nth < MOST_NAMES; nth += 1) {
      const id = `${first}-${nth}`;
      const unit = looksBack ? nameOf(id) : id;
      if (goesToChallenger(unit, challenger?.version ?? 0, live) === (role === 'challenger')) return id;
    }
    return undefined;
  }

  return {
    async make(role, state, ref) {
      const found = await readProbe({ objects }, ref);
      const probe = found?.featuresVersion === features.version ? found : undefined;
      const id = idFor(role, state);
      if (id === undefined) return undefined;
      const body = JSON.stringify({
        features: valuesOf(names, probe),
        ...(looksBack && { key: id }),
        ...(probe && { eventTime: probe.eventTime }),
      });
      const headers = { 'x-request-id': id, [PROBE_HEADER]: proofOf(id, Buffer.from(body), secret) };
      return {
        request: { path: '/score', headers, body },
        expected: { unknownKey, ...(probe && { score: probe.score }) },
      };
    },
  };
}

/** Values of the fields that the service takes. A feature that was added since is missing, and the version does not read it. */
const valuesOf = (names: readonly string[], probe: Probe | undefined): Record<string, unknown> =>
  Object.fromEntries(names.map((name) => [name, probe?.features[name] ?? null]));
