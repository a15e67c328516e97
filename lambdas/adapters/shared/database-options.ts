import type { Duplex } from 'node:stream';
import { InvalidInput } from '../../core/errors.ts';
import { readSecret, type SecretReference } from './secret.ts';

/** How a database of any engine is reached. */
export interface DatabaseOptions {
  readonly host: string;
  /** @default - the engine's own */
  readonly port?: number;
  readonly database: string;
  /** Somebody who may SELECT and nothing else. */
  readonly user: string;
  readonly password: SecretReference;
  /** @default 'verify' by the certificate authorities that Node knows */
  readonly tls?: DatabaseTls;
  /** @default 10 */
  readonly connectTimeoutSec?: number;
  /** Opens a connection that is encrypted and checked already; then `host`, `port` and `tls` are not used. */
  readonly tunnel?: () => Promise<Duplex>;
}

/**
 * `verify`: the server's certificate must be trusted and name the host. `off`: no encryption, on this machine only.
 */
export type DatabaseTls = 'verify' | { readonly ca: SecretReference } | 'off';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1|\/.*)$/;

/** @throws InvalidInput `source/tls-required` for `off` to another machine */
export function requireTls(host: string, tls: DatabaseTls): void {
  if (tls !== 'off' || LOOPBACK.test(host)) return;
  const allowed = "'off' only for localhost, 127.x.x.x, ::1 or a socket folder";
  throw new InvalidInput(`the source '${host}'`, [
    { code: 'source/tls-required', path: 'tls', message: 'must not be off', allowed, fix: 'remove tls' },
  ]);
}

/** The certificate authorities to trust, or undefined for those that Node knows; false without TLS. */
export async function trustOf(tls: DatabaseTls): Promise<{ readonly ca?: string } | false> {
  if (tls === 'off') return false;
  return tls === 'verify' ? {} : { ca: await readSecret(tls.ca) };
}
