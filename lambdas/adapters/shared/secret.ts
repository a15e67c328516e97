import { readFile } from 'node:fs/promises';
import { RuntimeFailure } from '../../core/errors.ts';

/** Reference to a secret. The secret itself cannot be written here, so none can end up in a file of ours. */
export type SecretReference =
  | { readonly env: string }
  | { readonly file: string }
  /** Asked for at each connection: a token of the cloud's identity, a secret manager. */
  | (() => Promise<string>);

/**
 * Reads a secret; of a file without its final line break.
 *
 * @throws RuntimeFailure `source/authentication` when it is not there; the message names the place only
 */
export async function readSecret(reference: SecretReference): Promise<string> {
  if (typeof reference === 'function') return reference();
  if ('env' in reference) {
    const value = process.env[reference.env];
    if (value !== undefined && value !== '') return value;
    throw missing(`environment variable ${reference.env} is not set`);
  }
  try {
    return (await readFile(reference.file, 'utf8')).replace(/\r?\n$/, '');
  } catch (cause) {
    throw missing(`secret file ${reference.file} cannot be read`, cause);
  }
}

function missing(message: string, cause?: unknown): RuntimeFailure {
  return new RuntimeFailure('source/authentication', message, {
    cause,
    fix: 'set it before the export starts; secrets are given by reference only',
  });
}
