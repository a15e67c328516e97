/** Replaces the bytes of an object, losing no write of others. */

import { inRounds, type Unknown, type WritePorts } from './conditional-write.ts';
import { unknownOutcome } from './json.ts';

/**
 * Replaces an object by a change of its newest bytes. Twice has the effect of once if the change has.
 *
 * @param change - Pure; returns undefined when there is nothing to change.
 * @throws RuntimeFailure `store/unknown-outcome` (retryable) when others won every round or no answer came, and what
 *   `change` throws
 */
export async function rewriteObject(
  ports: WritePorts,
  key: string,
  change: (bytes: Uint8Array) => Uint8Array | undefined,
): Promise<void> {
  const { objects } = ports;
  if (objects.rewrite !== undefined) return objects.rewrite(key, change);
  const result = await inRounds<'done' | Unknown>(ports, key, async (round) => {
    const found = await objects.get(key);
    const next = found && change(found.bytes);
    if (found === undefined || next === undefined) return 'done';
    if (round.last) return undefined;
    const attempt = await objects.tryPut(key, next, { kind: 'version', version: found.version });
    if (attempt.outcome === 'written') return 'done';
    if (attempt.outcome === 'unknown') round.leftUnanswered(found.version, attempt.cause);
    return undefined;
  });
  if (result !== 'done') throw unknownOutcome(key, result.cause);
}
