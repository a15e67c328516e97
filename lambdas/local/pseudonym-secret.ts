/** The key of the pseudonyms (HMAC) that stand for keys in local prediction logs. */

import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PRIVATE } from '../adapters/local/private.ts';
import type { Logger } from '../ports/logger.ts';

/** In the model's folder. */
export const SECRET_FILE = 'pseudonym-secret';
/** Secret of stores that an earlier version filled: their predictions can be found only with it. */
const FORMER = 'local';
/** As long as the output of SHA-256, which RFC 2104 advises. */
const BYTES = 32;

/**
 * The secret of a model's folder, made at its first use. A store that was filled before there was such a file keeps the
 * constant of then, and logs that its pseudonyms can be reversed.
 */
export function localSecret(root: string, logger: Pick<Logger, 'warn'>): string {
  const file = join(root, SECRET_FILE);
  if (!existsSync(file)) {
    const used = ['predictions', 'truth'].some((name) => existsSync(join(root, 'store/objects', name)));
    if (used) {
      logger.warn('pseudonyms.reversible', { reason: 'predictions of an earlier version are in the store' });
      return FORMER;
    }
    writeOnce(file, randomBytes(BYTES).toString('hex'));
  }
  return readFileSync(file, 'utf8').trim();
}

/** The secret of a demonstration: the same seed gives the same bytes. It is kept, so that the version can be served. */
export function demonstrationSecret(root: string, model: string, seed: number): string {
  const secret = createHash('sha256').update(`demonstration ${model} ${seed}`).digest('hex');
  writeOnce(join(root, SECRET_FILE), secret);
  return readFileSync(join(root, SECRET_FILE), 'utf8').trim();
}

/** Two processes that begin at once agree: the file of the first one stays. */
function writeOnce(file: string, secret: string): void {
  try {
    writeFileSync(file, `${secret}\n`, { flag: 'wx', mode: PRIVATE.file });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
