/** How the scoring service knows the probe's requests: by a proof that only who has the model's secret can make. */

import { createHmac, timingSafeEqual } from 'node:crypto';

/** A request that says it is the probe's. */
export interface ProbeClaim {
  /** Value of the header, as received. */
  readonly proof: string;
  readonly body: Uint8Array;
}

/** No UTF-8 text has this byte: so no key of a row has a pseudonym that is a part of a proof. */
const DOMAIN = Uint8Array.of(0xff);

/**
 * Returns the proof that a request is the probe's. It holds for this id and this body only: a proof that somebody saw
 * hides no other request.
 *
 * @returns HMAC-SHA256, in hex
 */
export function proofOf(requestId: string, body: Uint8Array, secret: string): string {
  return macOf(requestId, body, secret).toString('hex');
}

/** Whether a request is the probe's. Without a secret there is no probe. The comparison takes the same time for every proof. */
export function isProbe(
  requestId: string,
  claim: ProbeClaim | undefined,
  secret: string | undefined,
): boolean {
  if (claim === undefined || secret === undefined || !FORM.test(claim.proof)) return false;
  return timingSafeEqual(Buffer.from(claim.proof, 'hex'), macOf(requestId, claim.body, secret));
}

const FORM = /^[0-9a-f]{64}$/;

const macOf = (requestId: string, body: Uint8Array, secret: string): Buffer =>
  createHmac('sha256', secret).update(DOMAIN).update(`probe\n${requestId}\n`).update(body).digest();
