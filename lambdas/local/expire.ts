/** The end of old objects on one machine: what a cloud's lifecycle rules do by themselves. */

import { stat } from 'node:fs/promises';
import type { Logger, Ports } from '../ports/index.ts';

/** Keys that expire. */
export interface Expiry {
  /** Beginning of the keys. */
  readonly prefix: string;
  /** Days after the write; undefined where the objects stay. */
  readonly days: number | undefined;
}

const DAY_MS = 86_400_000;

/**
 * Deletes the objects that were written longer ago than their prefix is kept.
 *
 * @param now - ms since 1970
 * @returns how many
 */
export async function expireObjects(
  { objects, logger }: { readonly objects: Ports['objects']; readonly logger: Pick<Logger, 'info'> },
  expiries: readonly Expiry[],
  now: number,
): Promise<number> {
  let expired = 0;
  for (const { prefix, days } of expiries) {
    if (days === undefined) continue;
    for await (const key of objects.list(prefix)) {
      const path = objects.locate?.(key);
      if (path === undefined || (await writtenAt(path)) > now - days * DAY_MS) continue;
      await objects.delete(key);
      expired += 1;
    }
  }
  if (expired > 0) logger.info('retention.expired', { objects: expired });
  return expired;
}

/** The last write, ms since 1970; never for a file that another process has deleted since it was listed. */
const writtenAt = (path: string): Promise<number> =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => Number.POSITIVE_INFINITY,
  );
