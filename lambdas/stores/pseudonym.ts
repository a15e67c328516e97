/** How ids and keys of people are written down. */

import { createHmac } from 'node:crypto';
import type { ModelConfig } from '../core/config.ts';
import { RuntimeFailure } from '../core/errors.ts';

/**
 * The same key gives the same pseudonym, and only who knows the secret can tell which key it was.
 *
 * @returns 16 bytes of HMAC-SHA256, in hex
 */
export function pseudonym(key: string, secret: string): string {
  return createHmac('sha256', secret).update(key).digest('hex').slice(0, 32);
}

/**
 * How ids and keys are written down: as pseudonyms with a secret, as they are without one.
 *
 * @throws RuntimeFailure `predictions/no-secret` when the model's key is sensitive and there is no secret
 */
export function pseudonyms(
  { source, name }: Pick<ModelConfig, 'source' | 'name'>,
  secret: string | undefined,
): (key: string) => string {
  if (secret !== undefined) return (key) => pseudonym(key, secret);
  if (source.sensitive.includes(source.key))
    throw new RuntimeFailure(
      'predictions/no-secret',
      `the key of ${name} is sensitive and no secret is set`,
      {
        fix: 'give the secret that pseudonyms are made with',
      },
    );
  return (key) => key;
}
