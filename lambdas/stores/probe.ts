/** `probe.json` of a bundle: one row that is typical and nobody's, and the answer that its version gives to it. */

import type { VersionRef } from '../core/release/state.ts';
import type { RowValue } from '../core/table/table.ts';
import type { Ports } from '../ports/index.ts';
import { bundlePrefix, readBundleFile } from './bundle.ts';
import { decodeJson } from './json.ts';

export interface Probe {
  readonly schemaVersion: 1;
  /** Version of the features that the row is of: where the service reads another one, no answer is known. */
  readonly featuresVersion: number;
  /** Values of the request's fields by name, as JSON; null is missing. */
  readonly features: Readonly<Record<string, RowValue>>;
  /** When the row happens, ISO 8601 in UTC. */
  readonly eventTime: string;
  /** The answer, a float32: a probability or a value. */
  readonly score: number;
}

/** Its name in a bundle. */
export const PROBE_FILE = 'probe.json';

/**
 * Reads the probe of a version; undefined where its bundle has none.
 *
 * @throws RuntimeFailure `bundle/not-found`, `bundle/digest-mismatch`, `store/unreadable`
 */
export async function readProbe(ports: Pick<Ports, 'objects'>, ref: VersionRef): Promise<Probe | undefined> {
  const bytes = await readBundleFile(ports, ref, PROBE_FILE);
  return bytes && decodeJson<Probe>(bytes, bundlePrefix(ref.version) + PROBE_FILE, 1);
}
