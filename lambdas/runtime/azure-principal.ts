/** Who calls a function behind the platform's authentication, which is known as Easy Auth. */

import { entraIdentity } from '../core/entra-identity.ts';
import { RuntimeFailure } from '../core/errors.ts';
import type { HttpRequest } from '../core/http.ts';
import { isObject } from './event-time.ts';
import { parsedJson } from './json-body.ts';

/**
 * Headers of a caller that the platform has signed in: the object id, and the token's claims as JSON in base64. The
 * platform removes them from requests of outside
 * (learn.microsoft.com/azure/app-service/configure-authentication-user-identities).
 */
const ID = 'x-ms-client-principal-id';
const CLAIMS = 'x-ms-client-principal';

/** The claim with the object id: the long name in tokens of version 1, the short one in others. */
const OBJECT_ID_CLAIMS: readonly unknown[] = [
  'oid',
  'http://schemas.microsoft.com/identity/claims/objectidentifier',
];

/**
 * Returns the identity of the caller, `entra:<object id>`.
 *
 * @throws RuntimeFailure `http/no-principal` where the headers are absent, not of their form, or name two identities
 */
export function signedIn(headers: HttpRequest['headers']): string {
  const identity = entraIdentity(headers[ID] ?? '');
  const ids = objectIds(headers[CLAIMS]);
  if (identity === undefined || ids === undefined || ids.some((id) => entraIdentity(id) !== identity))
    throw new RuntimeFailure('http/no-principal', 'the platform has signed nobody in for the request', {
      fix: 'send an Entra token for the client id of the API, by an identity that may call it',
    });
  return identity;
}

/** The object ids in the claims; undefined where there are no claims. */
function objectIds(header: string | undefined): readonly string[] | undefined {
  const principal = parsedJson(Buffer.from(header ?? '', 'base64'));
  if (!isObject(principal) || !Array.isArray(principal.claims)) return undefined;
  return principal.claims
    .filter((claim) => isObject(claim) && OBJECT_ID_CLAIMS.includes(claim.typ))
    .map(({ val }) => String(val));
}
