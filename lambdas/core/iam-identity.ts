/** Identities of IAM, as they are declared and as AWS reports them. */

const ROLE = /^arn:[a-z-]+:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/;
const SESSION = /^arn:[a-z-]+:sts::(\d{12}):assumed-role\/([^/]+)\/[^/]+$/;

/**
 * Returns whether AWS reports a declared identity: the same ARN, or a session of the declared role. A session's ARN
 * lacks the role's path, and a role's name is unique in its account without it
 * (docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html).
 *
 * @param reported - ARN of a user, role or session, as `DescribeModelPackage` gives it.
 * @param declared - ARN in the environment.
 */
export function isSameIdentity(reported: string, declared: string): boolean {
  if (reported === declared) return true;
  const session = SESSION.exec(reported);
  const role = ROLE.exec(declared);
  return session !== null && role !== null && session[1] === role[1] && session[2] === role[2];
}
