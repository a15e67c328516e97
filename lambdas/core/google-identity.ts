/** Identities of Google Cloud, as they are declared and as a token reports them. */

const MEMBER = /^(?:(user|serviceAccount):)?([^:@\s]+@[^:@\s]+)$/;

/**
 * Returns whether a token's e-mail address is a declared identity: a member of IAM (`user:ada@example.com`,
 * `serviceAccount:…`), or the address alone. Capitals make no difference. A group is nobody here, because a token does not
 * report its members (cloud.google.com/iam/docs/principal-identifiers).
 *
 * @param reported - E-mail address in a verified token.
 * @param declared - Identity in the environment.
 */
export function isSameGoogleIdentity(reported: string, declared: string): boolean {
  const [, , address] = MEMBER.exec(declared) ?? [];
  return address !== undefined && address.toLowerCase() === reported.toLowerCase();
}
